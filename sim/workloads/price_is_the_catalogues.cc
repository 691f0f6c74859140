// price_is_the_catalogues: nobody buys at a price that no editor had given the book by then, nor at
// one that the region which took the order had itself shown to be over; and once all is healed
// every region sells at one and the same price, and refuses all others. Editors change prices in
// any region; buyers order at what they see, at what they saw, and at what they make up.

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kFirst = 1000;
constexpr std::int64_t kEditsMax = 60;

using Seen = std::optional<domain::Checked<domain::Reflecting<std::vector<domain::Book>>>>;

class PriceIsTheCatalogues final : public Workload {
 public:
  void setup(Shop& shop) override {
    for (int i = 0; i < 2; ++i) {
      books_.push_back("price-is-the-catalogues-" + std::to_string(i));
      add_book(shop, books_.back(), 100'000, kFirst);
    }
    shown_.resize(shop.regions());
  }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(4, shop.plan().buyers_max); ++i) {
      const std::string name = "price-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name, buy(*buyers_.back()));
    }
    for (int i = 0; i < 2; ++i) shop.go("price's editor", edit(shop, i));
  }

  void check(Shop& shop) override {
    for (const OrderTry& one : shop.ledger().tries)
      if (one.order && one.customer.starts_with("cu_price-")) check(shop, one);
    for (const std::string& book : books_)
      if (!shop.violation()) check_prices(shop, book);
    if (!shop.violation()) shop.settle();
  }

 private:
  /// What one region has shown of one book.
  struct Shown {
    std::int64_t now = 0;
    std::map<std::int64_t, Micros> over;  // when it was told that another had come
  };

  static Task<Seen> look(Shop& shop, std::size_t region, std::string book) {
    using Read = domain::Checked<domain::Reflecting<std::vector<domain::Book>>>;
    Shop::HandlerOf<Read> handler = [book](Process& process) {
      return process.rules->catalogue.get_many({book});
    };
    Seen seen = co_await shop.ask<Read>(region, std::move(handler), 2 * kSecond);
    co_return seen;
  }

  /// One after the other, for an answer that overtakes another says nothing of what came later.
  Task<void> note(Shop& shop, std::size_t region, std::string book) {
    if (!looking_.emplace(region, book).second) co_return;
    const Seen seen = co_await look(shop, region, book);
    looking_.erase({region, book});
    if (!seen || !*seen || (*seen)->value.empty()) co_return;
    Shown& shown = shown_[region][book];
    const std::int64_t amount = (*seen)->value.front().price.amount;
    if (shown.now != 0 && shown.now != amount) shown.over.emplace(shown.now, shop.now());
    shown.now = amount;
  }

  Task<void> buy(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    while (!shop.is_closing()) {
      const std::string book = random.any(books_);
      const std::size_t region = random.below(shop.regions());
      co_await note(shop, region, book);
      std::int64_t amount = shown_[region][book].now;
      const std::uint64_t luck = random.below(10);
      if (luck < 3)  // an old one, or one that will come, or not
        amount = price(random.between(0, 2 + static_cast<std::int64_t>(edits_[book])));
      else if (luck < 4)
        amount += 1;
      if (amount > 0) {
        const domain::OrderRequest request = lines(book, random.between(1, 2), amount);
        const std::string key = buyer.new_key();
        if (random.permille(600))
          static_cast<void>(co_await buyer.place(region, key, request));
        else
          static_cast<void>(co_await buyer.buy(key, request, 3));
      }
      const Micros pause = random.between(10, 300) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  /// The n-th price of a book: no two are the same, so that none comes back but by a late copy of
  /// its editor's request.
  [[nodiscard]] static std::int64_t price(std::int64_t n) { return kFirst + 10 * n; }

  Task<void> edit(Shop& shop, int number) {
    Random random =
        shop.random("price_is_the_catalogues's editor", static_cast<std::uint64_t>(number));
    while (!shop.is_closing()) {
      const Micros pause = random.between(50, 1500) * kMillisecond;
      co_await shop.sleep(pause);
      const std::string book = random.any(books_);
      if (edits_[book] >= kEditsMax) continue;
      const std::size_t region = random.below(shop.regions());
      const std::int64_t amount = price(++edits_[book]);
      static_cast<void>(co_await set_price(shop, region, book, amount));
    }
  }

  // --- checks ---

  static std::string text(const OrderTry& one) {
    const domain::OrderLine& line = one.order->lines.front();
    return "order " + one.order->id + " of " + line.book_id + " at " +
           std::to_string(line.price.amount) + " by " + one.order->taken_by.text();
  }

  void check(Shop& shop, const OrderTry& one) {
    const domain::OrderLine& line = one.order->lines.front();
    const std::int64_t amount = line.price.amount;
    const auto* asked = std::get_if<domain::ExplicitOrder>(&one.request.what);
    if (asked != nullptr && asked->lines != one.order->lines)
      shop.violated("price_is_the_catalogues", text(one) + " is not as the buyer asked");
    const auto& given = shop.ledger().prices[line.book_id];
    const auto found = std::ranges::find(given, amount, &std::pair<Micros, std::int64_t>::second);
    if (found == given.end() || found->first > shop.ledger().taken_at.at(one.order->id))
      shop.violated("price_is_the_catalogues",
                    text(one) + ": no editor had asked for that price by then");
    check_over(shop, one, amount);
  }

  /// Whether its region sold at a price of which it had said that it was over, before anybody had
  /// asked for the order.
  void check_over(Shop& shop, const OrderTry& one, std::int64_t amount) {
    const std::string& book = one.order->lines.front().book_id;
    // A copy of the editor's request that came late makes it the price again.
    if (shop.ledger().price_services[book][amount] > 1) return;
    for (std::size_t region = 0; region < shop.regions(); ++region) {
      if (shop.writer(region) != one.order->taken_by) continue;
      const auto over = shown_[region][book].over.find(amount);
      if (over == shown_[region][book].over.end()) continue;
      const bool was_asked_before =
          std::ranges::any_of(shop.ledger().tries, [&](const OrderTry& other) {
            return other.id == one.id && other.asked_at < over->second;
          });
      if (!was_asked_before)
        shop.violated("price_is_the_catalogues",
                      text(one) + ", which had shown another price before it was asked for");
    }
  }

  void check_prices(Shop& shop, const std::string& book) {
    std::set<std::int64_t> amounts;
    for (std::size_t region = 0; region < shop.regions(); ++region) {
      const auto read = shop.wait(shop.process(region)->rules->catalogue.get_many({book}));
      if (!read || read->value.empty())
        return shop.violated("price_is_the_catalogues", shop.name(region) + " has lost " + book);
      amounts.insert(read->value.front().price.amount);
    }
    if (amounts.size() != 1)
      return shop.violated("price_is_the_catalogues", "the regions show several prices of " + book);
    for (std::size_t region = 0; region < shop.regions(); ++region)
      if (!shop.violation()) check_sale(shop, region, book, *amounts.begin());
  }

  void check_sale(Shop& shop, std::size_t region, const std::string& book, std::int64_t amount) {
    Buyer buyer(shop, "price-end-" + book + "-" + shop.name(region), region);
    const auto order = [&](const std::string& key, std::int64_t asked) {
      const domain::Session session = buyer.session();
      return shop.wait(
          shop.process(region)->rules->orders.place(session, key, lines(book, 1, asked)));
    };
    const auto taken = order("taken", amount);
    if (!taken)
      shop.violated("price_is_the_catalogues", shop.name(region) + " does not sell " + book +
                                                   " at its own price: " + taken.error().detail);
    std::set<std::int64_t> others{amount + 1, price(edits_[book] + 1)};
    for (const auto& [at, other] : shop.ledger().prices[book]) others.insert(other);
    others.erase(amount);
    for (const std::int64_t other : others) {
      if (shop.violation()) return;
      const auto refused = order("at " + std::to_string(other), other);
      const bool is_told = !refused && refused.error().kind == domain::Refusal::kPriceChanged &&
                           refused.error().lines.size() == 1 &&
                           refused.error().lines.front().price.amount == amount;
      if (!is_told)
        shop.violated("price_is_the_catalogues", shop.name(region) + " does not say that " + book +
                                                     " costs " + std::to_string(amount) +
                                                     " and not " + std::to_string(other));
    }
  }

  std::vector<std::string> books_;
  std::vector<std::unique_ptr<Buyer>> buyers_;
  std::map<std::string, std::int64_t> edits_;
  std::vector<std::map<std::string, Shown>> shown_;  // by region, by book
  std::set<std::pair<std::size_t, std::string>> looking_;
};

const Registration<PriceIsTheCatalogues> kPriceIsTheCatalogues("price_is_the_catalogues", {});

}  // namespace
}  // namespace perpetua::sim
