#include "crdt/order.h"

#include <gtest/gtest.h>

#include <set>

#include "crdt/register.h"
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

/// The specification: after any history, the value is one that no other write had seen and
/// overwritten; every reader who has seen the same rows has the same.
TEST(Register, AnOverwriteWinsOverAllThatItSawWhateverTheClocksSay) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    std::vector<std::vector<Versioned>> rows(3);
    std::vector<std::set<std::string>> overwritten(3);  // by writer: all that its writes had seen
    testing::Views views;
    int last = 0;
    for (int step = 0; step < 20; ++step) {
      const std::size_t who = random() % 3;
      views.hear(who, random);
      std::uint64_t version = random() % 50;  // a clock that says anything
      for (std::size_t from = 0; from < 3; ++from)
        for (std::size_t i = 0; i < views.seen(who, from); ++i) {
          version = std::max(version, rows[from][i].version + 1);
          overwritten[who].insert(rows[from][i].value);
        }
      rows[who].push_back({version, "v" + std::to_string(++last)});
      views.write(who);
    }
    const auto& w = three_writers();
    std::vector<std::size_t> order{0, 1, 2};
    std::set<std::string> winners;
    do {
      std::optional<std::size_t> best;
      for (const std::size_t i : order)
        if (!rows[i].empty() && (!best || wins(rows[i].back(), w[i], rows[*best].back(), w[*best])))
          best = i;
      winners.insert(rows[*best].back().value);
    } while (std::ranges::next_permutation(order).found);
    ASSERT_EQ(winners.size(), 1u);
    for (const auto& seen : overwritten) ASSERT_FALSE(seen.contains(*winners.begin()));
  });
}

TEST(Register, TheHighestVersionWinsAndTheWriterBreaksTies) {
  const auto& w = three_writers();
  EXPECT_TRUE(wins({2, "x"}, w[0], {1, "y"}, w[2]));
  EXPECT_TRUE(wins({2, "x"}, w[1], {2, "y"}, w[0]));
  EXPECT_FALSE(wins({2, "x"}, w[0], {2, "y"}, w[1]));
}

}  // namespace
}  // namespace perpetua::crdt
