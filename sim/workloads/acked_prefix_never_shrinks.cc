// acked_prefix_never_shrinks: what a region has once had durably of any history it has ever after,
// and what the others believe that it holds, it holds. (The ledger judges the first in every run,
// whenever a durable end moves and at each start.)

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

/// Processes die and disks fail more often than in other runs.
std::vector<Fault> deaths(Random& random, const Plan& plan) {
  std::vector<Fault> faults;
  for (std::int64_t left = random.between(2, 8); left > 0; --left) {
    Fault fault{FaultKind::kCrash};
    if (random.permille(300)) fault.kind = FaultKind::kSyncError;
    if (random.permille(100)) fault.kind = FaultKind::kFullInWrite;
    fault.at = random.between(100 * kMillisecond, plan.lasts - 100 * kMillisecond);
    fault.lasts = random.between(1, 400) * kMillisecond;
    fault.region = random.below(plan.regions);
    faults.push_back(fault);
  }
  return faults;
}

class AckedPrefixNeverShrinks final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "acked_prefix", 3, 200); }
  void start(Shop& shop) override {
    traffic_->start(5);
    shop.go("acked_prefix_never_shrinks", compare_beliefs(shop));
  }
  void check(Shop& shop) override { compare_once(shop); }

 private:
  Task<void> compare_beliefs(Shop& shop) {
    Random random = shop.random("acked_prefix_never_shrinks");
    while (!shop.is_closing()) {
      compare_once(shop);
      const Micros pause = random.between(5, 60) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  static void compare_once(Shop& shop) {
    for (std::size_t at = 0; at < shop.regions(); ++at)
      for (std::size_t of = 0; of < shop.regions(); ++of) {
        Process* const believer = shop.process(at);
        Process* const holder = shop.process(of);
        if (at == of || believer == nullptr || holder == nullptr) continue;
        for (const Writer& writer : shop.ledger().writers()) {
          const auto belief = believer->replication->acknowledged(shop.name(of), writer);
          if (!belief || belief->end.n == 0) continue;
          const auto holding = holder->journal->holding(writer);
          if (!holding || holding->end.n < belief->end.n)
            shop.violated("acked_prefix_never_shrinks",
                          shop.name(at) + " believes that " + shop.name(of) + " holds entry " +
                              std::to_string(belief->end.n) + " of " + writer.text() +
                              ", which holds " + std::to_string(holding ? holding->end.n : 0));
        }
      }
  }

  std::optional<Traffic> traffic_;
};

const Registration<AckedPrefixNeverShrinks> kRegistered(
    "acked_prefix_never_shrinks",
    {.needs_prefixes = "there is no acknowledged prefix where rows come singly", .faults = deaths});

}  // namespace
}  // namespace perpetua::sim
