#pragma once
// Percentiles, and the longest time without a success. Milliseconds throughout.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace perpetua::buyers {

struct Percentiles {
  std::size_t count = 0;
  double p50 = 0;
  double p99 = 0;
  double max = 0;
};

/// By nearest rank: each percentile is one of the samples. Zeros when there are none.
[[nodiscard]] Percentiles percentiles(std::vector<double> samples);

/// One request as the gap sees it: due at `due`; succeeded at `succeeded`, or never.
struct Due {
  double due = 0;
  std::optional<double> succeeded;
};

struct Gap {
  double begin = 0;
  double length = 0;
};

/// The longest time in which nothing succeeded although something was due: a gap begins at a
/// success or, if nothing waited then, when the next request was due, and ends at the next success
/// or, after the last, at `end` (when the load stopped waiting).
[[nodiscard]] Gap longest_gap(std::vector<Due> requests, double end);

}  // namespace perpetua::buyers
