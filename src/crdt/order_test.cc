#include "crdt/order.h"

#include <gtest/gtest.h>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::three_writers;

OrderRow order_at(std::uint64_t clock) {
  return {"customer", "cart", "EUR", {{"book", 1, 500}}, clock};
}

TEST(Order, TheEarliestClockWinsAndTheWriterBreaksTies) {
  const auto& w = three_writers();
  EXPECT_EQ(winner({{w[0], order_at(5)}, {w[1], order_at(3)}}), w[1]);
  EXPECT_EQ(winner({{w[1], order_at(3)}, {w[2], order_at(3)}}), w[1]);
}

TEST(Order, OnceLostARowNeverWinsAgain) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    std::map<Writer, OrderRow> rows;
    std::map<Writer, bool> lost;
    for (const Writer& writer : three_writers()) {
      rows.emplace(writer, order_at(random() % 3));
      const Writer& best = winner(rows);
      for (const auto& [seen, row] : rows) {
        ASSERT_FALSE(lost[seen] && seen == best);
        if (seen != best) lost[seen] = true;
      }
    }
  });
}

TEST(Order, TheCustomerIsTheWinnersNotContent) {
  const auto& w = three_writers();
  OrderRow signed_in = order_at(3);
  signed_in.customer = "signed in";
  const std::map<Writer, OrderRow> rows{{w[0], order_at(5)}, {w[1], signed_in}};
  EXPECT_EQ(rows.at(winner(rows)).customer, "signed in");
}

TEST(OrderDeathTest, RowsOfOneIdThatDifferAreABug) {
  const auto& w = three_writers();
  OrderRow other = order_at(1);
  other.lines[0].quantity = 2;
  EXPECT_DEATH(static_cast<void>(winner({{w[0], order_at(1)}, {w[1], other}})), "equal");
}

TEST(Order, BytesRoundTripAndDamageIsSeen) {
  const OrderRow row = order_at(77);
  const std::string bytes = encode(row);
  EXPECT_EQ(decode_order_row(bytes).value(), row);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_order_row(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace perpetua::crdt
