#pragma once
// Makes a failing run smaller while it still violates the same invariant: fewer faults, fewer
// buyers, a shorter run. After Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
// Input" (2002).

#include <functional>

#include "sim/fleet.h"

namespace perpetua::sim {

struct Shrunk {
  Wanted wanted;  // what makes the smallest plan that was found
  Finished finished;
  std::size_t runs = 0;
};

/// `failed` violated something. At most `runs_max` more runs. `told` hears of each that still
/// fails.
[[nodiscard]] Shrunk shrink(const Wanted& wanted, const Finished& failed, std::size_t runs_max,
                            const std::function<void(const Finished&)>& told);

}  // namespace perpetua::sim
