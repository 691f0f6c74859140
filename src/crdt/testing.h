#pragma once
// Histories seen through prefixes, for the merges' properties: each of three writers changes its
// own rows; a reader has seen some prefix of each.

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

/// Who has seen how much of whose history, while three writers write in turns: a reader has all of
/// its own, and of each other a prefix that only grows.
class Views {
 public:
  /// Writer `who` hears some more of what the others wrote, or nothing.
  void hear(std::size_t who, std::mt19937& random) {
    for (std::size_t from = 0; from < 3; ++from)
      seen_[who][from] += static_cast<std::size_t>(
          up_to(random, static_cast<std::int64_t>(written_[from] - seen_[who][from])));
    seen_[who][who] = written_[who];
  }
  void see_all(std::size_t who) { std::ranges::copy(written_, seen_[who]); }
  void write(std::size_t who) { seen_[who][who] = ++written_[who]; }
  /// How many of `from`'s writes `who` has seen.
  [[nodiscard]] std::size_t seen(std::size_t who, std::size_t from) const {
    return seen_[who][from];
  }

 private:
  std::size_t written_[3] = {};
  std::size_t seen_[3][3] = {};
};

}  // namespace perpetua::crdt::testing
