// cart_keeps_additions: an addition that was acknowledged stays in the cart, once for its key,
// until a removal that can have seen it or an order takes it, whatever regions the tries, the
// removals and the orders went to; and nothing is in the cart that was not asked for. Three kinds
// of carts: those that are only added to, those with removals and settings meanwhile, and those
// whose copies orders take. Judged by what the buyers asked and were told, and by when regions
// served it.

#include "domain/cart.h"
#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kPrice = 1000;
// Well below the operations that a line can have.
constexpr std::size_t kWritesMax = 60;

enum class Kind { kAdd, kSet, kRemove };

/// A change of the cart, in all its tries.
struct Write {
  Kind kind = Kind::kAdd;
  std::string book;
  std::int64_t quantity = 0;  // that it adds
  std::string key;
  Micros asked_at = 0;                    // first
  std::optional<Micros> acknowledged_at;  // first
  Micros sure_since = 0;                  // what was acknowledged before then it has removed
};

struct Customer {
  std::unique_ptr<Buyer> buyer;
  bool removes = false;
  std::vector<std::unique_ptr<Write>> writes;
};

struct OrderingCustomer {
  std::unique_ptr<Buyer> buyer;
  std::string book;
  std::int64_t in_cart = 0;
  std::map<std::string, std::int64_t> wanted;  // copies by order id
};

class CartKeepsAdditions final : public Workload {
 public:
  void setup(Shop& shop) override {
    for (int i = 0; i < 2; ++i) {
      books_.push_back("cart-keeps-additions-" + std::to_string(i));
      add_book(shop, books_.back(), 100'000, kPrice);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(2, shop.plan().buyers_max); ++i) {
      OrderingCustomer customer;
      customer.buyer = std::make_unique<Buyer>(shop, "cart-order-" + std::to_string(i), i);
      customer.book = books_[i];
      // In one operation: of the copies of two, orders on both sides of a cut may choose the same.
      customer.in_cart = domain::kQuantityMax;
      Buyer& buyer = *customer.buyer;
      const bool is_added = shop.wait(
          buyer.add_surely(customer.book, customer.in_cart, buyer.new_key(), /*tries=*/5));
      if (!is_added) shop.violated("cart_keeps_additions", "a shop that is well takes a cart");
      ordering_.push_back(std::move(customer));
    }
    shop.settle();
  }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(4, shop.plan().buyers_max); ++i) {
      const std::string name = "cart-" + std::to_string(i);
      customers_.push_back(std::make_unique<Customer>(
          Customer{std::make_unique<Buyer>(shop, name, i), i % 2 == 1, {}}));
      shop.go(name, fill(*customers_.back()));
    }
    for (OrderingCustomer& customer : ordering_) shop.go("cart's order", order(customer));
  }

  void check(Shop& shop) override {
    for (std::size_t region = 0; region < shop.regions(); ++region) {
      for (const auto& customer : customers_)
        for (const std::string& book : books_)
          if (!shop.violation()) check(shop, region, *customer, book);
      for (const OrderingCustomer& customer : ordering_)
        if (!shop.violation()) check(shop, region, customer);
    }
  }

 private:
  // --- traffic ---

  static Task<void> try_once(Buyer& buyer, Write& write, std::size_t region) {
    const Micros asked_at = buyer.shop().now();
    Buyer::Answered<domain::CartWritten> answer;
    if (write.kind == Kind::kAdd)
      answer = co_await buyer.add(region, write.book, write.quantity, write.key);
    else if (write.kind == Kind::kSet)
      answer = co_await buyer.set(region, write.book, write.quantity, write.key);
    else
      answer = co_await buyer.remove(region, write.book, write.key);
    if (!answer || !answer->result) co_return;
    if (!write.acknowledged_at) write.acknowledged_at = buyer.shop().now();
    // It reflects all that the session had seen when it asked. A repeat's answer does too, but may
    // be for a removal that was done before that.
    const bool is_only_one = buyer.shop().ledger().services[write.key].size() == 1;
    if (write.kind != Kind::kAdd && !answer->is_stale && is_only_one) write.sure_since = asked_at;
  }

  /// In one region after the other, or in several at once, until one has acknowledged it.
  static Task<void> pursue(Buyer& buyer, Write& write) {
    Random& random = buyer.random();
    Shop& shop = buyer.shop();
    std::size_t region = random.permille(600) ? buyer.home() : random.below(shop.regions());
    const auto tries = static_cast<int>(random.between(1, 4));
    for (int i = 0; i < tries && !write.acknowledged_at; ++i) {
      std::vector<Task<void>> at_once;
      at_once.push_back(try_once(buyer, write, region));
      const std::size_t other = buyer.elsewhere(region);
      if (random.permille(250)) at_once.push_back(try_once(buyer, write, other));
      co_await side_by_side(std::move(at_once));
      region = other;
    }
    // And once more, as a reload does.
    if (random.permille(150)) co_await try_once(buyer, write, region);
  }

  Write& make_write(Customer& customer) {
    Random& random = customer.buyer->random();
    auto write = std::make_unique<Write>();
    if (customer.removes && random.permille(300))
      write->kind = random.permille(500) ? Kind::kSet : Kind::kRemove;
    write->book = random.any(books_);
    write->quantity = write->kind == Kind::kRemove ? 0 : random.between(1, 5);
    write->key = customer.buyer->new_key();
    write->asked_at = customer.buyer->shop().now();
    customer.writes.push_back(std::move(write));
    return *customer.writes.back();
  }

  Task<void> fill(Customer& customer) {
    Buyer& buyer = *customer.buyer;
    Shop& shop = buyer.shop();
    while (!shop.is_closing() && customer.writes.size() < kWritesMax) {
      std::vector<Task<void>> at_once;
      at_once.push_back(pursue(buyer, make_write(customer)));
      if (buyer.random().permille(300)) at_once.push_back(pursue(buyer, make_write(customer)));
      co_await side_by_side(std::move(at_once));
      const Micros pause = buyer.random().between(10, 500) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  static Task<void> place(Buyer& buyer, std::size_t region, std::string key,
                          domain::OrderRequest request) {
    static_cast<void>(co_await buyer.place(region, key, request));
  }

  /// On both sides of whatever cut there is.
  static Task<void> order(OrderingCustomer& customer) {
    Buyer& buyer = *customer.buyer;
    Shop& shop = buyer.shop();
    std::int64_t left = customer.in_cart;
    while (!shop.is_closing()) {
      const Micros pause = buyer.random().between(50, 1000) * kMillisecond;
      co_await shop.sleep(pause);
      const std::int64_t quantity = buyer.random().between(1, 4);
      if (quantity > left) co_return;
      left -= quantity;
      const std::string key = buyer.new_key();
      const domain::OrderRequest request = lines(customer.book, quantity, kPrice);
      customer.wanted[domain::order_id(buyer.session().cart, key, request)] = quantity;
      const std::size_t region = buyer.random().below(shop.regions());
      const std::size_t other = buyer.elsewhere(region);
      std::vector<Task<void>> at_once;
      at_once.push_back(place(buyer, region, key, request));
      at_once.push_back(place(buyer, other, key, request));
      co_await side_by_side(std::move(at_once));
    }
  }

  // --- checks ---

  static std::int64_t quantity_in(Shop& shop, std::size_t region, const Buyer& buyer,
                                  const std::string& book) {
    const auto cart = shop.wait(shop.process(region)->rules->carts.get(buyer.session().cart));
    if (!cart) {
      shop.violated("cart_keeps_additions",
                    shop.name(region) + " has lost a cart: " + cart.error().detail);
      return 0;
    }
    for (const domain::CartLine& line : cart->value.lines)
      if (line.book_id == book) return line.quantity;
    return 0;
  }

  static void judge(Shop& shop, std::size_t region, const Buyer& buyer, const std::string& book,
                    std::int64_t least, std::int64_t most) {
    const std::int64_t quantity = quantity_in(shop, region, buyer, book);
    if (quantity >= least && quantity <= most) return;
    shop.violated("cart_keeps_additions",
                  buyer.session().cart + " holds " + std::to_string(quantity) + " of " + book +
                      " in " + shop.name(region) + ", of what was acknowledged and not removed " +
                      std::to_string(least) + ", of what was asked for " + std::to_string(most));
  }

  /// When regions last worked on it: an addition first asked for later it cannot have seen.
  static Micros last_served(const Shop& shop, const Ledger& ledger, const Write& write) {
    Micros last = 0;
    const auto services = ledger.services.find(write.key);
    if (services == ledger.services.end()) return last;
    for (const Service& service : services->second)
      last = std::max(last, service.ended_at.value_or(shop.now()));
    return last;
  }

  /// Whether a removal or a setting, another than `write`, can have seen it.
  static bool may_be_removed(Shop& shop, const Customer& customer, const Write& write) {
    return std::ranges::any_of(customer.writes, [&](const auto& other) {
      return other.get() != &write && other->book == write.book && other->kind != Kind::kAdd &&
             last_served(shop, shop.ledger(), *other) > write.asked_at;
    });
  }

  /// Whether one must have seen it.
  static bool is_removed(const Customer& customer, const Write& write) {
    return write.acknowledged_at && std::ranges::any_of(customer.writes, [&](const auto& other) {
             return other->book == write.book && other->sure_since > *write.acknowledged_at;
           });
  }

  static void check(Shop& shop, std::size_t region, const Customer& customer,
                    const std::string& book) {
    std::int64_t least = 0;
    std::int64_t most = 0;
    for (const auto& write : customer.writes) {
      if (write->book != book) continue;
      if (write->acknowledged_at && !may_be_removed(shop, customer, *write))
        least += write->quantity;
      if (!is_removed(customer, *write)) most += write->quantity;
    }
    judge(shop, region, *customer.buyer, book, least, most);
  }

  static void check(Shop& shop, std::size_t region, const OrderingCustomer& customer) {
    std::int64_t left = customer.in_cart;
    for (const auto& [id, copies] : customer.wanted) {
      const auto found =
          shop.wait(shop.process(region)->rules->orders.get(customer.buyer->session(), id));
      if (found) left -= copies;
      if (found || !shop.ledger().acknowledged().contains(id)) continue;
      shop.violated("cart_keeps_additions", shop.name(region) + " has lost order " + id);
      return;
    }
    judge(shop, region, *customer.buyer, customer.book, left, left);
  }

  std::vector<std::string> books_;
  std::vector<OrderingCustomer> ordering_;
  std::vector<std::unique_ptr<Customer>> customers_;
};

const Registration<CartKeepsAdditions> kCartKeepsAdditions("cart_keeps_additions", {});

}  // namespace
}  // namespace perpetua::sim
