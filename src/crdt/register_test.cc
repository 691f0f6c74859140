#include "crdt/register.h"

#include <gtest/gtest.h>

#include <set>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::three_writers;

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
