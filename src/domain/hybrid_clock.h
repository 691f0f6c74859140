#pragma once
// A hybrid clock: the wall's milliseconds in the upper 48 bits, a counter in the lower 16. In the
// life of a process it never goes back and never repeats, whatever the wall does. It takes nothing
// from other regions' clocks, and remembers nothing over a restart: a wall that is wrong makes its
// own region's times wrong for people, for as long as it is wrong, and breaks no rule.

#include <algorithm>
#include <cstdint>

#include "port/world.h"

namespace perpetua::domain {

class HybridClock {
 public:
  explicit HybridClock(const port::Clock& wall) : wall_(wall) {}

  /// Above every value given before.
  [[nodiscard]] std::uint64_t next() {
    const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(0, wall_.wall_ms())) << 16;
    last_ = std::max(last_ + 1, now);
    return last_;
  }

  [[nodiscard]] static std::int64_t to_ms(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 16);
  }

 private:
  const port::Clock& wall_;
  std::uint64_t last_ = 0;
};

}  // namespace perpetua::domain
