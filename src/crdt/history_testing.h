#pragma once
// Random histories of three writers for the merges' properties, made small when they fail. After
// antidote_crdt's tests: a history is a list of steps; each writer has seen, when it makes one, all
// of its own steps before and of each other writer's a prefix, whatever those had seen themselves.
// A merge is right when for every reader, whatever prefixes it has, the merged rows say what the
// specification says of the steps that it sees.
//
// A step says what it sees as numbers that are cut to what is there, so a history with any step
// left out is a history too: that is all that making it small takes.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crdt/testing.h"

namespace perpetua::crdt::testing {

/// How many of each writer's steps are seen.
using Prefix = std::array<std::size_t, 3>;

/// What it does, and what its numbers mean, is the check's.
struct Step {
  std::size_t writer = 0;
  Prefix sees{};              // at most what was made before, at least what the writer saw before
  std::uint32_t kind = 0;     // 0..5
  std::uint32_t name = 0;     // 0..3: of an operation, an order, a delivery
  std::int64_t quantity = 0;  // 0..9
  std::uint64_t clock = 0;    // 0..9: a clock that says anything
  bool operator==(const Step&) const = default;
};

using History = std::vector<Step>;

/// Why the history fails, or nothing.
using Check = std::function<std::optional<std::string>(const History&)>;

struct Finding {
  std::uint32_t seed;
  History history;
  std::string why;
};

/// A history that fails with no step to spare and no number that could be lower.
[[nodiscard]] History shrink(History failing, const Check& check);

/// Looks through as many histories of up to `steps_max` steps as there are seeds.
[[nodiscard]] std::optional<Finding> find_failure(const Check& check, std::uint32_t seeds = 400,
                                                  std::size_t steps_max = 14);

/// Of a step's kind, for people.
using Kinds = std::array<const char*, 6>;

/// One line a step.
[[nodiscard]] std::string text(const Finding& finding, const Kinds& kinds);

/// No history fails.
void expect_holds(const Check& check, const Kinds& kinds);
/// One fails, made small to at most so many steps: what is wrong would be seen.
void expect_found(const Check& check, std::size_t steps_max, const Kinds& kinds);

/// A history as it came about: what each step became, and its writer's row after it.
template <class Op, class Row>
struct Replay {
  std::array<std::vector<Op>, 3> ops;
  std::array<std::vector<Row>, 3> rows{std::vector<Row>(1), std::vector<Row>(1),
                                       std::vector<Row>(1)};  // before any step: the empty row
  std::vector<Prefix> written{Prefix{}};                      // after each step

  using Seen = std::array<Row, 3>;
  /// Of the step, the operations and the rows that its writer sees.
  using Make =
      std::function<std::pair<Op, Row>(const Step&, const std::vector<const Op*>&, const Seen&)>;

  Replay(const History& history, const Make& make) {
    std::array<Prefix, 3> seen{};
    for (const Step& step : history) {
      Prefix& prefix = seen[step.writer];
      for (std::size_t from = 0; from < 3; ++from)
        prefix[from] = std::clamp(step.sees[from], prefix[from], ops[from].size());
      prefix[step.writer] = ops[step.writer].size();
      auto [op, row] = make(step, visible(prefix), at(prefix));
      ops[step.writer].push_back(std::move(op));
      rows[step.writer].push_back(std::move(row));
      written.push_back(written.back());
      ++written.back()[step.writer];
    }
  }

  [[nodiscard]] std::vector<const Op*> visible(const Prefix& prefix) const {
    std::vector<const Op*> all;
    for (std::size_t from = 0; from < 3; ++from)
      for (std::size_t i = 0; i < prefix[from]; ++i) all.push_back(&ops[from][i]);
    return all;
  }
  [[nodiscard]] Seen at(const Prefix& prefix) const {
    return {rows[0][prefix[0]], rows[1][prefix[1]], rows[2][prefix[2]]};
  }
  /// Until one says why it fails.
  template <class EachPrefix>
  [[nodiscard]] std::optional<std::string> for_each_prefix(EachPrefix each) const {
    const Prefix& last = written.back();
    for (std::size_t a = 0; a <= last[0]; ++a)
      for (std::size_t b = 0; b <= last[1]; ++b)
        for (std::size_t c = 0; c <= last[2]; ++c)
          if (auto why = each(Prefix{a, b, c}))
            return "seen of a, b, c: " + std::to_string(a) + ", " + std::to_string(b) + ", " +
                   std::to_string(c) + ": " + *why;
    return std::nullopt;
  }
};

/// Of the rows of three writers, and of an older one of each.
template <class Row, class Merge>
[[nodiscard]] std::optional<std::string> broken_law(const std::array<Row, 3>& rows,
                                                    const std::array<Row, 3>& older,
                                                    const Merge& merge) {
  const auto& [a, b, c] = rows;
  const Row all = merge(merge(a, b), c);
  if (merge(a, b) != merge(b, a)) return "the merge is not commutative";
  if (merge(a, merge(b, c)) != all) return "the merge is not associative";
  if (merge(all, all) != all || merge(a, a) != a) return "the merge is not idempotent";
  for (std::size_t i = 0; i < 3; ++i)
    if (merge(all, rows[i]) != all || merge(older[i], all) != all)
      return "a row that comes again, or late, changes something";
  return std::nullopt;
}

}  // namespace perpetua::crdt::testing
