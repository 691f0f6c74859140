// lost_disk_is_recognised: a region that comes back with an empty disk, or with that of some time
// ago, takes no orders once it has met who knows better; the others lose nothing of what they hold,
// go on selling, and have every order that was acknowledged as held elsewhere.

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

std::vector<Fault> one_loss(Random& random, const Plan& plan) {
  Fault fault{random.permille(500) ? FaultKind::kWipe : FaultKind::kRollBack};
  fault.at = random.between(plan.lasts / 3, plan.lasts * 2 / 3);
  fault.lasts = random.between(10, 1500) * kMillisecond;
  fault.region = random.below(plan.regions);
  if (random.permille(500)) return {fault};
  // It is alone when it comes back, and sells on: when it meets the others again its history is as
  // long as the one that they know, and another.
  Fault alone{FaultKind::kIsolate};
  alone.at = fault.at;
  alone.lasts = fault.lasts + random.between(2, 8) * kSecond;
  alone.region = fault.region;
  return {fault, alone};
}

class LostDiskIsRecognised final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "lost_disk", 3, 400); }
  void start(Shop&) override { traffic_->start(6); }

  void check(Shop& shop) override {
    std::optional<std::size_t> lost;
    for (std::size_t region = 0; region < shop.regions(); ++region)
      if (shop.has_lost_disk(region)) lost = region;
    if (!lost) return;
    Process& process = *shop.process(*lost);
    const bool recognised = !process.journal->stopped_because().empty();
    if (shop.knows_better(*lost) && !recognised)
      shop.violated("lost_disk_is_recognised",
                    shop.name(*lost) + " lost its disk, others hold more of what it wrote, and " +
                        "it takes orders");
    check_orders(shop, *lost, recognised);
    Buyer buyer(shop, "after-the-loss", 0);
    const std::size_t other = (*lost + 1) % shop.regions();
    const auto sold =
        shop.wait(buyer.place(other, buyer.new_key(), lines(traffic_->books()[0], 1, 1000)));
    // Its rights are its own: with them gone there may be none to sell, which is told.
    if (!sold) shop.violated("lost_disk_is_recognised", shop.name(other) + " does not answer");
  }

 private:
  static void check_orders(Shop& shop, std::size_t lost, bool recognised) {
    for (const OrderTry& one : shop.ledger().tries) {
      if (!one.order || one.order->durability != domain::Durability::kRemote) continue;
      // What a region that nobody could correct wrote anew is its own history now.
      if (!recognised) continue;
      const domain::Session session{one.customer, one.cart};
      bool is_there = false;
      for (std::size_t region = 0; region < shop.regions(); ++region)
        if (region != lost) {
          const auto found =
              shop.wait(shop.process(region)->rules->orders.get(session, one.order->id));
          is_there = is_there || found.has_value();
        }
      if (!is_there)
        return shop.violated("lost_disk_is_recognised",
                             "order " + one.order->id + " was acknowledged as held elsewhere, " +
                                 "and is gone with the disk of " + shop.name(lost));
    }
  }

  std::optional<Traffic> traffic_;
};

const Registration<LostDiskIsRecognised> kRegistered(
    "lost_disk_is_recognised",
    {.needs_prefixes = "that store has no disk to lose", .runs_alone = true, .faults = one_loss});

}  // namespace
}  // namespace perpetua::sim
