#include "crdt/cart_line.h"

#include <gtest/gtest.h>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::three_writers;
using testing::up_to;

CartLineRow random_row(std::mt19937& random) {
  CartLineRow row;
  for (const char* key : {"k1", "k2", "k3", "k4"})
    if (random() % 2 == 0) {
      const std::int64_t added = up_to(random, 5);
      row.operations[key] = {added, random() % 3 == 0 ? added : 0, "r"};
    }
  for (const char* order : {"o1", "o2"})
    if (random() % 2 == 0) {
      const Writer& writer = three_writers()[random() % 3];
      const std::string key = "k" + std::to_string(1 + random() % 4);
      row.takings[order] = {random() % 3, writer, {{key, 1 + up_to(random, 3)}}};
    }
  row.written_ms = up_to(random, 9);
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
  const CartLineRow here{{{"key", {2, 0, "r"}}}, {}, 1};
  const CartLineRow there = here;
  EXPECT_EQ(merge(here, there).quantity(), 2);
}

TEST(CartLine, ConcurrentRemovalsDoNotAddUp) {
  const CartLineRow one{{{"key", {3, 3, "r"}}}, {}, 1};
  const CartLineRow two = one;
  EXPECT_EQ(merge(one, two).quantity(), 0);
}

TEST(CartLine, AnAdditionThatARemovalHadNotSeenSurvives) {
  const CartLineRow removal{{{"old", {3, 3, "r"}}}, {}, 1};
  const CartLineRow addition{{{"new", {1, 0, "r"}}}, {}, 1};
  EXPECT_EQ(merge(removal, addition).quantity(), 1);
}

using Left = std::map<std::string, std::int64_t>;  // copies by operation key

TEST(CartLine, AnOrderTakenWithTwoViewsOfTheLineTakesItsCopiesOnce) {
  const auto& w = three_writers();
  const CartLineRow before{{{"k1", {2, 0, "r"}}}, {}, 1};
  CartLineRow here = before;
  here.takings["order"] = take(here, 2, 7, w[0]);
  // Cut off, two more copies, and the same order again: lowest key first, it takes others there.
  CartLineRow there = before;
  there.operations["k0"] = {2, 0, "r"};
  there.takings["order"] = take(there, 2, 8, w[1]);
  EXPECT_EQ(there.left(), (Left{{"k0", 0}, {"k1", 2}}));
  EXPECT_EQ(merge(here, there).left(), (Left{{"k0", 2}, {"k1", 0}}));
}

TEST(CartLine, ARemovalIsForGoodThoughTheOrdersWinnerChanges) {
  const auto& w = three_writers();
  CartLineRow here{{{"k1", {2, 0, "r"}}}, {}, 1};
  here.takings["order"] = take(here, 2, 7, w[0]);
  cancel(here, here);
  const CartLineRow earlier{{{"k0", {2, 0, "r"}}}, {{"order", {3, w[1], {{"k0", 2}}}}}, 1};
  EXPECT_EQ(merge(here, earlier).quantity(), 0);
}

TEST(CartLine, BytesRoundTripAndDamageIsSeen) {
  const CartLineRow row{
      {{"key", {3, 3, "request"}}}, {{"order", {5, three_writers()[1], {{"key", 2}}}}}, 9};
  const std::string bytes = encode(row);
  EXPECT_EQ(decode_cart_line_row(bytes).value(), row);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_cart_line_row(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace perpetua::crdt
