#pragma once
// Percentiles, and the longest time without a success. Milliseconds throughout.

#include <cstddef>
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

/// One request as the gap sees it: waiting from `due` to `ended`, when it succeeded or was given
/// up.
struct Due {
  double due = 0;
  double ended = 0;
  bool succeeded = false;
};

struct Gap {
  double begin = 0;
  double length = 0;
};

/// The longest time in which nothing succeeded although something was due: a gap begins at a
/// success or, if nothing waited then, when the next request was due, and ends at the next success
/// or, after the last, when the last request was due.
[[nodiscard]] Gap longest_gap(std::vector<Due> requests);

}  // namespace perpetua::buyers
