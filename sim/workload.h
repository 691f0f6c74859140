#pragma once
// A workload: traffic of its own and an invariant, which is its name. One file each in workloads/,
// which is all that it takes to add one:
//
//   class NoOversell final : public Workload { setup, start, check };
//   const Registration<NoOversell> kNoOversell("no_oversell", {...});
//
// `setup` runs before the faults, on a shop that is well; `start` begins traffic that ends by
// itself when shop().is_closing(); `check` runs when everything was healed and nothing is under
// way. A workload keeps its own record of what it asked and what it was answered, and judges by
// that and by ledgers outside the store. It uses books, customers and keys that begin with its own
// name, for others run beside it in one shop.

#include <memory>
#include <string>
#include <vector>

#include "sim/plan.h"
#include "sim/random.h"

namespace perpetua::sim {

class Shop;

class Workload {
 public:
  virtual ~Workload() = default;
  virtual void setup(Shop& shop) = 0;
  virtual void start(Shop& shop) = 0;
  /// Calls shop.violated() for what does not hold.
  virtual void check(Shop& shop) = 0;
};

struct WorkloadTraits {
  /// It needs mirrors that are prefixes: it does not run where rows come singly; why.
  std::string needs_prefixes{};
  /// Drawn on its own and not with others, for it does to the shop what theirs do not survive.
  bool runs_alone = false;
  /// Cheap and quiet: runs in every run that can have it.
  bool runs_always = false;
  /// Faults of its own, beside those that are drawn for every run.
  std::vector<Fault> (*faults)(Random& random, const Plan& plan) = nullptr;
};

/// In alphabetical order.
[[nodiscard]] std::vector<std::string> workload_names();
[[nodiscard]] const WorkloadTraits& traits_of(const std::string& workload);
[[nodiscard]] std::unique_ptr<Workload> make_workload(const std::string& workload);

[[nodiscard]] std::vector<std::string> draw_workloads(Random& random);
[[nodiscard]] bool needs_prefixes(const std::string& workload);
[[nodiscard]] std::vector<Fault> faults_of(const std::vector<std::string>& workloads,
                                           Random& random, const Plan& plan);

void register_workload(std::string name, WorkloadTraits traits,
                       std::unique_ptr<Workload> (*make)());

template <class T>
struct Registration {
  Registration(std::string name, WorkloadTraits traits) {
    register_workload(std::move(name), std::move(traits),
                      []() -> std::unique_ptr<Workload> { return std::make_unique<T>(); });
  }
};

}  // namespace perpetua::sim
