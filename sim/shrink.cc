#include "sim/shrink.h"

#include <algorithm>

namespace perpetua::sim {
namespace {

class Shrinking {
 public:
  Shrinking(Wanted wanted, const Finished& failed, std::size_t runs_max,
            const std::function<void(const Finished&)>& told)
      : best_{std::move(wanted), failed, 0},
        invariant_(failed.outcome.violation->invariant),
        runs_max_(runs_max),
        told_(told) {
    best_.wanted.workloads = failed.plan.workloads;
    best_.wanted.regions = failed.plan.regions;
    best_.wanted.storage = failed.plan.storage;
    best_.wanted.faults = failed.plan.fault_numbers;
  }

  Shrunk run() {
    shorten();
    fewer_workloads();
    fewer_faults();
    fewer_buyers();
    fewer_faults();
    return std::move(best_);
  }

 private:
  bool still_fails(Wanted wanted) {
    if (best_.runs >= runs_max_) return false;
    ++best_.runs;
    Finished finished = run_one(make_plan(best_.finished.plan.seed, wanted), false);
    if (!finished.outcome.violation || finished.outcome.violation->invariant != invariant_)
      return false;
    best_.wanted = std::move(wanted);
    best_.finished = std::move(finished);
    told_(best_.finished);
    return true;
  }

  /// Faults after the end of the traffic are left out by themselves.
  void shorten() {
    for (Micros lasts = best_.finished.plan.lasts / 2; lasts > 200 * kMillisecond; lasts /= 2) {
      Wanted wanted = best_.wanted;
      wanted.lasts = lasts;
      if (!still_fails(std::move(wanted))) break;
    }
  }

  void fewer_workloads() {
    for (std::size_t i = 0;
         best_.wanted.workloads.size() > 1 && i < best_.wanted.workloads.size();) {
      Wanted wanted = best_.wanted;
      wanted.workloads.erase(wanted.workloads.begin() + static_cast<std::ptrdiff_t>(i));
      if (!still_fails(std::move(wanted))) ++i;
    }
  }

  void fewer_faults() {
    const std::size_t all = best_.finished.plan.fault_numbers.size();
    for (std::size_t part = std::max<std::size_t>(1, all / 2);; part = part / 2) {
      for (std::size_t from = 0; from < best_.finished.plan.fault_numbers.size();) {
        std::vector<std::size_t> left;
        for (std::size_t i = 0; i < best_.finished.plan.fault_numbers.size(); ++i)
          if (i < from || i >= from + part) left.push_back(best_.finished.plan.fault_numbers[i]);
        Wanted wanted = best_.wanted;
        wanted.faults = std::move(left);
        if (!still_fails(std::move(wanted))) from += part;
      }
      if (part <= 1) return;
    }
  }

  void fewer_buyers() {
    for (const std::size_t buyers : {1, 2, 3, 4}) {
      Wanted wanted = best_.wanted;
      wanted.buyers_max = buyers;
      if (still_fails(std::move(wanted))) return;
    }
  }

  Shrunk best_;
  std::string invariant_;
  std::size_t runs_max_;
  const std::function<void(const Finished&)>& told_;
};

}  // namespace

Shrunk shrink(const Wanted& wanted, const Finished& failed, std::size_t runs_max,
              const std::function<void(const Finished&)>& told) {
  return Shrinking(wanted, failed, runs_max, told).run();
}

}  // namespace perpetua::sim
