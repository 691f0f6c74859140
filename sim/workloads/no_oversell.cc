// no_oversell: of no book are more copies sold, by what buyers were answered, than operators
// delivered, whatever fails. Buyers fall over a few scarce books in all regions at once; who is
// told "sold out" buys another one; copies are written off and delivered meanwhile.

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

class NoOversell final : public Workload {
 public:
  void setup(Shop& shop) override {
    Random random = shop.random("no_oversell");
    for (int i = 0; i < 3; ++i) {
      books_.push_back("no-oversell-" + std::to_string(i));
      add_book(shop, books_.back(), random.between(1, 30));
    }
  }

  void start(Shop& shop) override {
    const std::size_t buyers = std::min<std::size_t>(6, shop.plan().buyers_max);
    for (std::size_t i = 0; i < buyers; ++i) {
      const std::string name = "oversell-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name, buy(*buyers_.back()));
    }
    shop.go("no_oversell's operator", operate(shop));
  }

  void check(Shop& shop) override {
    std::map<std::string, std::int64_t> gone;
    for (const auto& [id, order] : shop.ledger().acknowledged())
      for (const domain::OrderLine& line : order.lines) gone[line.book_id] += line.quantity;
    for (const std::string& book : books_) {
      for (const auto& [key, said] : shop.ledger().write_offs[book])
        if (said.is_acknowledged) gone[book] += said.quantity;
      if (gone[book] > shop.ledger().delivered(book))
        shop.violated("no_oversell", std::to_string(gone[book]) + " copies of " + book +
                                         " were sold or written off of " +
                                         std::to_string(shop.ledger().delivered(book)));
    }
  }

 private:
  Task<void> buy(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    while (!shop.is_closing()) {
      const std::string book = random.any(books_);
      const std::int64_t quantity = random.between(1, 4);
      const Buyer::Outcome outcome =
          co_await buyer.buy(buyer.new_key(), lines(book, quantity, 1000), 4);
      if (outcome.problem && outcome.problem->kind == domain::Refusal::kSoldOut) {
        const std::string other = random.any(books_);
        static_cast<void>(co_await buyer.buy(buyer.new_key(), lines(other, 1, 1000), 2));
      }
      const Micros pause = random.between(10, 600) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  Task<void> operate(Shop& shop) {
    Random random = shop.random("no_oversell's operator");
    for (int i = 0; !shop.is_closing(); ++i) {
      const Micros pause = random.between(500, 3000) * kMillisecond;
      co_await shop.sleep(pause);
      const std::string book = random.any(books_);
      const std::string name = "no-oversell-" + std::to_string(i);
      const std::size_t region = random.below(shop.regions());
      const std::int64_t quantity = random.between(1, 5);
      if (random.permille(500)) {
        static_cast<void>(co_await write_off(shop, region, book, name, quantity));
      } else {
        static_cast<void>(co_await deliver(shop, region, book, name, quantity));
        static_cast<void>(
            co_await deliver(shop, (region + 1) % shop.regions(), book, name, quantity));
      }
    }
  }

  std::vector<std::string> books_;
  std::vector<std::unique_ptr<Buyer>> buyers_;
};

const Registration<NoOversell> kNoOversell("no_oversell", {});

}  // namespace
}  // namespace perpetua::sim
