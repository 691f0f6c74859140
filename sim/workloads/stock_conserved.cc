// stock_conserved: once all is healed, in every region and for every book, rights + sold - released
// + written off = delivered, nobody's rights are below zero, and every copy that is left can still
// be sold, wherever a buyer asks for it, and not one more.

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

class StockConserved final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "stock_conserved", 3, 40); }

  void start(Shop& shop) override {
    traffic_->start(5);
    shop.go("stock_conserved's operator", operate(shop));
  }

  void check(Shop& shop) override {
    for (const std::string& book : traffic_->books()) {
      std::int64_t left = 0;
      for (std::size_t region = 0; region < shop.regions(); ++region)
        left = add_up(shop, region, book);
      if (shop.violation()) return;
      sell_out(shop, book, left);
    }
  }

 private:
  /// The rights that are left, over all.
  static std::int64_t add_up(Shop& shop, std::size_t region, const std::string& book) {
    const domain::StockReport stock = report(shop, region, book);
    std::int64_t left = 0;
    std::int64_t written_off = 0;
    for (const domain::StockRow& row : stock.writers) {
      left += row.rights;
      written_off += row.written_off;
      if (row.rights < 0)
        shop.violated("stock_conserved", row.writer.text() + " has " + std::to_string(row.rights) +
                                             " rights of " + book + " in " + shop.name(region));
    }
    std::int64_t said = 0;
    for (const auto& [key, one] : shop.ledger().write_offs[book]) said += one.quantity;
    if (written_off > said)
      shop.violated("stock_conserved", std::to_string(written_off) + " copies of " + book +
                                           " are written off, and only " + std::to_string(said) +
                                           " were to be");
    if (left + sold(stock) + written_off != delivered(stock))
      shop.violated("stock_conserved",
                    "of " + book + " in " + shop.name(region) + " " + std::to_string(left) +
                        " rights, " + std::to_string(sold(stock)) + " sold and " +
                        std::to_string(written_off) + " written off are not the " +
                        std::to_string(delivered(stock)) + " delivered");
    return left;
  }

  static void sell_out(Shop& shop, const std::string& book, std::int64_t left) {
    Buyer last(shop, "last-of-" + book, 0);
    Random random = shop.random("last of " + book);
    while (left > 0) {
      const std::int64_t quantity = random.between(1, left);
      const std::size_t region = random.below(shop.regions());
      const auto answer =
          shop.wait(last.place(region, last.new_key(), lines(book, quantity, 1000)));
      if (!answer || !answer->result)
        return shop.violated("stock_conserved",
                             std::to_string(left) + " copies of " + book + " are left, and " +
                                 shop.name(region) + " does not sell " + std::to_string(quantity) +
                                 ": " + (answer ? answer->result.error().detail : "no answer"));
      left -= quantity;
    }
    const auto one_more = shop.wait(last.place(0, last.new_key(), lines(book, 1, 1000)));
    if (!one_more || one_more->result || one_more->result.error().kind != domain::Refusal::kSoldOut)
      shop.violated("stock_conserved", "after the last copy of " + book + " one more was not " +
                                           "refused as sold out");
  }

  Task<void> operate(Shop& shop) {
    Random random = shop.random("stock_conserved's operator");
    for (int i = 0; !shop.is_closing(); ++i) {
      const Micros pause = random.between(300, 3000) * kMillisecond;
      co_await shop.sleep(pause);
      const std::string book = random.any(traffic_->books());
      const std::string name = "stock-conserved-" + std::to_string(i);
      const std::size_t region = random.below(shop.regions());
      const std::int64_t quantity = random.between(1, 9);
      if (random.permille(400)) {
        // A key makes a repeat harmless in the region that did it.
        for (std::int64_t tries = random.between(1, 3); tries > 0; --tries)
          static_cast<void>(co_await write_off(shop, region, book, name, quantity));
      } else {
        static_cast<void>(co_await deliver(shop, region, book, name, quantity));
      }
    }
  }

  std::optional<Traffic> traffic_;
};

const Registration<StockConserved> kRegistered("stock_conserved", {});

}  // namespace
}  // namespace perpetua::sim
