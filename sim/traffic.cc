#include "sim/traffic.h"

#include "base/assert.h"
#include "domain/tables.h"

namespace perpetua::sim {

Traffic::Traffic(Shop& shop, std::string name, std::size_t books, std::int64_t copies_max)
    : shop_(shop), name_(std::move(name)) {
  Random random = shop.random("traffic of " + name_);
  for (std::size_t i = 0; i < books; ++i) {
    std::string id = name_ + "-" + std::to_string(i);
    std::ranges::replace(id, '_', '-');
    add_book(shop, id, random.between(1, copies_max));
    books_.push_back(std::move(id));
  }
}

void Traffic::start(std::size_t buyers) {
  for (std::size_t i = 0; i < std::min(buyers, shop_.plan().buyers_max); ++i) {
    std::string name = name_ + "-buyer-" + std::to_string(i);
    buyers_.push_back(std::make_unique<Buyer>(shop_, name, i));
    shop_.go(std::move(name), shop_around(*buyers_.back()));
  }
}

Task<void> Traffic::shop_around(Buyer& buyer) {
  Random& random = buyer.random();
  while (!shop_.is_closing()) {
    switch (random.below(6)) {
      case 0:
      case 1:
        co_await order_lines(buyer);
        break;
      case 2:
        co_await order_cart(buyer);
        break;
      case 3:
      case 4:
        co_await change_cart(buyer);
        break;
      default:
        co_await order_twice(buyer);
    }
    const Micros pause = random.between(5, 500) * kMillisecond;
    co_await shop_.sleep(pause);
  }
}

Task<void> Traffic::order_lines(Buyer& buyer) {
  Random& random = buyer.random();
  const std::string book = random.any(books_);
  const std::int64_t quantity = random.between(1, 3);
  domain::OrderRequest wanted = lines(book, quantity, 1000);
  wanted.details = buyer.any_details();
  const int tries = static_cast<int>(random.between(1, 4));
  static_cast<void>(co_await buyer.buy(buyer.new_key(), wanted, tries));
}

Task<void> Traffic::order_cart(Buyer& buyer) {
  const auto seen = co_await buyer.cart(buyer.home());
  if (!seen || !seen->result || seen->result->value.lines.empty()) co_return;
  domain::OrderRequest wanted = domain::CartOrder{seen->result->value.etag};
  wanted.details = buyer.any_details();
  static_cast<void>(co_await buyer.buy(buyer.new_key(), wanted, 3));
}

Task<void> Traffic::change_cart(Buyer& buyer) {
  Random& random = buyer.random();
  const std::string book = random.any(books_);
  const std::string key = buyer.new_key();
  const std::size_t region = random.permille(700) ? buyer.home() : buyer.elsewhere(buyer.home());
  const std::int64_t quantity = random.between(1, 3);
  switch (random.below(4)) {
    case 0:
      static_cast<void>(co_await buyer.set(region, book, quantity, key));
      break;
    case 1:
      static_cast<void>(co_await buyer.remove(region, book, key));
      break;
    default:
      static_cast<void>(co_await buyer.add_surely(book, quantity, key, 3));
  }
}

Task<void> Traffic::place_once(Buyer& buyer, std::size_t region, std::string key,
                               domain::OrderRequest request) {
  static_cast<void>(co_await buyer.place(region, std::move(key), std::move(request)));
}

Task<void> Traffic::order_twice(Buyer& buyer) {
  Random& random = buyer.random();
  domain::OrderRequest wanted = lines(random.any(books_), 1, 1000);
  wanted.details = buyer.any_details();
  const std::string key = buyer.new_key();
  const std::size_t other = buyer.elsewhere(buyer.home());
  shop_.go(name_ + "'s hasty retry", place_once(buyer, other, key, wanted));
  co_await place_once(buyer, buyer.home(), key, wanted);
}

std::optional<std::vector<port::KeyedRow>> all_rows(Process& process, const char* table) {
  std::vector<port::KeyedRow> all;
  std::optional<port::Key> after;
  for (;;) {
    std::optional<Result<std::vector<port::KeyedRow>>> page;
    detach<Result<std::vector<port::KeyedRow>>>(
        process.store().scan_table(table, after, port::kScanLimitMax),
        [&page](Result<std::vector<port::KeyedRow>> read) { page.emplace(std::move(read)); });
    PERPETUA_ASSERT(page, "an embedded store reads at once");
    if (!*page) return std::nullopt;
    if ((*page)->empty()) return all;
    after = (*page)->back().key;
    std::ranges::move(**page, std::back_inserter(all));
  }
}

std::map<std::string, std::map<Writer, crdt::OrderRow>> all_orders(Shop& shop, std::size_t region) {
  const auto rows = all_rows(*shop.process(region), domain::tables::kOrder);
  std::map<std::string, std::map<Writer, crdt::OrderRow>> orders;
  for (const port::KeyedRow& row : rows.value_or(std::vector<port::KeyedRow>{})) {
    auto order = crdt::decode_order_row(row.row.value);
    if (!order) {
      shop.violated("convergence", shop.name(region) +
                                       " has an order that no one reads: " + order.error().message);
      throw Violated{};
    }
    orders[row.key.partition].emplace(row.row.writer, std::move(*order));
  }
  if (!rows) {
    shop.violated("progress", shop.name(region) + " does not read its orders");
    throw Violated{};
  }
  return orders;
}

std::vector<domain::Order> listed_orders(Shop& shop, std::size_t region,
                                         const domain::Session& session) {
  std::vector<domain::Order> all;
  std::optional<std::string> cursor;
  do {
    auto page = shop.wait(shop.process(region)->rules->orders.list(session, cursor, 100));
    if (!page) {
      shop.violated("progress", shop.name(region) + " does not list the orders of " +
                                    session.customer + ": " + page.error().detail);
      throw Violated{};
    }
    std::ranges::move(page->value.orders, std::back_inserter(all));
    cursor = std::move(page->value.next);
  } while (cursor);
  return all;
}

std::string compare_rows(Shop& shop, Process& process) {
  namespace tables = domain::tables;
  const Position position = process.store().position();
  std::map<Writer, Ledger::Rows> here;
  for (const char* table :
       {tables::kMember, tables::kBook, tables::kBookEdit, tables::kDelivery, tables::kStock,
        tables::kCart, tables::kOrder, tables::kOrderKey, tables::kCustomerOrder, tables::kRelease,
        tables::kWriteOff, tables::kCursor}) {
    auto rows = all_rows(process, table);
    if (!rows) return {};  // the disk has failed: its process ends
    for (port::KeyedRow& row : *rows)
      here[row.row.writer].emplace(std::move(row.key),
                                   Ledger::RowNow{row.row.n, std::move(row.row.value)});
  }
  for (const auto& [writer, n] : position) {
    const Ledger::Rows wrote = shop.ledger().rows(writer, n);
    if (here[writer] == wrote) continue;
    const std::string where =
        shop.name(process.region) + " at entry " + std::to_string(n) + " of " + writer.text();
    for (const auto& [key, row] : wrote) {
      const auto found = here[writer].find(key);
      const std::string at = key.table + "/" + key.partition + "/" + key.sort;
      if (found == here[writer].end()) return where + " lacks its row " + at;
      if (found->second.n != row.n)
        return where + " has the row " + at + " of entry " + std::to_string(found->second.n) +
               " instead of " + std::to_string(row.n);
      if (!(found->second == row)) return where + " has another row " + at;
    }
    return where + " has a row that was never written";
  }
  for (const auto& [writer, rows] : here)
    if (!position.contains(writer))
      return shop.name(process.region) + " shows rows of " + writer.text() +
             " and says that it holds none";
  return {};
}

}  // namespace perpetua::sim
