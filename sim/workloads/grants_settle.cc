// grants_settle: when regions want the same last copies, rights to sell them move between regions
// no more than the orders need, and come to rest when nobody wants anything. Copies come one by
// one, each to one region; at that moment buyers in all regions want them. Afterwards no region
// writes anything more by itself, every order that waited has ended, and the copies granted are few
// for each order.

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr std::int64_t kPrice = 1000;
constexpr Micros kQuiet = 3 * kSecond;
// OrderService::place() takes 4.5 s at most, and the promise's wait before it 150 ms.
constexpr Micros kPlacingMax = 5 * kSecond;
constexpr const char* kPrefix = "grants-";

class GrantsSettle final : public Workload {
 public:
  void setup(Shop& shop) override {
    Random random = shop.random("grants_settle");
    for (int i = 0; i < 2; ++i) {
      books_.push_back("grants-settle-" + std::to_string(i));
      add_book(shop, books_.back(), random.between(1, 6), kPrice);
    }
  }

  void start(Shop& shop) override {
    const std::size_t buyers = std::min(2 * shop.regions(), shop.plan().buyers_max);
    for (std::size_t i = 0; i < buyers; ++i)
      buyers_.push_back(std::make_unique<Buyer>(shop, kPrefix + std::to_string(i), i));
    shop.go("grants_settle", rush(shop));
  }

  void check(Shop& shop) override {
    const std::vector<Position> positions = positions_now(shop);
    const std::vector<std::vector<std::int64_t>> stocks = stocks_now(shop);
    shop.run_until([] { return false; }, kQuiet);
    if (shop.violation()) return;
    if (positions_now(shop) != positions || stocks_now(shop) != stocks)
      return shop.violated("grants_settle", "a region writes by itself when nobody wants anything");
    check_ended(shop);
    for (const std::string& book : books_)
      if (!shop.violation()) check_granted(shop, book);
  }

 private:
  static Task<void> want(Buyer& buyer, std::string book, Micros after) {
    co_await buyer.shop().sleep(after);
    const std::int64_t quantity = buyer.random().between(1, 2);
    const std::string key = buyer.new_key();
    const domain::OrderRequest request = lines(book, quantity, kPrice);
    static_cast<void>(co_await buyer.place(buyer.home(), key, request));
  }

  Task<void> rush(Shop& shop) {
    Random random = shop.random("grants_settle's rush");
    for (int i = 0; !shop.is_closing(); ++i) {
      const std::string book = random.any(books_);
      std::vector<Task<void>> at_once;
      for (const auto& buyer : buyers_) {
        const Micros after = random.between(0, 60) * kMillisecond;
        at_once.push_back(want(*buyer, book, after));
      }
      co_await side_by_side(std::move(at_once));
      const Micros pause = random.between(1, 300) * kMillisecond;
      co_await shop.sleep(pause);
      const std::size_t region = random.below(shop.regions());
      const std::string name = kPrefix + std::to_string(i);
      static_cast<void>(co_await deliver(shop, region, book, name, /*quantity=*/1));
    }
  }

  static std::vector<Position> positions_now(Shop& shop) {
    std::vector<Position> positions;
    for (std::size_t region = 0; region < shop.regions(); ++region)
      positions.push_back(shop.process(region)->store().position());
    return positions;
  }

  /// What each region says of each writer's part in each book.
  [[nodiscard]] std::vector<std::vector<std::int64_t>> stocks_now(Shop& shop) const {
    std::vector<std::vector<std::int64_t>> stocks;
    for (std::size_t region = 0; region < shop.regions() && !shop.violation(); ++region)
      for (const std::string& book : books_)
        for (const domain::StockRow& row : report(shop, region, book).writers)
          stocks.push_back({row.rights, row.sold, row.released, row.granted_in, row.granted_out});
    return stocks;
  }

  /// Whether a process stands still now and then, or its disk does.
  static bool has_slow_regions(const Plan& plan) {
    return std::ranges::any_of(plan.faults, [](const Fault& fault) {
      return fault.kind == FaultKind::kHang || fault.kind == FaultKind::kSlowDisk;
    });
  }

  /// A process that died took its orders with it.
  static void check_ended(Shop& shop) {
    const Micros longest = has_slow_regions(shop.plan()) ? shop.now() : kPlacingMax;
    for (const auto& [key, services] : shop.ledger().services)
      for (const Service& service : services) {
        if (!key.starts_with(kPrefix) || (!service.ended_at && !service.process->is_alive))
          continue;
        if (service.ended_at && *service.ended_at - service.began_at <= longest) continue;
        return shop.violated(
            "grants_settle",
            "order " + key + " waited in " + shop.name(service.region) + " from " +
                std::to_string(service.began_at) + " us " +
                (service.ended_at ? "to " + std::to_string(*service.ended_at) : std::string("on")));
      }
  }

  /// An order draws copies only while it lacks one or two. Half of what a region has free is, of
  /// last copies, hardly more than that; what it draws in vain, the next one may draw again; and of
  /// orders that wait for each other the lower writer's alone draw the same copies once more. So
  /// two copies for each order are plenty, where rights that are passed to and fro until the orders
  /// time out make many, and each copy may move once as it comes.
  void check_granted(Shop& shop, const std::string& book) {
    std::int64_t granted = 0;
    for (const domain::StockRow& row : report(shop, 0, book).writers) granted += row.granted_out;
    std::set<std::string> keys;
    for (const OrderTry& one : shop.ledger().tries) {
      const auto* wanted = std::get_if<domain::ExplicitOrder>(&one.request.what);
      if (wanted != nullptr && wanted->lines.front().book_id == book) keys.insert(one.key);
    }
    std::int64_t served = 0;
    for (const std::string& key : keys)
      if (const auto found = shop.ledger().services.find(key);
          found != shop.ledger().services.end())
        served += static_cast<std::int64_t>(found->second.size());
    if (granted > 2 * served + shop.ledger().delivered(book))
      shop.violated("grants_settle", std::to_string(granted) + " copies of " + book +
                                         " were granted for " + std::to_string(served) +
                                         " orders of " +
                                         std::to_string(shop.ledger().delivered(book)) + " copies");
  }

  std::vector<std::string> books_;
  std::vector<std::unique_ptr<Buyer>> buyers_;
};

const Registration<GrantsSettle> kGrantsSettle("grants_settle", {});

}  // namespace
}  // namespace perpetua::sim
