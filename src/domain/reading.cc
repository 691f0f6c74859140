#include "domain/reading.h"

#include "base/assert.h"
#include "base/hash.h"
#include "base/simulation.h"
#include "base/try.h"
#include "crdt/register.h"
#include "domain/book_codec.h"
#include "domain/hybrid_clock.h"
#include "domain/tables.h"

namespace perpetua::domain {

Problem undecodable(const Error& error) {
  return {Refusal::kCorrupt, "a stored row does not decode: " + error.message, {}, {}, false};
}

Task<Checked<std::vector<port::Row>>> gather(port::Transaction& transaction, port::Key key) {
  Result<std::vector<port::Row>> rows = co_await transaction.gather(std::move(key));
  if (!rows) co_return std::unexpected(to_problem(rows.error()));
  co_return std::move(*rows);
}

Task<Checked<std::vector<port::KeyedRow>>> scan(port::Transaction& transaction, port::Scan scan) {
  Result<std::vector<port::KeyedRow>> rows = co_await transaction.scan(std::move(scan));
  if (!rows) co_return std::unexpected(to_problem(rows.error()));
  co_return std::move(*rows);
}

Task<Checked<std::vector<port::KeyedRow>>> scan_all(port::Transaction& transaction,
                                                    std::string table, std::string partition) {
  std::vector<port::KeyedRow> all;
  port::Scan page{std::move(table), std::move(partition), "", "", port::kScanLimitMax};
  while (true) {
    PERPETUA_CO_TRY(auto rows, co_await scan(transaction, page));
    // The limit is of sort keys, each of which has at least one row.
    const bool is_last = rows.size() < page.limit;
    if (!rows.empty()) page.after = rows.back().key.sort;
    std::ranges::move(rows, std::back_inserter(all));
    if (is_last) co_return all;
  }
}

Task<Checked<BookRead>> read_book(port::Transaction& transaction, std::string id) {
  const port::Key key = tables::book(id);
  PERPETUA_CO_TRY(const auto rows, co_await gather(transaction, key));
  BookRead read;
  const port::Row* winner = nullptr;
  crdt::Versioned best;
  for (const port::Row& row : rows) {
    Result<crdt::Versioned> versioned = crdt::decode_versioned(row.value);
    if (!versioned) co_return std::unexpected(undecodable(versioned.error()));
    read.version = std::max(read.version, versioned->version);
    read.position[row.writer] = row.n;
    if (winner == nullptr || crdt::wins(*versioned, row.writer, best, winner->writer)) {
      winner = &row;
      best = std::move(*versioned);
    }
  }
  if (winner != nullptr) {
    Result<Book> book = decode_book(best.value);
    if (!book) co_return std::unexpected(undecodable(book.error()));
    read.book = std::move(*book);
  }
  co_return read;
}

Task<Checked<Book>> read_book_for_sale(port::Transaction& transaction, std::string id) {
  PERPETUA_CO_TRY(auto read, co_await read_book(transaction, id));
  if (!read.book || read.book->retired)
    co_return refuse(Refusal::kNotFound, "there is no book '" + id + "' in the catalogue");
  co_return std::move(*read.book);
}

Task<Checked<crdt::Stock>> read_stock(port::Transaction& transaction, std::string book) {
  crdt::Stock stock;
  PERPETUA_CO_TRY(const auto rows, co_await scan_all(transaction, tables::kDelivery, book));
  for (const port::KeyedRow& row : rows) {
    Result<crdt::Delivery> delivery = crdt::decode_delivery(row.row.value);
    if (!delivery) co_return std::unexpected(undecodable(delivery.error()));
    const auto [known, is_new] = stock.deliveries.emplace(row.key.sort, *delivery);
    PERPETUA_ASSERT(is_new || known->second == *delivery, "rows of one delivery are equal");
  }
  const port::Key key = tables::stock(book);
  PERPETUA_CO_TRY(const auto counters, co_await gather(transaction, key));
  for (const port::Row& row : counters) {
    Result<crdt::StockRow> decoded = crdt::decode_stock_row(row.value);
    if (!decoded) co_return std::unexpected(undecodable(decoded.error()));
    stock.rows.emplace(row.writer, std::move(*decoded));
  }
  co_return stock;
}

std::int64_t available(const crdt::Stock& stock) {
  std::int64_t sum = 0;
  for (const Writer& writer : stock.writers()) sum += stock.rights(writer);
  return std::max<std::int64_t>(0, sum);
}

std::vector<Availability> availability(const crdt::Stock& stock) {
  std::map<std::string, std::int64_t> by_region;
  for (const Writer& writer : stock.writers()) by_region[writer.region] += stock.rights(writer);
  std::vector<Availability> out;
  out.reserve(by_region.size());
  for (const auto& [region, quantity] : by_region)
    out.push_back({region, std::max<std::int64_t>(0, quantity)});
  return out;
}

Task<Checked<CartRead>> read_cart(port::Transaction& transaction, const Writer& self,
                                  std::string cart) {
  CartRead read;
  PERPETUA_CO_TRY(const auto rows, co_await scan_all(transaction, tables::kCart, cart));
  for (const port::KeyedRow& row : rows) {
    Result<crdt::CartLineRow> line = crdt::decode_cart_line_row(row.row.value);
    if (!line) co_return std::unexpected(undecodable(line.error()));
    crdt::CartLineRow& merged = read.merged[row.key.sort];
    merged = crdt::merge(merged, *line);
    if (row.row.writer == self) read.own[row.key.sort] = std::move(*line);
  }
  co_return read;
}

Task<Checked<Cart>> show_cart(port::Transaction& transaction, std::string id,
                              const CartRead& lines) {
  Cart cart;
  cart.id = id;
  const bool is_over_merged = PERPETUA_PLANTED(etag_over_merged);
  Encoder seen;
  seen.str(id);
  for (const auto& [book_id, line] : lines.merged) {
    // Operations, not merged quantities: two different carts can have the same sums.
    seen.str(book_id);
    std::int64_t quantity = 0;
    for (const auto& [key, left] : line.left()) quantity += left;
    if (is_over_merged) {
      seen.i64(quantity);
    } else {
      seen.u32(static_cast<std::uint32_t>(line.operations.size()));
      for (const auto& [key, left] : line.left()) {
        seen.str(key);
        seen.i64(line.operations.at(key).added);
        seen.i64(left);
      }
    }
    if (quantity == 0) continue;
    PERPETUA_CO_TRY(auto read, co_await read_book(transaction, book_id));
    if (!read.book || read.book->retired) continue;
    PERPETUA_CO_TRY(const auto stock, co_await read_stock(transaction, book_id));
    Book& book = *read.book;
    seen.i64(book.price.amount);
    seen.str(book.price.currency);
    cart.total.amount += quantity * book.price.amount;
    cart.total.currency = book.price.currency;
    cart.lines.push_back({book_id, std::move(book.title), std::move(book.authors),
                          std::move(book.category), quantity, std::move(book.price),
                          available(stock)});
  }
  if (cart.total.currency.empty()) cart.total.currency = "EUR";
  cart.etag = to_hex(hash(seen.bytes())).substr(0, 32);
  co_return cart;
}

Task<Checked<OrderRead>> read_order(port::Transaction& transaction, std::string id) {
  const port::Key key = tables::order(id);
  PERPETUA_CO_TRY(const auto rows, co_await gather(transaction, key));
  OrderRead read;
  for (const port::Row& row : rows) {
    Result<crdt::OrderRow> order = crdt::decode_order_row(row.value);
    if (!order) co_return std::unexpected(undecodable(order.error()));
    read.rows.emplace(row.writer, std::move(*order));
    read.entries.emplace(row.writer, row.n);
  }
  co_return read;
}

Order show_order(const std::string& id, const OrderRead& read, const port::Peers& peers) {
  const Writer& winner = crdt::winner(read.rows);
  const crdt::OrderRow& row = read.rows.at(winner);
  Order order;
  order.id = id;
  order.customer = row.customer;
  order.cart = row.cart;
  order.total.currency = row.currency;
  for (const crdt::OrderContentLine& line : row.lines) {
    order.lines.push_back({line.book, line.quantity, {line.price, row.currency}});
    order.total.amount += line.quantity * line.price;
  }
  order.details = row.details;
  if (row.details.delivery) order.total.amount += row.details.delivery->price;
  order.placed_at_ms = HybridClock::to_ms(row.clock);
  order.taken_by = winner;
  const bool remote = std::ranges::any_of(read.entries, [&peers](const auto& entry) {
    return peers.is_held_elsewhere(entry.first, entry.second);
  });
  order.durability = remote ? Durability::kRemote : Durability::kLocal;
  return order;
}

}  // namespace perpetua::domain
