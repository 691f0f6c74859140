// delivery_counts_once: a delivery of one name and quantity that is said again, in whatever region,
// after whatever failure, adds its copies once; and one that was acknowledged is never missing.

#include "sim/operator.h"

namespace perpetua::sim {
namespace {

class DeliveryCountsOnce final : public Workload {
 public:
  void setup(Shop& shop) override {
    for (int i = 0; i < 2; ++i) {
      books_.push_back("delivered-" + std::to_string(i));
      add_book(shop, books_.back(), 0);
    }
  }

  void start(Shop& shop) override {
    for (int clerk = 0; clerk < 3; ++clerk)
      shop.go("clerk " + std::to_string(clerk), bring(shop, clerk));
  }

  void check(Shop& shop) override {
    for (const std::string& book : books_) {
      const auto& said = shop.ledger().deliveries[book];
      for (std::size_t region = 0; region < shop.regions(); ++region) {
        std::map<std::string, std::int64_t> counted;
        const domain::StockReport stock = report(shop, region, book);
        for (const domain::DeliveryReport& one : stock.deliveries) {
          const std::string key = delivery_key(one.name, one.quantity);
          if (counted.contains(key)) twice(shop, region, book, key);
          counted[key] += one.quantity;
        }
        for (const auto& [name, delivery] : said) {
          const bool is_there = counted.contains(name);
          if (delivery.is_acknowledged && !is_there)
            shop.violated("delivery_counts_once", "delivery " + name + " of " + book +
                                                      " was acknowledged and is not in " +
                                                      shop.name(region));
          if (is_there && counted[name] != delivery.quantity) twice(shop, region, book, name);
        }
        std::int64_t rights = 0;
        std::int64_t all = 0;
        for (const domain::StockRow& row : stock.writers) rights += row.rights;
        for (const auto& [name, quantity] : counted) all += quantity;
        if (rights != all)
          shop.violated("delivery_counts_once", std::to_string(all) + " copies of " + book +
                                                    " were delivered, and " + shop.name(region) +
                                                    " counts rights to " + std::to_string(rights));
      }
    }
  }

 private:
  static void twice(Shop& shop, std::size_t region, const std::string& book,
                    const std::string& name) {
    shop.violated("delivery_counts_once", "delivery " + name + " of " + book +
                                              " counts more than once in " + shop.name(region));
  }

  /// All clerks say the same deliveries, at about the same time, in regions of their choice.
  Task<void> bring(Shop& shop, int clerk) {
    Random shared = shop.random("deliveries");
    Random random = shop.random("clerk", static_cast<std::uint64_t>(clerk));
    for (int i = 0; !shop.is_closing() && i < 40; ++i) {
      const std::string book = shared.any(books_);
      const std::string name = "delivery-" + std::to_string(i);
      const std::int64_t agreed = shared.between(1, 20);
      // A clerk who has miscounted: where the right number is known he is refused, else both count.
      const std::int64_t quantity = random.permille(100) ? agreed + 1 : agreed;
      for (std::int64_t tries = random.between(1, 3); tries > 0; --tries) {
        const std::size_t region = random.below(shop.regions());
        static_cast<void>(co_await deliver(shop, region, book, name, quantity));
      }
      const Micros pause = random.between(5, 600) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  std::vector<std::string> books_;
};

const Registration<DeliveryCountsOnce> kRegistered("delivery_counts_once", {});

}  // namespace
}  // namespace perpetua::sim
