#include "domain/catalogue.h"

#include <limits>

#include "base/assert.h"
#include "base/simulation.h"
#include "base/try.h"
#include "crdt/register.h"
#include "domain/book_codec.h"
#include "domain/reading.h"
#include "domain/tables.h"
#include "domain/transact.h"
#include "domain/validate.h"

namespace perpetua::domain {
namespace {

constexpr const char* kInitial = "initial";

/// Keeps this region's own value of the book, which is about to be written over. Others' stay under
/// their own writers.
Task<Checked<bool>> keep_edit(port::Transaction& transaction, const Writer& self, std::string id) {
  const port::Key key = tables::book(id);
  PERPETUA_CO_TRY(const auto rows, co_await gather(transaction, key));
  for (const port::Row& row : rows) {
    if (row.writer != self) continue;
    const Result<crdt::Versioned> own = crdt::decode_versioned(row.value);
    if (!own) co_return std::unexpected(undecodable(own.error()));
    transaction.put(tables::book_edit(id, own->version), row.value);
  }
  co_return true;
}

Task<Checked<PutOutcome>> put_book(port::Transaction& transaction, const Writer& self,
                                   HybridClock& clock, const Book& book) {
  PERPETUA_CO_TRY(const auto known, co_await read_book(transaction, book.id));
  if (known.book == book) co_return PutOutcome::kUnchanged;
  if (known.book) {
    PERPETUA_CO_TRY(const bool kept, co_await keep_edit(transaction, self, book.id));
    static_cast<void>(kept);
  }
  PERPETUA_ASSERT(known.version < std::numeric_limits<std::uint64_t>::max(), "versions never wrap");
  // Under this key alone: a version far ahead is not the clock's, which dates orders.
  const std::uint64_t version = PERPETUA_PLANTED(version_of_clock_alone)
                                    ? clock.next()
                                    : std::max(clock.next(), known.version + 1);
  const crdt::Versioned row{version, encode(book)};
  transaction.put(tables::book(book.id), crdt::encode(row));
  co_return PutOutcome::kAccepted;
}

Task<Checked<PutOutcome>> put_initial(port::Transaction& transaction, const std::string& book,
                                      std::int64_t quantity, const std::vector<Writer>& founders) {
  // By its name: another quantity in a later import is not a second first stock.
  PERPETUA_CO_TRY(const auto stock, co_await read_stock(transaction, book));
  for (const auto& [id, known] : stock.deliveries)
    if (known.name == kInitial) co_return PutOutcome::kUnchanged;
  const crdt::Delivery delivery = crdt::make_delivery(book, kInitial, quantity, founders);
  const std::string id = crdt::delivery_id(book, kInitial, quantity);
  transaction.put(tables::delivery(book, id), crdt::encode(delivery));
  co_return PutOutcome::kAccepted;
}

Task<Checked<std::vector<PutOutcome>>> put_all(port::Transaction& transaction, const Writer& self,
                                               HybridClock& clock,
                                               const std::vector<NewBook>& books) {
  PERPETUA_CO_TRY(const auto members, co_await read_members(transaction));
  std::vector<PutOutcome> outcomes;
  for (const NewBook& entry : books) {
    PERPETUA_CO_TRY(PutOutcome outcome, co_await put_book(transaction, self, clock, entry.book));
    if (entry.initial > 0) {
      PERPETUA_CO_TRY(
          const PutOutcome delivered,
          co_await put_initial(transaction, entry.book.id, entry.initial, members.founders));
      if (delivered == PutOutcome::kAccepted) outcome = PutOutcome::kAccepted;
    }
    outcomes.push_back(outcome);
  }
  co_return outcomes;
}

}  // namespace

Task<Checked<std::vector<PutOutcome>>> Catalogue::put(std::vector<NewBook> books) {
  if (auto stopped = check_writable(context_.store)) co_return std::unexpected(std::move(*stopped));
  PERPETUA_ASSERT(books.size() <= kBooksPerPut, "the caller splits");
  for (const NewBook& entry : books)
    PERPETUA_ASSERT(!validate(entry.book), "the caller refuses what no book may hold");
  std::function<Task<Checked<std::vector<PutOutcome>>>(port::Transaction&)> body =
      [this, &books](port::Transaction& transaction) {
        return put_all(transaction, context_.store.self(), clock_, books);
      };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  co_return std::move(done.value);
}

namespace {

Task<Checked<PutOutcome>> retire_book(port::Transaction& transaction, const Writer& self,
                                      HybridClock& clock, std::string id) {
  PERPETUA_CO_TRY(auto known, co_await read_book(transaction, id));
  if (!known.book) co_return refuse(Refusal::kNotFound, "there is no book '" + id + "'");
  Book retired = std::move(*known.book);
  retired.retired = true;
  co_return co_await put_book(transaction, self, clock, retired);
}

struct Edit {
  crdt::Versioned row;
  Writer writer;
};

Task<Checked<std::vector<Edit>>> read_edits(port::Transaction& transaction, std::string id) {
  const port::Key key = tables::book(id);
  PERPETUA_CO_TRY(auto rows, co_await gather(transaction, key));
  const port::Scan before{tables::kBookEdit, id, "", "", kHistoryMax};
  PERPETUA_CO_TRY(auto edits, co_await scan(transaction, before));
  for (port::KeyedRow& edit : edits) rows.push_back(std::move(edit.row));
  std::vector<Edit> all;
  for (const port::Row& row : rows) {
    Result<crdt::Versioned> versioned = crdt::decode_versioned(row.value);
    if (!versioned) co_return std::unexpected(undecodable(versioned.error()));
    all.push_back({std::move(*versioned), row.writer});
  }
  std::ranges::sort(all, [](const Edit& a, const Edit& b) {
    return crdt::wins(a.row, a.writer, b.row, b.writer);
  });
  if (all.size() > kHistoryMax) all.resize(kHistoryMax);
  co_return all;
}

Task<Checked<std::vector<BookEdit>>> read_history(port::Transaction& transaction, std::string id) {
  PERPETUA_CO_TRY(const auto edits, co_await read_edits(transaction, id));
  if (edits.empty()) co_return refuse(Refusal::kNotFound, "there is no book '" + id + "'");
  std::vector<BookEdit> history;
  for (const Edit& edit : edits) {
    Result<Book> book = decode_book(edit.row.value);
    if (!book) co_return std::unexpected(undecodable(book.error()));
    history.push_back({std::move(*book), edit.writer, HybridClock::to_ms(edit.row.version)});
  }
  co_return history;
}

Task<Checked<BookDetail>> read_detail(port::Transaction& transaction, std::string id) {
  BookDetail detail;
  PERPETUA_CO_TRY(detail.book, co_await read_book_for_sale(transaction, id));
  PERPETUA_CO_TRY(const auto stock, co_await read_stock(transaction, id));
  detail.availability = availability(stock);
  co_return detail;
}

Task<Checked<Reflecting<std::vector<Book>>>> read_many(port::Transaction& transaction,
                                                       const std::vector<std::string>& ids) {
  Reflecting<std::vector<Book>> books;
  for (const std::string& id : ids) {
    PERPETUA_CO_TRY(auto read, co_await read_book(transaction, id));
    books.position = join(books.position, read.position);
    if (read.book && !read.book->retired) books.value.push_back(std::move(*read.book));
  }
  co_return books;
}

}  // namespace

Task<Checked<PutOutcome>> Catalogue::retire(std::string book) {
  if (auto stopped = check_writable(context_.store)) co_return std::unexpected(std::move(*stopped));
  std::function<Task<Checked<PutOutcome>>(port::Transaction&)> body =
      [this, &book](port::Transaction& transaction) {
        return retire_book(transaction, context_.store.self(), clock_, book);
      };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  co_return done.value;
}

Task<Checked<std::vector<BookEdit>>> Catalogue::history(std::string book) {
  std::function<Task<Checked<std::vector<BookEdit>>>(port::Transaction&)> body =
      [&book](port::Transaction& transaction) { return read_history(transaction, book); };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  co_return std::move(done.value);
}

Task<Checked<BookDetail>> Catalogue::get(std::string book) {
  std::function<Task<Checked<BookDetail>>(port::Transaction&)> body =
      [&book](port::Transaction& transaction) { return read_detail(transaction, book); };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  co_return std::move(done.value);
}

Task<Checked<Reflecting<std::vector<Book>>>> Catalogue::get_many(std::vector<std::string> books) {
  std::function<Task<Checked<Reflecting<std::vector<Book>>>>(port::Transaction&)> body =
      [&books](port::Transaction& transaction) { return read_many(transaction, books); };
  PERPETUA_CO_TRY(auto done, co_await transact(context_.store, body));
  co_return std::move(done.value);
}

}  // namespace perpetua::domain
