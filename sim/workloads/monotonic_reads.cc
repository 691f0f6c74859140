// monotonic_reads: of one session's reads, each asked for after the last one's answer, none that is
// not marked stale shows less than one before it has shown, whichever region answers. Somebody
// else, with the same account and nothing else in common, adds to the cart and orders meanwhile: so
// what is read was never told of to the session that reads.

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kPrice = 1000;
constexpr int kAddsMax = 100;
constexpr int kOrdersMax = 80;  // that fit into a page of the list

/// What the reads of one session have shown so far.
struct Seen {
  std::int64_t quantity = 0;
  std::set<std::string> orders;
};

class MonotonicReads final : public Workload {
 public:
  void setup(Shop& shop) override {
    add_book(shop, kInCart, 100'000, kPrice);
    add_book(shop, kOrdered, 100'000, kPrice);
  }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(3, shop.plan().buyers_max); ++i) {
      const std::string name = "monotonic-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name + " writes", write(*buyers_.back()));
      for (std::size_t reader = 1; reader <= 2; ++reader) {
        buyers_.push_back(std::make_unique<Buyer>(shop, name, i + reader));
        shop.go(name + " reads", read(*buyers_.back(), shop.random(name, reader)));
      }
    }
  }

  /// Every read was judged as it came.
  void check(Shop& /*shop*/) override {}

 private:
  static constexpr const char* kInCart = "monotonic-reads-in-cart";
  static constexpr const char* kOrdered = "monotonic-reads-ordered";

  static Task<void> write(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    int adds = 0;
    int orders = 0;
    while (!shop.is_closing()) {
      const std::size_t region = random.below(shop.regions());
      const std::string key = buyer.new_key();
      if (random.permille(600) && ++adds <= kAddsMax) {
        static_cast<void>(co_await buyer.add(region, kInCart, 1, key));
      } else if (++orders <= kOrdersMax) {
        const domain::OrderRequest request = lines(kOrdered, 1, kPrice);
        static_cast<void>(co_await buyer.place(region, key, request));
      }
      const Micros pause = random.between(1, 200) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  static Task<void> read(Buyer& buyer, Random random) {
    Shop& shop = buyer.shop();
    Seen seen;
    while (!shop.is_closing()) {
      const std::size_t region = random.below(shop.regions());
      if (random.permille(500))
        co_await read_cart(buyer, region, seen);
      else
        co_await read_orders(buyer, region, seen);
      const Micros pause = random.permille(500) ? 0 : random.between(1, 100) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  static void violated(Buyer& buyer, std::size_t region, const std::string& what) {
    buyer.shop().violated("monotonic_reads", buyer.shop().name(region) + " shows " +
                                                 buyer.session().customer + " " + what +
                                                 ", and does not say that it is behind");
  }

  static Task<void> read_cart(Buyer& buyer, std::size_t region, Seen& seen) {
    const Buyer::Answered<domain::Cart> answer = co_await buyer.cart(region);
    if (!answer || !answer->result) co_return;
    std::int64_t shown = 0;
    for (const domain::CartLine& line : answer->result->value.lines)
      if (line.book_id == kInCart) shown = line.quantity;
    if (!answer->is_stale && shown < seen.quantity)
      violated(
          buyer, region,
          std::to_string(shown) + " copies in the cart after " + std::to_string(seen.quantity));
    seen.quantity = std::max(seen.quantity, shown);
  }

  static Task<void> read_orders(Buyer& buyer, std::size_t region, Seen& seen) {
    const Buyer::Answered<domain::OrderPage> answer = co_await buyer.orders(region);
    if (!answer || !answer->result) co_return;
    std::set<std::string> shown;
    for (const domain::Order& order : answer->result->value.orders) shown.insert(order.id);
    for (const std::string& id : seen.orders)
      if (!answer->is_stale && !shown.contains(id))
        violated(buyer, region, "no order " + id + " any more");
    seen.orders.merge(shown);
  }

  std::vector<std::unique_ptr<Buyer>> buyers_;
};

const Registration<MonotonicReads> kMonotonicReads("monotonic_reads", {});

}  // namespace
}  // namespace perpetua::sim
