#include "crdt/register.h"

#include <gtest/gtest.h>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::three_writers;

TEST(Register, TheHighestVersionWinsAndTheWriterBreaksTies) {
  const auto& w = three_writers();
  EXPECT_TRUE(wins({2, "x"}, w[0], {1, "y"}, w[2]));
  EXPECT_TRUE(wins({2, "x"}, w[1], {2, "y"}, w[0]));
  EXPECT_FALSE(wins({2, "x"}, w[0], {2, "y"}, w[1]));
}

}  // namespace
}  // namespace perpetua::crdt
