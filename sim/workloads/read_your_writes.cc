// read_your_writes: an answer that is not marked stale shows everything that its session had been
// told is written before it asked, whichever regions wrote and read. Sessions fill a cart and order
// in any region, several requests at once, and read cart, order and list of orders. A stale answer
// promises nothing, but when all is well none is.

#include "domain/cart.h"
#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kPrice = 1000;
constexpr int kAddsMax = 80;
constexpr std::size_t kOrdersMax = 60;  // that fit into a page of the list

struct Session {
  std::unique_ptr<Buyer> buyer;
  std::int64_t added = 0;  // acknowledged
  int adds = 0;
  std::set<std::string> orders;  // acknowledged
  std::size_t orders_asked = 0;
};

class ReadYourWrites final : public Workload {
 public:
  void setup(Shop& shop) override {
    add_book(shop, kInCart, 100'000, kPrice);
    add_book(shop, kOrdered, 100'000, kPrice);
  }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(4, shop.plan().buyers_max); ++i) {
      auto session = std::make_unique<Session>();
      session->buyer = std::make_unique<Buyer>(shop, "ryw-" + std::to_string(i), i);
      sessions_.push_back(std::move(session));
      // Two windows of one browser.
      shop.go("ryw", use(*sessions_.back()));
      shop.go("ryw", use(*sessions_.back()));
    }
  }

  void check(Shop& shop) override {
    is_well_ = true;
    for (const auto& session : sessions_)
      for (std::size_t region = 0; region < shop.regions(); ++region)
        shop.go("ryw's last look", read_all(*session, region));
    shop.settle();
  }

 private:
  static constexpr const char* kInCart = "read-your-writes-in-cart";
  static constexpr const char* kOrdered = "read-your-writes-ordered";

  static Task<void> add(Session& session, std::size_t region) {
    Buyer& buyer = *session.buyer;
    if (session.adds >= kAddsMax) co_return;
    ++session.adds;
    const std::int64_t quantity = buyer.random().between(1, 3);
    const std::string key = buyer.new_key();
    const Buyer::Answered<domain::CartWritten> answer =
        co_await buyer.add(region, kInCart, quantity, key);
    if (answer && answer->result) session.added += quantity;
  }

  static Task<void> order(Session& session, std::size_t region) {
    Buyer& buyer = *session.buyer;
    if (session.orders_asked >= kOrdersMax) co_return;
    ++session.orders_asked;
    const std::string key = buyer.new_key();
    const domain::OrderRequest request = lines(kOrdered, 1, kPrice);
    const Buyer::Answered<domain::Order> answer = co_await buyer.place(region, key, request);
    if (answer && answer->result) session.orders.insert(answer->result->value.id);
  }

  void judge(Session& session, std::size_t region, bool is_stale, bool shows, const char* what) {
    Shop& shop = session.buyer->shop();
    if (is_stale && is_well_)
      shop.violated("read_your_writes",
                    shop.name(region) + " answers stale when all is well: " + what);
    if (!is_stale && !shows)
      shop.violated("read_your_writes",
                    shop.name(region) + " shows " + session.buyer->session().customer + " a " +
                        what + " without what it had been told is written, and does not say so");
  }

  Task<void> read_cart(Session& session, std::size_t region) {
    const std::int64_t added = session.added;
    const Buyer::Answered<domain::Cart> answer = co_await session.buyer->cart(region);
    if (!answer || !answer->result) co_return;
    std::int64_t shown = 0;
    for (const domain::CartLine& line : answer->result->value.lines)
      if (line.book_id == kInCart) shown = line.quantity;
    judge(session, region, answer->is_stale, shown >= added, "cart");
  }

  Task<void> read_order(Session& session, std::size_t region) {
    if (session.orders.empty()) co_return;
    const std::vector<std::string> ids(session.orders.begin(), session.orders.end());
    const std::string id = session.buyer->random().any(ids);
    const Buyer::Answered<domain::Order> answer = co_await session.buyer->order(region, id);
    if (!answer) co_return;
    const bool is_missing =
        !answer->result && answer->result.error().kind == domain::Refusal::kNotFound;
    judge(session, region, answer->is_stale, !is_missing, "order");
  }

  Task<void> read_orders(Session& session, std::size_t region) {
    const std::set<std::string> orders = session.orders;
    const Buyer::Answered<domain::OrderPage> answer = co_await session.buyer->orders(region);
    if (!answer || !answer->result) co_return;
    std::set<std::string> shown;
    for (const domain::Order& order : answer->result->value.orders) shown.insert(order.id);
    judge(session, region, answer->is_stale, std::ranges::includes(shown, orders),
          "list of orders");
  }

  Task<void> read_all(Session& session, std::size_t region) {
    co_await read_cart(session, region);
    co_await read_order(session, region);
    co_await read_orders(session, region);
  }

  Task<void> use(Session& session) {
    Buyer& buyer = *session.buyer;
    Random& random = buyer.random();
    Shop& shop = buyer.shop();
    while (!shop.is_closing()) {
      std::vector<Task<void>> at_once;
      for (std::int64_t i = random.between(1, 3); i > 0; --i) {
        const std::size_t region =
            random.permille(500) ? buyer.home() : buyer.elsewhere(buyer.home());
        switch (random.below(6)) {
          case 0:
            at_once.push_back(add(session, region));
            break;
          case 1:
            at_once.push_back(order(session, region));
            break;
          case 2:
            at_once.push_back(read_cart(session, region));
            break;
          case 3:
            at_once.push_back(read_orders(session, region));
            break;
          default:
            at_once.push_back(read_order(session, region));
        }
      }
      co_await side_by_side(std::move(at_once));
      // Often at once: that is when a mirror is not there yet.
      const Micros pause = random.permille(500) ? 0 : random.between(1, 400) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  bool is_well_ = false;
  std::vector<std::unique_ptr<Session>> sessions_;
};

const Registration<ReadYourWrites> kReadYourWrites("read_your_writes", {});

}  // namespace
}  // namespace perpetua::sim
