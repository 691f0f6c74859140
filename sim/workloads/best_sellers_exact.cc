// best_sellers_exact: once all is settled, every region's best sellers say, book by book, what a
// recount of the orders says, an order that two regions took counting once; and the orders
// recounted are at least those that buyers hold an answer for. Before that a region may count the
// copies of a duplicate twice until they are released, and no more than those.

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kPrice = 1000;
constexpr std::size_t kAll = 100'000;

using Copies = std::map<std::string, std::int64_t>;  // by book

class BestSellersExact final : public Workload {
 public:
  void setup(Shop& shop) override {
    Random random = shop.random("best_sellers_exact");
    for (int i = 0; i < 4; ++i) {
      books_.push_back("best-sellers-exact-" + std::to_string(i));
      add_book(shop, books_.back(), i == 0 ? 100'000 : random.between(2, 60), kPrice);
    }
  }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(5, shop.plan().buyers_max); ++i) {
      const std::string name = "best-sellers-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name, buy(*buyers_.back()));
    }
    shop.go("best_sellers_exact's reader", watch(shop));
  }

  void check(Shop& shop) override {
    for (std::size_t region = 0; region < shop.regions() && !shop.violation(); ++region) {
      const std::map<std::string, Copies> orders = recount(shop, region);
      for (const auto& [id, order] : shop.ledger().acknowledged())
        if (!orders.contains(id))
          return shop.violated("best_sellers_exact", shop.name(region) + " has lost order " + id);
      Copies counted;
      for (const auto& [id, copies] : orders)
        for (const auto& [book, quantity] : copies) counted[book] += quantity;
      const Copies shown = show(shop, region);
      if (shown != counted)
        return shop.violated("best_sellers_exact", shop.name(region) + " says " + text(shown) +
                                                       "; its orders say " + text(counted));
    }
  }

 private:
  static Task<void> place(Buyer& buyer, std::size_t region, std::string key,
                          domain::OrderRequest request) {
    static_cast<void>(co_await buyer.place(region, key, request));
  }

  /// Often in two regions at once, so that there are duplicates.
  Task<void> buy(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    while (!shop.is_closing()) {
      const std::string key = buyer.new_key();
      const domain::OrderRequest request = lines(random.any(books_), random.between(1, 3), kPrice);
      const std::size_t region = random.below(shop.regions());
      std::vector<Task<void>> at_once;
      at_once.push_back(place(buyer, region, key, request));
      if (random.permille(500))
        at_once.push_back(place(buyer, buyer.elsewhere(region), key, request));
      co_await side_by_side(std::move(at_once));
      const Micros pause = random.between(5, 400) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  /// What was delivered, and what orders that several regions have been asked for may have sold
  /// once more in each.
  [[nodiscard]] static std::int64_t bound(Shop& shop, const std::string& book) {
    std::map<std::string, std::set<std::size_t>> asked;
    std::map<std::string, std::int64_t> quantities;
    for (const OrderTry& one : shop.ledger().tries) {
      const auto* wanted = std::get_if<domain::ExplicitOrder>(&one.request.what);
      if (wanted == nullptr || wanted->lines.front().book_id != book) continue;
      asked[one.id].insert(one.region);
      quantities[one.id] = wanted->lines.front().quantity;
    }
    std::int64_t most = shop.ledger().delivered(book);
    for (const auto& [id, regions] : asked)
      most += static_cast<std::int64_t>(regions.size() - 1) * quantities[id];
    return most;
  }

  Task<void> watch(Shop& shop) {
    while (!shop.is_closing()) {
      for (std::size_t region = 0; region < shop.regions(); ++region) {
        if (shop.process(region) == nullptr) continue;
        Copies shown = show(shop, region);
        for (const std::string& book : books_)
          if (shown[book] > bound(shop, book))
            shop.violated("best_sellers_exact",
                          shop.name(region) + " counts " + std::to_string(shown[book]) + " of " +
                              book + "; at most " + std::to_string(bound(shop, book)) +
                              " can be sold, duplicates included");
      }
      co_await shop.sleep(200 * kMillisecond);
    }
  }

  // --- counting ---

  static Copies show(Shop& shop, std::size_t region) {
    Copies shown;
    for (const views::Sales& one : shop.process(region)->rules->best_sellers.top(kAll))
      shown[one.book] = one.sold;
    return shown;
  }

  /// The orders as their winners' rows have them.
  static std::map<std::string, Copies> recount(Shop& shop, std::size_t region) {
    std::map<std::string, Copies> orders;
    for (const auto& [id, all] : all_orders(shop, region))
      for (const crdt::OrderContentLine& line : all.at(crdt::winner(all)).lines)
        orders[id][line.book] += line.quantity;
    return orders;
  }

  static std::string text(const Copies& copies) {
    std::string out;
    for (const auto& [book, quantity] : copies)
      out += (out.empty() ? "" : ", ") + std::to_string(quantity) + " of " + book;
    return out.empty() ? "nothing" : out;
  }

  std::vector<std::string> books_;
  std::vector<std::unique_ptr<Buyer>> buyers_;
};

const Registration<BestSellersExact> kBestSellersExact("best_sellers_exact", {});

}  // namespace
}  // namespace perpetua::sim
