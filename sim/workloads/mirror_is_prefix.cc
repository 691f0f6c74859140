// mirror_is_prefix: whatever a region shows of another's history, at any time, is what that one had
// written up to some entry, all of it and nothing else. (The ledger compares the hashes in every
// run; here the rows are compared as well.)

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

class MirrorIsPrefix final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "mirror_is_prefix", 3, 200); }
  void start(Shop& shop) override {
    traffic_->start(4);
    shop.go("mirror_is_prefix", look(shop));
  }
  void check(Shop&) override {}

 private:
  Task<void> look(Shop& shop) {
    Random random = shop.random("mirror_is_prefix");
    while (!shop.is_closing()) {
      const Micros pause = random.between(50, 900) * kMillisecond;
      co_await shop.sleep(pause);
      Process* const process = shop.process(random.below(shop.regions()));
      // What finds rot in it makes it fail: not while it stands still.
      if (process == nullptr || process->owner.is_hung) continue;
      const std::string wrong = compare_rows(shop, *process);
      if (!wrong.empty()) shop.violated("mirror_is_prefix", wrong);
    }
  }

  std::optional<Traffic> traffic_;
};

const Registration<MirrorIsPrefix> kRegistered(
    "mirror_is_prefix", {.needs_prefixes = "where rows come singly no mirror is a prefix"});

}  // namespace
}  // namespace perpetua::sim
