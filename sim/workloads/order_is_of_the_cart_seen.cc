// order_is_of_the_cart_seen: an order of the cart by its ETag is taken from the cart that the buyer
// saw. Where the region has seen a change since, it is refused, also when the change was changed
// back, so that quantities and total are the same: what an order takes are operations, not sums.

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr const char* kBook = "cart-as-seen";

class OrderIsOfTheCartSeen final : public Workload {
 public:
  void setup(Shop& shop) override { add_book(shop, kBook, 100'000); }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(4, shop.plan().buyers_max); ++i) {
      const std::string name = "cart-as-seen-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name, shop_around(*buyers_.back()));
    }
  }

  void check(Shop&) override {}

 private:
  /// Puts a copy in, looks, changes the cart to and fro in the same region, and orders what it saw.
  Task<void> shop_around(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    for (int rounds = 0; rounds < 20 && !shop.is_closing(); ++rounds) {
      const std::size_t region = random.below(shop.regions());
      const std::int64_t quantity = random.between(1, 3);
      const auto put = co_await buyer.set(region, kBook, quantity, buyer.new_key());
      const auto seen = co_await buyer.cart(region);
      if (put && put->result && seen && seen->result) {
        const std::string etag = seen->result->value.etag;
        const std::int64_t total = seen->result->value.total.amount;
        const bool changes = random.permille(700);
        if (changes) co_await change_to_and_fro(buyer, region, etag, total, quantity);
        const domain::OrderRequest wanted = domain::CartOrder{etag};
        if (!changes) static_cast<void>(co_await buyer.place(region, buyer.new_key(), wanted));
      }
      const Micros pause = random.between(5, 400) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  static Task<void> change_to_and_fro(Buyer& buyer, std::size_t region, std::string etag,
                                      std::int64_t total, std::int64_t quantity) {
    const auto away = co_await buyer.remove(region, kBook, buyer.new_key());
    if (!away || !away->result) co_return;
    const auto back = co_await buyer.set(region, kBook, quantity, buyer.new_key());
    if (!back || !back->result) co_return;
    const domain::Cart& cart = back->result->value.cart;
    if (cart.total.amount == total && cart.etag == etag)
      buyer.shop().violated("order_is_of_the_cart_seen",
                            "a cart that was emptied and filled again has the ETag of before");
    const domain::OrderRequest wanted = domain::CartOrder{etag};
    const auto placed = co_await buyer.place(region, buyer.new_key(), wanted);
    // The region has acknowledged the changes itself.
    if (placed && placed->result)
      buyer.shop().violated(
          "order_is_of_the_cart_seen",
          buyer.shop().name(region) + " took an order of a cart that it knew to be changed since");
  }

  std::vector<std::unique_ptr<Buyer>> buyers_;
};

const Registration<OrderIsOfTheCartSeen> kRegistered("order_is_of_the_cart_seen", {});

}  // namespace
}  // namespace perpetua::sim
