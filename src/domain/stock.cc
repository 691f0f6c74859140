#include "domain/stock.h"

#include <optional>

#include "base/simulation.h"
#include "base/try.h"
#include "domain/reading.h"
#include "domain/tables.h"
#include "domain/transact.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kDeliveryMax = 1'000'000;
// Each is read whenever the book's stock is.
constexpr std::size_t kDeliveriesMax = 1000;
constexpr std::int64_t kWriteOffMsMax = 2500;
constexpr milliseconds kWithheldDelay{20};

std::optional<Problem> check_quantity(std::int64_t quantity) {
  if (quantity >= 1 && quantity <= kDeliveryMax) return std::nullopt;
  return Problem{Refusal::kInvalid, "must be 1 to 1000000", "/quantity", {}, false};
}

StockReport show(const crdt::Stock& stock) {
  StockReport report;
  for (const auto& [id, delivery] : stock.deliveries)
    report.deliveries.push_back({id, delivery.name, delivery.quantity});
  for (const Writer& writer : stock.writers()) {
    StockRow row;
    row.writer = writer;
    row.delivered = stock.delivered(writer);
    row.granted_in = stock.granted_to(writer);
    row.rights = stock.rights(writer);
    if (const auto found = stock.rows.find(writer); found != stock.rows.end()) {
      row.sold = found->second.sold;
      row.released = found->second.released;
      row.written_off = found->second.written_off;
      for (const auto& [receiver, quantity] : found->second.granted) row.granted_out += quantity;
    }
    report.writers.push_back(row);
  }
  return report;
}

Task<Checked<crdt::Stock>> read_known_stock(port::Transaction& transaction, std::string book) {
  PERPETUA_CO_TRY(const auto known, co_await read_book(transaction, book));
  if (!known.book) co_return refuse(Refusal::kNotFound, "there is no book '" + book + "'");
  co_return co_await read_stock(transaction, book);
}

/// Who shares a delivery: by nothing that two regions could see differently.
std::vector<Writer> receivers(const Members& members, const crdt::Stock& stock) {
  if (!PERPETUA_PLANTED(shares_by_present) || stock.rows.empty()) return members.founders;
  std::vector<Writer> sellers;
  for (const auto& [writer, row] : stock.rows) sellers.push_back(writer);
  return sellers;
}

Task<Checked<crdt::Stock>> put_delivery(port::Transaction& transaction, std::string book,
                                        std::string name, std::int64_t quantity) {
  PERPETUA_CO_TRY(auto stock, co_await read_known_stock(transaction, book));
  PERPETUA_CO_TRY(const auto members, co_await read_members(transaction));
  crdt::Delivery delivery = crdt::make_delivery(book, name, quantity, receivers(members, stock));
  const std::string id = crdt::delivery_id(book, name, quantity);
  if (stock.deliveries.contains(id)) co_return stock;
  for (const auto& [known_id, known] : stock.deliveries)
    if (known.name == name)
      co_return refuse(Refusal::kKeyReused, "the delivery '" + name + "' was of " +
                                                std::to_string(known.quantity) +
                                                " copies; give another one another name");
  if (stock.deliveries.size() >= kDeliveriesMax)
    co_return refuse(Refusal::kInvalid, "a book can have " + std::to_string(kDeliveriesMax) +
                                            " deliveries, and this one has; put a new book");
  transaction.put(tables::delivery(book, id), crdt::encode(delivery));
  stock.deliveries.emplace(id, std::move(delivery));
  co_return stock;
}

ProblemLine short_of(const std::string& book, const crdt::Stock& stock) {
  ProblemLine line;
  line.book_id = book;
  line.available = available(stock);
  return line;
}

/// The stock after the write-off, or before it with `is_short`.
struct WriteOff {
  crdt::Stock stock;
  bool is_short = false;
};

Task<Checked<WriteOff>> put_write_off(port::Transaction& transaction, const Writer& self,
                                      std::string book, std::string name, std::int64_t quantity) {
  WriteOff result;
  PERPETUA_CO_TRY(result.stock, co_await read_known_stock(transaction, book));
  const port::Key by_key = tables::write_off(book, name);
  PERPETUA_CO_TRY(const auto before, co_await gather(transaction, by_key));
  Encoder content;
  content.i64(quantity);
  for (const port::Row& row : before)
    if (row.value != content.bytes())
      co_return refuse(Refusal::kKeyReused, "this key was used for another write-off");
  if (!before.empty() && !PERPETUA_PLANTED(written_off_twice)) co_return result;
  if (result.stock.rights(self) < quantity) {
    result.is_short = true;
    co_return result;
  }
  crdt::StockRow& own = result.stock.rows[self];
  own.written_off += quantity;
  transaction.put(tables::stock(book), crdt::encode(own));
  transaction.put(by_key, content.bytes());
  co_return result;
}

}  // namespace

Task<Checked<StockReport>> StockService::deliver(std::string book, std::string name,
                                                 std::int64_t quantity) {
  if (auto stopped = check_writable(context_.store)) co_return std::unexpected(std::move(*stopped));
  if (auto bad = check_quantity(quantity)) co_return std::unexpected(std::move(*bad));
  if (name.empty() || name.size() > 64)
    co_return std::unexpected(
        Problem{Refusal::kInvalid, "must be 1 to 64 bytes", "/delivery", {}, false});
  std::function<Task<Checked<crdt::Stock>>(port::Transaction&)> body =
      [&](port::Transaction& transaction) {
        return put_delivery(transaction, book, name, quantity);
      };
  PERPETUA_CO_TRY(const auto done, co_await transact(context_.store, body));
  co_return show(done.value);
}

Task<Checked<StockReport>> StockService::write_off(std::string book, std::string key,
                                                   std::int64_t quantity) {
  if (auto stopped = check_writable(context_.store)) co_return std::unexpected(std::move(*stopped));
  if (auto bad = check_quantity(quantity)) co_return std::unexpected(std::move(*bad));
  const Writer& self = context_.store.self();
  std::function<Task<Checked<WriteOff>>(port::Transaction&)> body =
      [&](port::Transaction& transaction) {
        return put_write_off(transaction, self, book, key, quantity);
      };
  const std::int64_t deadline_ms = context_.clock.monotonic_ms() + kWriteOffMsMax;
  std::optional<GrantDesk::Demand> demand;
  Problem refusal{Refusal::kSoldOut, "there are not as many copies left", {}, {}, false};
  bool is_refused = false;
  while (true) {
    PERPETUA_CO_TRY(const auto done, co_await transact(context_.store, body));
    if (!done.value.is_short) co_return show(done.value.stock);
    refusal.lines = {short_of(book, done.value.stock)};
    if (is_refused) co_return std::unexpected(std::move(refusal));
    if (!demand) demand.emplace(grants_, book, quantity);
    const std::vector<std::string> books{book};
    const std::vector<AskOutcome> outcomes = co_await grants_.ask(books, deadline_ms);
    const AskOutcome outcome = outcomes.front();
    // Once more in any case: copies may have come while we asked.
    is_refused = outcome == AskOutcome::kNothing || outcome == AskOutcome::kUnheard ||
                 context_.clock.monotonic_ms() >= deadline_ms;
    if (outcome == AskOutcome::kWithheld) co_await port::sleep(context_.timers, kWithheldDelay);
    if (is_refused && outcome != AskOutcome::kNothing) {
      refusal.kind = Refusal::kUnavailable;
      refusal.detail = "another region, which may have copies, does not give them; ask again";
      refusal.outcome_unknown = outcome == AskOutcome::kUnheard;
    }
  }
}

Task<Checked<StockReport>> StockService::report(std::string book) {
  std::function<Task<Checked<crdt::Stock>>(port::Transaction&)> body =
      [&book](port::Transaction& transaction) { return read_known_stock(transaction, book); };
  PERPETUA_CO_TRY(const auto done, co_await transact(context_.store, body));
  co_return show(done.value);
}

}  // namespace perpetua::domain
