#pragma once
// Seeds, and what is drawn by them.

#include <algorithm>
#include <random>
#include <vector>

#include "base/writer.h"

namespace perpetua::crdt::testing {

inline const std::vector<Writer>& three_writers() {
  static const std::vector<Writer> writers{{"a", 1}, {"b", 1}, {"c", 1}};
  return writers;
}

/// Runs `check(random)` for many seeds; a failure names its seed by the trace that the caller sets.
template <class Check>
void for_many_seeds(Check check, std::uint32_t seeds = 300) {
  for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
    std::mt19937 random(seed);
    check(seed, random);
  }
}

inline std::int64_t up_to(std::mt19937& random, std::int64_t most) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(most + 1));
}

}  // namespace perpetua::crdt::testing
