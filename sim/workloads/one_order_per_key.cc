// one_order_per_key: however often, and wherever, a request is sent with one Idempotency-Key, there
// is one order, and its copies are sold once.

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

constexpr const char* kBook = "one-order";

class OneOrderPerKey final : public Workload {
 public:
  void setup(Shop& shop) override { add_book(shop, kBook, 100'000); }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(4, shop.plan().buyers_max); ++i) {
      const std::string name = "one-order-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name, buy(*buyers_.back()));
    }
  }

  void check(Shop& shop) override {
    std::map<std::string, std::set<std::string>> ids;  // by key
    std::map<std::string, std::int64_t> wanted;        // copies, by order id
    for (const OrderTry& one : shop.ledger().tries) {
      const auto* explicit_order = std::get_if<domain::ExplicitOrder>(&one.request.what);
      if (explicit_order == nullptr || explicit_order->lines[0].book_id != kBook) continue;
      wanted[one.id] = explicit_order->lines[0].quantity;
      if (one.order) ids[one.key].insert(one.order->id);
    }
    for (const auto& [key, orders] : ids)
      if (orders.size() > 1)
        shop.violated("one_order_per_key", "key " + key + " was answered with " +
                                               std::to_string(orders.size()) + " orders");
    // Also those that nobody was told of: each region shows them in its buyers' lists.
    std::int64_t ordered = 0;
    for (const auto& buyer : buyers_) ordered += listed(shop, *buyer, wanted);
    for (std::size_t region = 0; region < shop.regions(); ++region)
      if (const std::int64_t copies = sold(report(shop, region, kBook)); copies != ordered)
        shop.violated("one_order_per_key", std::to_string(copies) + " copies are sold in " +
                                               shop.name(region) + ", and " +
                                               std::to_string(ordered) + " were ordered");
  }

 private:
  /// Copies of all orders of a buyer's; each key has one.
  static std::int64_t listed(Shop& shop, Buyer& buyer,
                             const std::map<std::string, std::int64_t>& wanted) {
    std::int64_t copies = 0;
    std::set<std::string> seen;
    for (const domain::Order& order : listed_orders(shop, 0, buyer.session())) {
      const auto asked = wanted.find(order.id);
      if (asked == wanted.end() || !seen.insert(order.id).second)
        shop.violated("one_order_per_key", "order " + order.id + " is there, and was never " +
                                               "asked for, or is there twice");
      else
        copies += asked->second;
    }
    return copies;
  }

  Task<void> send(Buyer& buyer, std::string key, domain::OrderRequest wanted, int tries) {
    static_cast<void>(co_await buyer.buy(std::move(key), std::move(wanted), tries));
  }

  Task<void> buy(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    while (!shop.is_closing()) {
      const domain::OrderRequest wanted = lines(kBook, random.between(1, 3), 1000);
      const std::string key = buyer.new_key();
      for (std::int64_t hasty = random.between(0, 2); hasty > 0; --hasty)
        shop.go(key + " again", send(buyer, key, wanted, 3));
      co_await send(buyer, key, wanted, 4);
      const Micros pause = random.between(5, 300) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  std::vector<std::unique_ptr<Buyer>> buyers_;
};

const Registration<OneOrderPerKey> kRegistered("one_order_per_key", {});

}  // namespace
}  // namespace perpetua::sim
