#include "sim/run.h"

#include "base/simulation.h"

namespace perpetua::sim {
namespace {

constexpr Micros kEndTime = 60 * kSecond;
// The reconciler looks again after a second at what has failed.
constexpr Micros kQuietTime = 1200 * kMillisecond;

// Rare points are on or off for a whole run, as in FoundationDB: so runs differ in what they meet.
constexpr std::uint64_t kOnPermille = 250;
constexpr std::uint64_t kFiresPermille = 50;

Random* rare_random = nullptr;  // null: none fires

bool fires() {
  return rare_random != nullptr && rare_random->permille(kFiresPermille);
}

void choose_rare_points(Random& random) {
  const bool has_any = random.permille(700);
  for (simulation::Point* point : simulation::points(simulation::Kind::kRare))
    // Drawn for each, so that one more point does not change the luck of the others before it.
    point->is_on = random.permille(kOnPermille) && has_any;
  simulation::set_decide(fires);
}

}  // namespace

Outcome run(const Plan& plan, History& history) {
  // Never destroyed: what a killed process left waiting would be woken into what is gone.
  Shop& shop = *std::make_unique<Shop>(plan, history).release();
  Random random = shop.random("rare points");
  choose_rare_points(random);
  std::vector<std::unique_ptr<Workload>> workloads;
  for (const std::string& name : plan.workloads) workloads.push_back(make_workload(name));

  Micros began = 0;
  try {
    shop.open();
    for (const auto& workload : workloads)
      if (!shop.violation()) workload->setup(shop);
    began = shop.now();
    if (!shop.violation()) {
      rare_random = &random;
      shop.schedule_faults();
      for (const auto& workload : workloads) workload->start(shop);
      shop.run_until([] { return false; }, plan.lasts);
      rare_random = nullptr;
    }
    shop.close();
    shop.heal();
    for (const auto& workload : workloads) {
      // Checks buy, too.
      if (!shop.violation()) shop.settle(kQuietTime, kEndTime);
      if (!shop.violation()) workload->check(shop);
    }
  } catch (const Violated&) {
    rare_random = nullptr;
  }

  Outcome outcome;
  outcome.violation = shop.violation();
  outcome.events = shop.scheduler().events();
  outcome.virtual_time = shop.now();
  outcome.crashes = shop.crashes();
  for (const Fault& fault : plan.faults)
    if (began + fault.at < shop.now() && fault.at < plan.lasts)
      ++outcome.faults[std::string(name(fault.kind))];
  for (const auto kind : {simulation::Kind::kRare, simulation::Kind::kReached})
    for (const simulation::Point* point : simulation::points(kind)) {
      history.number(point->reached);
      outcome.reached[std::string(point->name)] = point->reached;
    }
  outcome.orders_tried = shop.ledger().tries.size();
  outcome.orders_taken = shop.ledger().acknowledged().size();
  history.number(outcome.events);
  outcome.history_hash = history.hash();
  return outcome;
}

}  // namespace perpetua::sim
