#include "domain/hybrid_clock.h"

#include <gtest/gtest.h>

#include "port/testing.h"

namespace perpetua::domain {
namespace {

TEST(HybridClock, NeverRepeatsNorGoesBackWhateverTheWallDoes) {
  port::TestWorld world;
  HybridClock clock(world);
  std::uint64_t last = 0;
  for (const std::int64_t jump : {0, 0, 5000, -60000, 0, 1}) {
    world.skew_ms += jump;
    for (int i = 0; i < 3; ++i) {
      const std::uint64_t next = clock.next();
      EXPECT_GT(next, last);
      last = next;
    }
  }
}

}  // namespace
}  // namespace perpetua::domain
