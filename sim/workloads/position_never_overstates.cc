// position_never_overstates: what an answer says that it reflects is durable where it was answered
// and is in the answer. (The first is judged by the ledger for every answer in every run.) A cart
// that was read is worked out again from what its writers had written up to the position told.

#include "crdt/cart_line.h"
#include "domain/tables.h"
#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

constexpr int kReadsMax = 40;

class PositionNeverOverstates final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "positions", 2, 300); }

  void start(Shop& shop) override {
    traffic_->start(4);
    for (const auto& buyer : traffic_->buyers()) shop.go("position_never_overstates", read(*buyer));
  }

  void check(Shop&) override {}

 private:
  Task<void> read(Buyer& buyer) {
    Shop& shop = buyer.shop();
    for (int reads = 0; reads < kReadsMax && !shop.is_closing(); ++reads) {
      const Micros pause = buyer.random().between(20, 400) * kMillisecond;
      co_await shop.sleep(pause);
      const std::size_t region = buyer.random().below(shop.regions());
      const auto answer = co_await buyer.cart(region);
      if (answer && answer->result) compare(shop, buyer, region, *answer->result);
    }
  }

  static void compare(Shop& shop, const Buyer& buyer, std::size_t region,
                      const domain::Reflecting<domain::Cart>& answer) {
    std::map<std::string, crdt::CartLineRow> lines;
    for (const auto& [writer, n] : answer.position)
      for (const auto& [key, row] : shop.ledger().rows(writer, n)) {
        if (key.table != domain::tables::kCart || key.partition != buyer.session().cart) continue;
        const auto decoded = crdt::decode_cart_line_row(row.value);
        if (decoded) lines[key.sort] = crdt::merge(lines[key.sort], *decoded);
      }
    std::map<std::string, std::int64_t> written;
    for (const auto& [book, line] : lines)
      if (line.quantity() > 0) written[book] = line.quantity();
    std::map<std::string, std::int64_t> told;
    for (const domain::CartLine& line : answer.value.lines) told[line.book_id] = line.quantity;
    if (told != written)
      shop.violated("position_never_overstates",
                    "the cart that " + shop.name(region) + " showed " + buyer.session().customer +
                        " is not the one of the position that it told");
  }

  std::optional<Traffic> traffic_;
};

const Registration<PositionNeverOverstates> kRegistered(
    "position_never_overstates",
    {.needs_prefixes = "a position there says what is whole, and rows beyond it are seen too"});

}  // namespace
}  // namespace perpetua::sim
