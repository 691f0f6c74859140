#include <gtest/gtest.h>

#include "base/hash.h"
#include "port/history.h"
#include "port/store.h"
#include "port/testing.h"

namespace perpetua::port {
namespace {

using std::chrono::milliseconds;

Task<void> wake_after(TestWorld& world, milliseconds delay, std::vector<int>& woken, int name) {
  co_await sleep(world, delay);
  woken.push_back(name);
}

TEST(TestWorld, FiresTimersInOrderOfTime) {
  TestWorld world;
  std::vector<int> woken;
  detach(wake_after(world, milliseconds(20), woken, 2));
  detach(wake_after(world, milliseconds(10), woken, 1));
  world.advance(milliseconds(9));
  EXPECT_TRUE(woken.empty());
  world.advance(milliseconds(11));
  EXPECT_EQ(woken, (std::vector<int>{1, 2}));
}

TEST(History, ChainsAreOfTheirWriterAndOrder) {
  const Writer a{"a", 1};
  EXPECT_NE(genesis_hash(a), genesis_hash(Writer{"a", 2}));
  const std::string one = chain_hash(genesis_hash(a), "x");
  EXPECT_EQ(one, hash(genesis_hash(a) + "x"));
  EXPECT_NE(chain_hash(one, "y"), chain_hash(chain_hash(genesis_hash(a), "y"), "x"));
}

}  // namespace
}  // namespace perpetua::port
