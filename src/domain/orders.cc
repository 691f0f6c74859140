#include "domain/orders.h"

#include <algorithm>
#include <deque>

#include "base/assert.h"
#include "base/simulation.h"
#include "base/try.h"
#include "domain/reading.h"
#include "domain/tables.h"
#include "domain/transact.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHearingTimeout{1000};
constexpr std::int64_t kPlacingMsMax = 2500;
// How soon to ask again for copies that another region's waiting orders may leave.
constexpr milliseconds kWithheldDelay{20};

/// Sorts newest first: the clock's complement in hexadecimal, then the id.
std::string customer_order_sort(std::uint64_t clock, const std::string& id) {
  Encoder out;
  out.u64(~clock);
  return to_hex(out.bytes()) + "." + id;
}

}  // namespace

/// One run of the transaction: the order as it stands now, or what is missing to take it.
struct OrderService::Attempt {
  std::optional<OrderRead> taken_before;
  std::optional<crdt::OrderRow> taken_now;
  std::vector<OrderLine> lines;      // of an order not taken yet
  std::vector<ProblemLine> missing;  // books whose own rights are short, with what all regions have
};

namespace {

Task<Checked<std::vector<OrderLine>>> lines_of(port::Transaction& transaction,
                                               const OrderRequest& request, const CartRead& lines,
                                               std::string cart_id) {
  if (const auto* explicit_order = std::get_if<ExplicitOrder>(&request.what))
    co_return by_book(explicit_order->lines);
  PERPETUA_CO_TRY(const auto cart, co_await show_cart(transaction, cart_id, lines));
  if (cart.etag != std::get<CartOrder>(request.what).etag) {
    PERPETUA_REACHED(etag_mismatch);
    co_return refuse(Refusal::kEtagMismatch,
                     "the cart is not as If-Match says; read it again and order what it holds");
  }
  if (cart.lines.empty()) co_return refuse(Refusal::kCartEmpty, "the cart is empty");
  std::vector<OrderLine> out;
  out.reserve(cart.lines.size());
  for (const CartLine& line : cart.lines) out.push_back({line.book_id, line.quantity, line.price});
  // The body has no lines to point at. Carts merged after a cut can be such.
  if (check_lines(out))
    co_return refuse(Refusal::kInvalid,
                     "the cart holds too many books, or two currencies, and cannot be ordered as a "
                     "whole; order some of its lines");
  co_return out;
}

Task<Checked<bool>> check_prices(port::Transaction& transaction,
                                 const std::vector<OrderLine>& lines) {
  Problem changed{
      Refusal::kPriceChanged, "the price has changed; look at it and order again", {}, {}, false};
  for (const OrderLine& line : lines) {
    PERPETUA_CO_TRY(const auto book, co_await read_book_for_sale(transaction, line.book_id));
    if (book.price != line.price) changed.lines.push_back({line.book_id, book.price, 0});
  }
  if (!changed.lines.empty()) co_return std::unexpected(std::move(changed));
  co_return true;
}

}  // namespace

Task<Checked<OrderService::Attempt>> OrderService::attempt(port::Transaction& transaction,
                                                           const Session& session,
                                                           const std::string& key,
                                                           const std::string& id,
                                                           const OrderRequest& request) {
  const Writer& self = context_.store.self();
  Attempt attempt;
  // The id first: whatever has changed since, what was taken stands.
  PERPETUA_CO_TRY(auto known, co_await read_order(transaction, id));
  if (!known.rows.empty()) {
    PERPETUA_REACHED(order_repeated);
    attempt.taken_before = std::move(known);
    co_return attempt;
  }
  if (auto stopped = check_writable(context_.store)) co_return std::unexpected(std::move(*stopped));
  const port::Key by_key = tables::order_key(session.cart, key);
  PERPETUA_CO_TRY(const auto uses, co_await gather(transaction, by_key));
  for (const port::Row& use : uses)
    if (use.value != id)
      co_return refuse(Refusal::kKeyReused,
                       "this Idempotency-Key was used for another order; use a new one");
  PERPETUA_CO_TRY(const auto cart, co_await read_cart(transaction, self, session.cart));
  PERPETUA_CO_TRY(const auto lines, co_await lines_of(transaction, request, cart, session.cart));
  PERPETUA_CO_TRY(const bool prices, co_await check_prices(transaction, lines));
  static_cast<void>(prices);
  const std::string& currency = lines.front().price.currency;
  if (auto bad = check_currency(request.details, currency))
    co_return std::unexpected(std::move(*bad));
  if (auto bad = check_delivery(request.details, delivery_))
    co_return std::unexpected(std::move(*bad));

  crdt::OrderRow row{session.customer, session.cart, currency, {}, request.details, clock_.next()};
  std::vector<std::pair<port::Key, std::string>> rows;
  for (const OrderLine& line : lines) {
    PERPETUA_CO_TRY(const auto stock, co_await read_stock(transaction, line.book_id));
    if (stock.rights(self) < line.quantity) {
      attempt.missing.push_back({line.book_id, line.price, available(stock)});
      continue;
    }
    crdt::StockRow own;
    if (const auto found = stock.rows.find(self); found != stock.rows.end()) own = found->second;
    own.sold += line.quantity;
    rows.emplace_back(tables::stock(line.book_id), crdt::encode(own));
    row.lines.push_back({line.book_id, line.quantity, line.price.amount});
    PERPETUA_CO_TRY(const auto in_cart, take_for_order(cart, line, id, row.clock, self));
    if (in_cart)
      rows.emplace_back(tables::cart_line(session.cart, line.book_id), crdt::encode(*in_cart));
  }
  if (!attempt.missing.empty()) {
    attempt.lines = lines;
    co_return attempt;
  }
  rows.emplace_back(tables::order(id), crdt::encode(row));
  rows.emplace_back(by_key, id);
  rows.emplace_back(tables::customer_order(session.customer, customer_order_sort(row.clock, id)),
                    id);
  for (auto& [row_key, value] : rows) transaction.put(std::move(row_key), std::move(value));
  attempt.taken_now = std::move(row);
  co_return attempt;
}

/// A refusal for the books of `none_elsewhere` of which all regions together have not enough.
/// Copies that one other region has granted to another are seen in no region's rights until they
/// arrive, yet they are there.
std::optional<Problem> OrderService::sold_out(const Attempt& tried,
                                              const std::vector<std::string>& none_elsewhere) {
  Problem refusal{Refusal::kSoldOut, "there are not as many copies left", {}, {}, false};
  for (const ProblemLine& line : tried.missing) {
    const auto wanted = std::ranges::find(tried.lines, line.book_id, &OrderLine::book_id);
    if (line.available < wanted->quantity &&
        std::ranges::find(none_elsewhere, line.book_id) != none_elsewhere.end())
      refusal.lines.push_back(line);
  }
  if (refusal.lines.empty()) return std::nullopt;
  return refusal;
}

/// What one call of place() has found out so far.
struct OrderService::Placing {
  std::int64_t deadline_ms = 0;       // for copies from other regions
  bool heard = false;                 // every other member, since the request began
  bool may_be_taken = false;          // here: a commit began, and nobody knows how it ended
  std::vector<std::string> sold_out;  // books of which no other member had rights to give
};

/// Whether there is a reason to run the transaction again before it refuses: all that the other
/// regions had written when the request began has come, an order that was taken there included.
Task<bool> OrderService::learn(Placing& placing) {
  if (placing.heard) co_return false;
  placing.heard =
      co_await grants_.hear_all(context_.clock.monotonic_ms() + kHearingTimeout.count());
  co_return placing.heard;
}

/// Nothing: try again. With `sold_out` it will tell whether that is still so, for what the others
/// had written when they said so is here.
Task<std::optional<Problem>> OrderService::ask_for(const Attempt& short_of, Placing& placing) {
  Problem unavailable{Refusal::kUnavailable, {}, {}, short_of.missing, false};
  if (context_.clock.monotonic_ms() >= placing.deadline_ms) {
    unavailable.detail = "the copies are wanted by other orders too; ask again with the same key";
    co_return unavailable;
  }
  // Copies that are on their way between two other regions are nobody's to give for the moment.
  if (!placing.sold_out.empty()) co_await port::sleep(context_.timers, kWithheldDelay);
  std::vector<std::string> books;
  books.reserve(short_of.missing.size());
  for (const ProblemLine& line : short_of.missing) books.push_back(line.book_id);
  const std::vector<AskOutcome> outcomes = co_await grants_.ask(books, placing.deadline_ms);
  placing.heard = placing.heard || std::ranges::any_of(outcomes, all_heard);
  placing.sold_out.clear();
  for (std::size_t i = 0; i < books.size(); ++i)
    if (outcomes[i] == AskOutcome::kNothing) placing.sold_out.push_back(books[i]);
  const auto any = [&outcomes](AskOutcome outcome) {
    return std::ranges::find(outcomes, outcome) != outcomes.end();
  };
  if (!placing.sold_out.empty() || any(AskOutcome::kGranted)) co_return std::nullopt;
  if (any(AskOutcome::kUnheard)) {
    unavailable.detail =
        "this region has not as many copies and another region does not answer; ask again with "
        "the same Idempotency-Key";
    co_return unavailable;
  }
  co_await port::sleep(context_.timers, kWithheldDelay);
  co_return std::nullopt;
}

Task<Reflecting<Order>> OrderService::answer(const std::string& id, Attempt attempt,
                                             port::Committed committed) {
  const Writer& self = context_.store.self();
  OrderRead read;
  if (attempt.taken_before) {
    read = std::move(*attempt.taken_before);
  } else {
    read.rows.emplace(self, std::move(*attempt.taken_now));
    read.entries.emplace(self, committed.n);
  }
  if (const auto own = read.entries.find(self); own != read.entries.end())
    static_cast<void>(co_await context_.peers.wait_remote(own->second, kRemoteTimeout));
  Reflecting<Order> answer;
  answer.value = show_order(id, read, context_.peers);
  answer.position = std::move(committed.position);
  co_return answer;
}

Task<Checked<Reflecting<Order>>> OrderService::place(Session session, std::string key,
                                                     OrderRequest request) {
  if (auto bad = check(request)) co_return std::unexpected(std::move(*bad));
  const std::string id =
      PERPETUA_PLANTED(retry_forgets_key)
          ? order_id(session.cart, std::to_string(context_.clock.monotonic_ms()), request)
          : order_id(session.cart, key, request);
  Placing placing;
  placing.deadline_ms = context_.clock.monotonic_ms() + kPlacingMsMax;
  std::function<Task<Checked<Attempt>>(port::Transaction&)> body =
      [&](port::Transaction& transaction) {
        return attempt(transaction, session, key, id, request);
      };
  const auto refused = [&placing](Problem problem) {
    const bool is_sure =
        (placing.heard && !placing.may_be_taken) || PERPETUA_PLANTED(refusal_is_final);
    problem.outcome_unknown = problem.outcome_unknown || !is_sure;
    return std::unexpected(std::move(problem));
  };
  // Of all its lines: copies that are here must not go while those that are not come.
  std::deque<GrantDesk::Demand> demands;
  while (true) {
    auto done = co_await transact(context_.store, body);
    if (!done) {
      placing.may_be_taken = placing.may_be_taken || done.error().outcome_unknown;
      const bool has_learnt = co_await learn(placing);
      if (has_learnt) continue;
      co_return refused(std::move(done.error()));
    }
    Attempt& tried = done->value;
    if (tried.missing.empty()) {
      if (tried.taken_before && placing.heard) PERPETUA_REACHED(order_taken_elsewhere_learnt);
      demands.clear();
      co_return co_await answer(id, std::move(tried), std::move(done->committed));
    }
    if (auto gone = sold_out(tried, placing.sold_out)) co_return refused(std::move(*gone));
    if (demands.empty())
      for (const OrderLine& line : tried.lines)
        demands.emplace_back(grants_, line.book_id, line.quantity);
    std::optional<Problem> unavailable = co_await ask_for(tried, placing);
    if (unavailable) co_return refused(std::move(*unavailable));
  }
}

namespace {

struct Listed {
  std::vector<std::pair<std::string, OrderRead>> orders;
  std::optional<std::string> next;
};

Task<Checked<Listed>> read_list(port::Transaction& transaction, std::string customer,
                                std::string after, std::size_t limit) {
  // One more than asked for tells whether there is a next page.
  port::Scan page{tables::kCustomerOrder, customer, "", after, limit + 1};
  PERPETUA_CO_TRY(const auto rows, co_await scan(transaction, page));
  Listed listed;
  std::string last;
  std::size_t sorts = 0;
  for (const port::KeyedRow& row : rows) {
    // Two writers whose clocks agreed have filed one order at one place.
    if (row.key.sort == last) continue;
    if (++sorts > limit) {
      listed.next = last;
      break;
    }
    last = row.key.sort;
    const std::string id = row.row.value;
    PERPETUA_CO_TRY(auto order, co_await read_order(transaction, id));
    if (order.rows.empty()) continue;
    // Two writers' rows of one order stand at two places: it is shown at the winner's.
    const crdt::OrderRow& shown = order.rows.at(crdt::winner(order.rows));
    if (customer_order_sort(shown.clock, id) == row.key.sort)
      listed.orders.emplace_back(id, std::move(order));
  }
  co_return listed;
}

bool is_list_cursor(const std::string& cursor) {
  return cursor.size() > 17 && cursor.size() <= 80 && cursor[16] == '.' &&
         cursor.compare(17, 3, "or_") == 0 &&
         std::all_of(cursor.begin(), cursor.begin() + 16,
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Task<Checked<Reflecting<Order>>> OrderService::get(Session session, std::string id) {
  std::function<Task<Checked<OrderRead>>(port::Transaction&)> body =
      [&id](port::Transaction& transaction) { return read_order(transaction, id); };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  const auto none = refuse(Refusal::kNotFound, "there is no order '" + id + "' of yours");
  if (done.value.rows.empty()) co_return none;
  Reflecting<Order> answer;
  answer.value = show_order(id, done.value, context_.peers);
  if (answer.value.customer != session.customer) co_return none;
  answer.position = std::move(done.committed.position);
  co_return answer;
}

Task<Checked<Reflecting<OrderPage>>> OrderService::list(Session session,
                                                        std::optional<std::string> cursor,
                                                        std::size_t limit) {
  PERPETUA_ASSERT(limit >= 1 && limit <= 100, "the API checks the limit");
  if (cursor && !is_list_cursor(*cursor))
    co_return refuse(Refusal::kInvalid, "cursor is not one that this list gave");
  const std::string after = cursor.value_or("");
  std::function<Task<Checked<Listed>>(port::Transaction&)> body =
      [&session, &after, limit](port::Transaction& transaction) {
        return read_list(transaction, session.customer, after, limit);
      };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  Reflecting<OrderPage> answer;
  for (const auto& [id, read] : done.value.orders)
    answer.value.orders.push_back(show_order(id, read, context_.peers));
  answer.value.next = std::move(done.value.next);
  answer.position = std::move(done.committed.position);
  co_return answer;
}

}  // namespace perpetua::domain
