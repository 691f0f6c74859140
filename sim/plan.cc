#include "sim/plan.h"

#include <algorithm>

#include "sim/random.h"
#include "sim/workload.h"

namespace perpetua::sim {
namespace {

constexpr const char* kNames[] = {"crash",       "restart",       "hang",        "cut",
                                  "cut-one-way", "stall",         "slow-link",   "half-open",
                                  "isolate",     "no-buyers",     "lossy-front", "slow-disk",
                                  "full-disk",   "full-in-write", "sync-error",  "bit-rot",
                                  "clock-jump",  "wipe",          "roll-back"};
static_assert(std::size(kNames) == kFaultKinds);

/// How often each kind is drawn. Wiped and rolled-back disks have a workload of their own.
struct Weight {
  FaultKind kind;
  std::uint64_t weight;
};
constexpr Weight kWeights[] = {
    {FaultKind::kCrash, 8},    {FaultKind::kRestart, 2},     {FaultKind::kHang, 3},
    {FaultKind::kCut, 5},      {FaultKind::kCutOneWay, 4},   {FaultKind::kStall, 4},
    {FaultKind::kSlowLink, 4}, {FaultKind::kHalfOpen, 3},    {FaultKind::kIsolate, 4},
    {FaultKind::kNoBuyers, 2}, {FaultKind::kLossyFront, 5},  {FaultKind::kSlowDisk, 3},
    {FaultKind::kFullDisk, 2}, {FaultKind::kFullInWrite, 2}, {FaultKind::kSyncError, 2},
    {FaultKind::kBitRot, 1},   {FaultKind::kClockJump, 2},
};

/// Where rows come singly no process can die: such a store is in memory.
bool is_possible(FaultKind kind, Storage storage) {
  if (storage == Storage::kHistories) return true;
  switch (kind) {
    case FaultKind::kHang:
    case FaultKind::kCut:
    case FaultKind::kSlowLink:
    case FaultKind::kIsolate:
    case FaultKind::kNoBuyers:
    case FaultKind::kLossyFront:
    case FaultKind::kClockJump:
      return true;
    default:
      return false;
  }
}

bool is_of_a_link(FaultKind kind) {
  switch (kind) {
    case FaultKind::kCut:
    case FaultKind::kCutOneWay:
    case FaultKind::kStall:
    case FaultKind::kSlowLink:
    case FaultKind::kHalfOpen:
      return true;
    default:
      return false;
  }
}

FaultKind draw_kind(Random& random, Storage storage) {
  std::vector<FaultKind> kinds;  // each as often as it weighs
  for (const auto& [kind, weight] : kWeights)
    if (is_possible(kind, storage)) kinds.insert(kinds.end(), weight, kind);
  return random.any(kinds);
}

Fault draw_fault(Random& random, const Plan& plan) {
  Fault fault{draw_kind(random, plan.storage)};
  fault.at = random.between(200 * kMillisecond, plan.lasts - 200 * kMillisecond);
  // Mostly short, sometimes longer than any time-out.
  fault.lasts = random.permille(300) ? random.between(kSecond, 6 * kSecond)
                                     : random.between(5 * kMillisecond, kSecond);
  fault.region = random.below(plan.regions);
  fault.other = random.other_than(fault.region, plan.regions);
  fault.amount = random.between(1, 1000);
  return fault;
}

}  // namespace

std::string_view name(FaultKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::string to_text(const Fault& fault) {
  return std::string(name(fault.kind)) + " of region " + std::to_string(fault.region) +
         (is_of_a_link(fault.kind) ? " and " + std::to_string(fault.other) : std::string()) +
         " at " + std::to_string(fault.at / kMillisecond) + " ms for " +
         std::to_string(fault.lasts / kMillisecond) + " ms";
}

std::string region_name(std::size_t region) {
  return {static_cast<char>('a' + region)};
}

std::vector<std::string> Plan::region_names() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < regions; ++i) names.push_back(region_name(i));
  return names;
}

Plan make_plan(std::uint64_t seed, const Wanted& wanted) {
  Plan plan;
  plan.seed = seed;
  Random random = Random(seed).stream("plan");
  const std::uint64_t of_ten = random.below(10);
  const std::size_t regions = of_ten < 4 ? 2 : of_ten < 8 ? 3 : of_ten < 9 ? 4 : 5;
  plan.regions = wanted.regions.value_or(regions);
  const bool is_singly = random.permille(150);
  plan.workloads = wanted.workloads;
  const std::vector<std::string> drawn = draw_workloads(random);
  if (plan.workloads.empty()) plan.workloads = drawn;
  plan.storage = wanted.storage.value_or(is_singly ? Storage::kRows : Storage::kHistories);
  if (!wanted.storage && std::ranges::any_of(plan.workloads, needs_prefixes))
    plan.storage = Storage::kHistories;
  if (plan.storage == Storage::kRows && wanted.workloads.empty())
    std::erase_if(plan.workloads, needs_prefixes);
  plan.buyers_max = wanted.buyers_max.value_or(plan.buyers_max);
  plan.lasts = random.between(3 * kSecond, 12 * kSecond);
  const std::int64_t faults = random.permille(50) ? 0 : random.between(1, 16);
  for (std::int64_t i = 0; i < faults; ++i) {
    plan.fault_numbers.push_back(plan.faults.size());
    plan.faults.push_back(draw_fault(random, plan));
  }
  for (std::size_t a = 0; a < plan.regions; ++a)
    for (std::size_t b = a + 2; b < plan.regions; ++b)
      if (random.permille(200) && plan.storage == Storage::kHistories) plan.unlinked.emplace(a, b);
  for (Fault& fault : faults_of(plan.workloads, random, plan)) {
    plan.fault_numbers.push_back(plan.faults.size());
    plan.faults.push_back(fault);
  }
  if (wanted.lasts) plan.lasts = *wanted.lasts;
  if (wanted.faults) {
    std::vector<Fault> kept;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < plan.faults.size(); ++i)
      if (std::ranges::find(*wanted.faults, i) != wanted.faults->end()) {
        kept.push_back(plan.faults[i]);
        numbers.push_back(i);
      }
    plan.faults = std::move(kept);
    plan.fault_numbers = std::move(numbers);
  }
  return plan;
}

}  // namespace perpetua::sim
