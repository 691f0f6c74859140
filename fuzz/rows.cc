// What rows hold, as other regions' logs bring them, and what regions ask each other:
// docs/formats/tables.md.

#include "base/assert.h"
#include "crdt/cart_line.h"
#include "crdt/order.h"
#include "crdt/register.h"
#include "crdt/stock.h"
#include "domain/book_codec.h"
#include "domain/grant_message.h"
#include "domain/membership.h"
#include "domain/validate.h"
#include "fuzz/target.h"

namespace perpetua::fuzz {
namespace {

const Writer kHere{"eu-west-1", 1};
const Writer kThere{"ap-southeast-1", 2};

/// Rows of one meaning are the same bytes in every region.
template <class Row>
void check_encoding(const Row& row, std::string_view bytes) {
  PERPETUA_ASSERT(encode(row) == bytes, "a row has one encoding");
}

void run_cart_line(std::string_view bytes) {
  const auto row = crdt::decode_cart_line_row(bytes);
  if (!row) return;
  check_encoding(*row, bytes);
  PERPETUA_ASSERT(merge(*row, *row) == *row, "a merge is idempotent");
  PERPETUA_ASSERT(merge(*row, {}) == *row && merge({}, *row) == *row, "an empty row adds nothing");
  for (const auto& [key, copies] : row->left())
    PERPETUA_ASSERT(copies >= 0 && copies <= row->operations.at(key).added,
                    "no more is left of an operation than it added");
  crdt::CartLineRow cancelled;
  cancel(cancelled, *row);
  PERPETUA_ASSERT(merge(*row, cancelled).quantity() == 0, "a removal leaves nothing that it saw");
}

void run_stock(std::string_view bytes) {
  const auto row = crdt::decode_stock_row(bytes);
  if (!row) return;
  check_encoding(*row, bytes);
  PERPETUA_ASSERT(row->sold >= 0 && row->released >= 0 && row->written_off >= 0,
                  "counters are never negative");
}

void run_delivery(std::string_view bytes) {
  const auto delivery = crdt::decode_delivery(bytes);
  if (!delivery) return;
  check_encoding(*delivery, bytes);
  std::int64_t shared = 0;
  for (const auto& [writer, share] : delivery->shares) shared += share;
  PERPETUA_ASSERT(shared == delivery->quantity, "the shares add up to the quantity");
}

void run_order(std::string_view bytes) {
  const auto row = crdt::decode_order_row(bytes);
  if (!row) return;
  check_encoding(*row, bytes);
  crdt::OrderRow later = *row;
  ++later.clock;
  if (later.clock != 0)
    PERPETUA_ASSERT(crdt::winner({{kHere, *row}, {kThere, later}}) == kHere, "the earliest wins");
}

void run_versioned(std::string_view bytes) {
  const auto row = crdt::decode_versioned(bytes);
  if (!row) return;
  check_encoding(*row, bytes);
  PERPETUA_ASSERT(wins(*row, kHere, *row, kThere) != wins(*row, kThere, *row, kHere),
                  "one of two wins");
}

// --- by the first byte: which row ---

void run_row(std::string_view input) {
  if (input.empty()) return;
  const std::string_view bytes = input.substr(1);
  switch (input.front()) {
    case 'c':
      return run_cart_line(bytes);
    case 's':
      return run_stock(bytes);
    case 'd':
      return run_delivery(bytes);
    case 'o':
      return run_order(bytes);
    case 'v':
      return run_versioned(bytes);
    default:
      return;
  }
}

std::vector<std::string> row_seeds() {
  crdt::CartLineRow line;
  line.operations = {{"key-1", {3, 0, "request"}}, {"key-2", {2, 2, "other"}}};
  line.takings = {{"or_1", take(line, 2, 77, kHere)}};
  line.written_ms = 1'700'000'000'000;
  crdt::StockRow stock{7, 2, 1, {{kThere, 3}}};
  const crdt::OrderRow order{"cu_1", "ca_1", "EUR", {{"bread", 1, 500}, {"dune", 2, 1899}}, {}, 9};
  crdt::OrderRow sent = order;
  sent.details = {
      .ship_to = crdt::Address{"A. Buyer", "1 Main Street", "Flat 2", "D02", "Dublin", "IE"},
      .delivery = crdt::OrderDelivery{"standard", 390, "EUR"},
      .payment = crdt::Payment{"visa", "4242"}};
  return {'c' + encode(line),
          's' + encode(stock),
          'd' + encode(crdt::make_delivery("dune", "initial", 7, {kHere, kThere})),
          'o' + encode(order),
          'o' + encode(sent),
          'v' + encode(crdt::Versioned{5, "value"})};
}

// --- what the rules keep and ask: a book, the founders, a question for rights, its answer ---

void run_domain(std::string_view input) {
  if (input.empty()) return;
  const std::string_view bytes = input.substr(1);
  if (input.front() == 'b') {
    const auto book = domain::decode_book(bytes);
    if (!book) return;
    check_encoding(*book, bytes);
    if (!validate(*book))
      PERPETUA_ASSERT(bytes.size() <= port::kRowSizeMax, "a sound book fits into a row");
  } else if (input.front() == 'f') {
    const auto founders = domain::decode_founders(bytes);
    if (!founders) return;
    PERPETUA_ASSERT(domain::encode_founders(*founders) == bytes, "a record has one encoding");
    PERPETUA_ASSERT(std::ranges::is_sorted(*founders), "founders are in order");
  } else if (input.front() == 'q') {
    if (const auto question = domain::decode_grant_question(bytes))
      check_encoding(*question, bytes);
  } else if (input.front() == 'a') {
    if (const auto answer = domain::decode_grant_answer(bytes)) check_encoding(*answer, bytes);
  }
}

std::vector<std::string> domain_seeds() {
  domain::Book book;
  book.id = "dune";
  book.title = "Dune";
  book.authors = {"F. Herbert", "B. Herbert"};
  book.category = "science-fiction";
  book.description = "Sand.";
  book.price = {1899, "EUR"};
  const std::string plain = 'b' + encode(book);
  book.language = "en";
  book.year = 1965;
  book.isbn = "9780441172719";
  book.rating = {4.5, 1000};
  book.retired = true;
  return {plain, 'b' + encode(book), 'f' + domain::encode_founders({kThere, kHere}),
          'q' + encode(domain::GrantQuestion{"dune", kThere, 5, 9}),
          'a' + encode(domain::GrantAnswer{6, true, 10})};
}

constexpr Target kTargets[] = {
    {"row", run_row, row_seeds},
    {"domain_value", run_domain, domain_seeds},
};

}  // namespace

std::span<const Target> row_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
