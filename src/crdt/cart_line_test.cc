#include "crdt/cart_line.h"

#include <gtest/gtest.h>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::up_to;

CartLineRow random_row(std::mt19937& random) {
  CartLineRow row;
  for (const char* key : {"k1", "k2", "k3", "k4"})
    if (random() % 2 == 0) {
      const std::int64_t added = up_to(random, 5);
      row.operations[key] = {added, up_to(random, added), "r"};
    }
  return row;
}

TEST(CartLine, MergeIsCommutativeAssociativeAndIdempotent) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    const CartLineRow a = random_row(random);
    const CartLineRow b = random_row(random);
    const CartLineRow c = random_row(random);
    ASSERT_EQ(merge(a, b), merge(b, a));
    ASSERT_EQ(merge(merge(a, b), c), merge(a, merge(b, c)));
    ASSERT_EQ(merge(a, a), a);
    ASSERT_EQ(merge(a, CartLineRow{}), a);
  });
}

TEST(CartLine, ARetryInAnotherRegionCountsOnce) {
  const CartLineRow here{{{"key", {2, 0, "r"}}}};
  const CartLineRow there = here;
  EXPECT_EQ(merge(here, there).quantity(), 2);
}

TEST(CartLine, ConcurrentRemovalsDoNotAddUp) {
  const CartLineRow one{{{"key", {3, 3, "r"}}}};
  const CartLineRow two = one;
  EXPECT_EQ(merge(one, two).quantity(), 0);
}

TEST(CartLine, AnAdditionThatARemovalHadNotSeenSurvives) {
  const CartLineRow removal{{{"old", {3, 3, "r"}}}};
  const CartLineRow addition{{{"new", {1, 0, "r"}}}};
  EXPECT_EQ(merge(removal, addition).quantity(), 1);
}

TEST(CartLine, BytesRoundTripAndDamageIsSeen) {
  const CartLineRow row{{{"key", {3, 1, "request"}}}};
  const std::string bytes = encode(row);
  EXPECT_EQ(decode_cart_line_row(bytes).value(), row);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_cart_line_row(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace perpetua::crdt
