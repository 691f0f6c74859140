#include <gtest/gtest.h>

#include <set>

#include "crdt/history_testing.h"

namespace perpetua::crdt {
namespace {

using testing::History;
using testing::Prefix;
using testing::Step;
using testing::three_writers;

constexpr testing::Kinds kKinds{"writes", "writes", "writes", "writes", "writes", "writes"};

using Entries = std::set<std::pair<std::size_t, std::size_t>>;  // of a writer, its number
/// Each step is an entry of its writer's log, which with its mirrors is what the writer is at.
struct Entry {
  std::size_t writer = 0;
  std::size_t n = 0;
};
using Replay = testing::Replay<Entry, Position>;
using Join = std::function<Position(const Position&, const Position&)>;

/// The specification: a position stands for the entries up to it, of each writer.
Position specified(const Entries& entries) {
  Position position;
  for (const auto& [writer, n] : entries) {
    std::uint64_t& at = position[three_writers()[writer]];
    at = std::max<std::uint64_t>(at, n);
  }
  return position;
}

Entries entries_of(const std::vector<const Entry*>& seen) {
  Entries entries;
  for (const Entry* entry : seen) entries.emplace(entry->writer, entry->n);
  return entries;
}

std::optional<std::string> wrong_pair(const Replay& replay, const Prefix& one, const Prefix& other,
                                      const Join& join) {
  const Entries of_one = entries_of(replay.visible(one));
  const Entries of_other = entries_of(replay.visible(other));
  Entries both = of_one;
  both.insert(of_other.begin(), of_other.end());
  const Position a = specified(of_one);
  const Position b = specified(of_other);
  if (join(a, b) != specified(both)) return "the join is not that of all entries of either";
  if (covers(a, b) != std::ranges::includes(of_one, of_other))
    return "one covers another that has more, or not one that has less";
  return std::nullopt;
}

testing::Check check_with(const Join& join) {
  return [join](const History& history) {
    const Replay replay(history, [&join](const Step& step, const auto& known, const auto& seen) {
      const auto own = static_cast<std::size_t>(
          std::ranges::count(known, step.writer, [](const Entry* entry) { return entry->writer; }));
      Position at = join(join(seen[0], seen[1]), seen[2]);
      at[three_writers()[step.writer]] = own + 1;
      return std::pair(Entry{step.writer, own + 1}, at);
    });
    return replay.for_each_prefix([&](const Prefix& prefix) -> std::optional<std::string> {
      const auto older = replay.at({prefix[0] / 2, prefix[1] / 2, prefix[2] / 2});
      if (auto broken = testing::broken_law(replay.at(prefix), older, join)) return broken;
      const Prefix& last = replay.written.back();
      for (const Prefix& other : {Prefix{last[0], 0, 0}, Prefix{0, last[1] / 2, last[2]},
                                  Prefix{last[0] / 2, last[1], 0}})
        if (auto wrong = wrong_pair(replay, prefix, other, join)) return wrong;
      return std::nullopt;
    });
  };
}

TEST(PositionProperties, TheJoinIsAsSpecifiedForEveryReader) {
  testing::expect_holds(check_with(&join), kKinds);
}

TEST(PositionProperties, AJoinThatTakesTheOthersWordIsFound) {
  testing::expect_found(check_with([](const Position& a, const Position& b) {
                          Position out = b;
                          out.insert(a.begin(), a.end());
                          return out;
                        }),
                        2, kKinds);
}

}  // namespace
}  // namespace perpetua::crdt
