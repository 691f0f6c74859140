#pragma once
// A run as a timeline, a column for each region.

#include <string>

#include "sim/fleet.h"

namespace perpetua::sim {

/// The last `lines_max` lines up to the violation, but all lines of faults.
[[nodiscard]] std::string timeline(const Finished& finished, std::size_t lines_max);

}  // namespace perpetua::sim
