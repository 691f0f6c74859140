#include "sim/workload.h"

#include <map>

#include "base/assert.h"

namespace perpetua::sim {
namespace {

constexpr std::size_t kDrawnAtOnce = 2;
constexpr std::uint64_t kAlonePermille = 80;

struct Registered {
  WorkloadTraits traits;
  std::unique_ptr<Workload> (*make)();
};

std::map<std::string, Registered>& all() {
  static std::map<std::string, Registered> workloads;
  return workloads;
}

const Registered& find(const std::string& workload) {
  const auto found = all().find(workload);
  PERPETUA_ASSERT(found != all().end(), "the command line checks the names of workloads");
  return found->second;
}

}  // namespace

void register_workload(std::string name, WorkloadTraits traits,
                       std::unique_ptr<Workload> (*make)()) {
  all().emplace(std::move(name), Registered{std::move(traits), make});
}

std::vector<std::string> workload_names() {
  std::vector<std::string> names;
  for (const auto& [name, registered] : all()) names.push_back(name);
  return names;
}

const WorkloadTraits& traits_of(const std::string& workload) {
  return find(workload).traits;
}

std::unique_ptr<Workload> make_workload(const std::string& workload) {
  return find(workload).make();
}

bool needs_prefixes(const std::string& workload) {
  return !find(workload).traits.needs_prefixes.empty();
}

std::vector<std::string> draw_workloads(Random& random) {
  std::vector<std::string> loners;
  std::vector<std::string> others;
  std::vector<std::string> drawn;
  for (const auto& [name, registered] : all()) {
    if (registered.traits.runs_always)
      drawn.push_back(name);
    else if (registered.traits.runs_alone)
      loners.push_back(name);
    else
      others.push_back(name);
  }
  if (!loners.empty() && random.permille(kAlonePermille)) return {random.any(loners)};
  for (std::size_t i = 0; i < kDrawnAtOnce && !others.empty(); ++i) {
    const std::size_t at = random.below(others.size());
    drawn.push_back(others[at]);
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return drawn;
}

std::vector<Fault> faults_of(const std::vector<std::string>& workloads, Random& random,
                             const Plan& plan) {
  std::vector<Fault> faults;
  for (const std::string& workload : workloads) {
    const WorkloadTraits& traits = traits_of(workload);
    if (traits.faults == nullptr) continue;
    for (const Fault& fault : traits.faults(random, plan)) faults.push_back(fault);
  }
  return faults;
}

}  // namespace perpetua::sim
