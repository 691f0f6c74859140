#include "sim/operator.h"

#include "base/assert.h"

namespace perpetua::sim {
namespace {

constexpr Micros kPatience = 5 * kSecond;

domain::Book make_book(const std::string& id, std::int64_t amount) {
  domain::Book book;
  book.id = id;
  book.title = "Title of " + id;
  book.authors = {"A. Writer"};
  book.category = "simulated";
  book.price = {amount, "EUR"};
  return book;
}

using Put = domain::Checked<std::vector<domain::PutOutcome>>;

Task<Put> put(Process& process, domain::Book book, std::int64_t copies) {
  std::vector<domain::NewBook> books{{std::move(book), copies}};
  return process.rules->catalogue.put(std::move(books));
}

}  // namespace

void add_book(Shop& shop, const std::string& id, std::int64_t copies, std::int64_t amount) {
  Ledger& ledger = shop.ledger();
  ledger.prices[id].emplace_back(shop.now(), amount);
  if (copies > 0) ledger.deliveries[id]["initial"] = {copies, true};
  const Put done = shop.wait(put(*shop.process(0), make_book(id, amount), copies));
  PERPETUA_ASSERT(done, "a region that is well takes a book");
  shop.settle();
}

std::string delivery_key(const std::string& name, std::int64_t quantity) {
  return name + "/" + std::to_string(quantity);
}

Task<bool> deliver(Shop& shop, std::size_t region, std::string book, std::string name,
                   std::int64_t quantity) {
  const std::string said = delivery_key(name, quantity);
  shop.ledger().deliveries[book][said].quantity = quantity;
  using Report = domain::Checked<domain::StockReport>;
  Shop::HandlerOf<Report> handler = [book, name, quantity](Process& process) {
    return process.rules->stock.deliver(book, name, quantity);
  };
  const std::optional<Report> answer =
      co_await shop.ask<Report>(region, std::move(handler), kPatience, Shop::Way::kAtTheDoor);
  const bool is_done = answer && *answer;
  if (is_done) shop.ledger().deliveries[book][said].is_acknowledged = true;
  co_return is_done;
}

Task<bool> write_off(Shop& shop, std::size_t region, std::string book, std::string key,
                     std::int64_t quantity) {
  shop.ledger().write_offs[book][key] = {quantity, region, false};
  using Report = domain::Checked<domain::StockReport>;
  Shop::HandlerOf<Report> handler = [book, key, quantity](Process& process) {
    return process.rules->stock.write_off(book, key, quantity);
  };
  const std::optional<Report> answer =
      co_await shop.ask<Report>(region, std::move(handler), kPatience, Shop::Way::kAtTheDoor);
  const bool is_done = answer && *answer;
  if (is_done) shop.ledger().write_offs[book][key].is_acknowledged = true;
  co_return is_done;
}

Task<bool> set_price(Shop& shop, std::size_t region, std::string book, std::int64_t amount) {
  shop.ledger().prices[book].emplace_back(shop.now(), amount);
  Shop::HandlerOf<Put> handler = [&shop, book, amount](Process& process) {
    ++shop.ledger().price_services[book][amount];
    return put(process, make_book(book, amount), 0);
  };
  const std::optional<Put> answer =
      co_await shop.ask<Put>(region, std::move(handler), kPatience, Shop::Way::kAtTheDoor);
  co_return answer && *answer;
}

domain::StockReport report(Shop& shop, std::size_t region, const std::string& book) {
  auto read = shop.wait(shop.process(region)->rules->stock.report(book));
  if (!read) {
    shop.violated("progress",
                  shop.name(region) + " does not report on " + book + ": " + read.error().detail);
    throw Violated{};
  }
  return std::move(*read);
}

std::int64_t delivered(const domain::StockReport& report) {
  std::int64_t sum = 0;
  for (const domain::DeliveryReport& one : report.deliveries) sum += one.quantity;
  return sum;
}

std::int64_t sold(const domain::StockReport& report) {
  std::int64_t sum = 0;
  for (const domain::StockRow& row : report.writers) sum += row.sold - row.released;
  return sum;
}

}  // namespace perpetua::sim
