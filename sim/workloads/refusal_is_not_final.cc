// refusal_is_not_final: a refusal promises nothing about its key unless it says so, and where it
// says so it is right. A region that refuses for sure has heard all others since it was asked, so
// nowhere can the order have been taken before. Buyers try one key in several regions, at once and
// after answers that were lost; who is told for sure buys another book, who is told "unknown" keeps
// the key until the end, and then gets the order or a refusal for sure.

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kPrice = 1000;
constexpr int kTriesInTheEnd = 5;

class RefusalIsNotFinal final : public Workload {
 public:
  void setup(Shop& shop) override {
    Random random = shop.random("refusal_is_not_final");
    for (int i = 0; i < 4; ++i) {
      books_.push_back("refusal-is-not-final-" + std::to_string(i));
      add_book(shop, books_.back(), random.between(1, 8), kPrice);
    }
    priced_ = "refusal-is-not-final-priced";
    add_book(shop, priced_, 100'000, price_);
  }

  void start(Shop& shop) override {
    const std::size_t buyers = std::min<std::size_t>(5, shop.plan().buyers_max);
    for (std::size_t i = 0; i < buyers; ++i) {
      const std::string name = "refusal-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name, buy(*buyers_.back()));
    }
    shop.go("refusal_is_not_final's editor", edit(shop));
  }

  void check(Shop& shop) override {
    for (std::size_t i = 0; i < kept_.size() && !shop.violation(); ++i) ask_in_the_end(*kept_[i]);
    if (shop.violation()) return;
    shop.settle();
    const Ledger& ledger = shop.ledger();
    for (const OrderTry& one : ledger.tries) {
      if (!one.problem || one.problem->outcome_unknown) continue;
      const auto taken = ledger.taken_at.find(one.id);
      if (taken == ledger.taken_at.end() || taken->second >= one.asked_at) continue;
      shop.violated("refusal_is_not_final",
                    shop.name(one.region) + " refused for sure what " + one.customer +
                        " asked for with " + one.key + " at " + std::to_string(one.asked_at) +
                        " us (" + one.problem->detail + "), and the order had been taken at " +
                        std::to_string(taken->second) + " us");
      return;
    }
  }

 private:
  /// What a buyer wants with one key.
  struct Wish {
    Buyer* buyer = nullptr;
    std::string key;
    domain::OrderRequest request;
    bool is_ordered = false;
    bool is_refused = false;  // for sure, by somebody
    bool is_unknown = false;  // somebody did not say for sure
  };

  static Task<void> ask(Wish& wish, std::size_t region) {
    const Buyer::Answered<domain::Order> answer =
        co_await wish.buyer->place(region, wish.key, wish.request);
    if (answer && answer->result)
      wish.is_ordered = true;
    else if (answer && !answer->result.error().outcome_unknown)
      wish.is_refused = true;
    else
      wish.is_unknown = true;
  }

  /// In one region or several at once, up to four times. Later, after the regions have been told
  /// of each other, the answer may be another one.
  static Task<void> pursue(Wish& wish) {
    Buyer& buyer = *wish.buyer;
    Random& random = buyer.random();
    std::size_t region = buyer.home();
    for (int round = 0; round < 4; ++round) {
      const std::size_t regions = random.permille(400) ? buyer.shop().regions() : 1;
      std::vector<Task<void>> tries;
      for (std::size_t i = 0; i < regions; ++i)
        tries.push_back(ask(wish, (region + i) % buyer.shop().regions()));
      co_await side_by_side(std::move(tries));
      if (wish.is_ordered || (wish.is_refused && !wish.is_unknown)) co_return;
      region = buyer.elsewhere(region);
      const Micros pause = random.between(5, 300) * kMillisecond;
      co_await buyer.shop().sleep(pause);
    }
  }

  Task<void> buy(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    while (!shop.is_closing()) {
      const bool is_scarce = random.permille(750);
      const std::string book = is_scarce ? random.any(books_) : priced_;
      const std::int64_t price = is_scarce ? kPrice : price_;
      auto wish = std::make_unique<Wish>(Wish{
          &buyer, buyer.new_key(), lines(book, random.between(1, 3), price), false, false, false});
      co_await pursue(*wish);
      if (wish->is_ordered) {
        // Lost answers, a new device: the same key again, wherever, says the same order.
        if (random.permille(200)) co_await ask(*wish, random.below(shop.regions()));
      } else if (wish->is_unknown) {
        kept_.push_back(std::move(wish));
      } else {
        Wish other{&buyer, buyer.new_key(), lines(random.any(books_), 1, kPrice),
                   false,  false,           false};
        co_await pursue(other);
      }
      const Micros pause = random.between(10, 500) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  /// A price that has changed is a reason to refuse an order that was taken at it.
  Task<void> edit(Shop& shop) {
    Random random = shop.random("refusal_is_not_final's editor");
    while (!shop.is_closing()) {
      const Micros pause = random.between(300, 2000) * kMillisecond;
      co_await shop.sleep(pause);
      const std::size_t region = random.below(shop.regions());
      ++price_;
      static_cast<void>(co_await set_price(shop, region, priced_, price_));
    }
  }

  /// All is healed: every region can be heard, and says what is.
  void ask_in_the_end(Wish& wish) {
    Buyer& buyer = *wish.buyer;
    Shop& shop = buyer.shop();
    const std::size_t region = buyer.random().below(shop.regions());
    Buyer::Answered<domain::Order> answer;
    for (int i = 0; i < kTriesInTheEnd; ++i) {
      answer = shop.wait(buyer.place(region, wish.key, wish.request));
      if (shop.violation() || (answer && answer->result)) return;
      if (answer && !answer->result.error().outcome_unknown) break;
    }
    if (!answer || answer->result.error().outcome_unknown) {
      shop.violated(
          "refusal_is_not_final",
          shop.name(region) + " does not say what became of " + wish.key +
              " when all is well: " + (answer ? answer->result.error().detail : "no answer"));
      return;
    }
    const std::string id = domain::order_id(buyer.session().cart, wish.key, wish.request);
    for (std::size_t i = 0; i < shop.regions(); ++i) {
      const auto found = shop.wait(shop.process(i)->rules->orders.get(buyer.session(), id));
      if (!found) continue;
      shop.violated("refusal_is_not_final", shop.name(region) + " refuses " + wish.key +
                                                " for sure, and " + shop.name(i) +
                                                " has its order");
      return;
    }
  }

  std::vector<std::string> books_;
  std::string priced_;
  std::int64_t price_ = 2000;
  std::vector<std::unique_ptr<Buyer>> buyers_;
  std::vector<std::unique_ptr<Wish>> kept_;
};

const Registration<RefusalIsNotFinal> kRefusalIsNotFinal("refusal_is_not_final", {});

}  // namespace
}  // namespace perpetua::sim
