#include "crdt/history_testing.h"

#include <gtest/gtest.h>

namespace perpetua::crdt::testing {
namespace {

History random_history(std::mt19937& random, std::size_t steps_max) {
  History history(1 + random() % steps_max);
  for (Step& step : history) {
    step.writer = random() % 3;
    for (std::size_t& sees : step.sees) sees = random() % 2 == 0 ? random() % 8 : 0;
    step.kind = static_cast<std::uint32_t>(random() % 6);
    step.name = static_cast<std::uint32_t>(random() % 4);
    step.quantity = up_to(random, 9);
    step.clock = random() % 10;
  }
  return history;
}

/// Whether what is left of it still fails.
template <class Change>
bool try_change(History& history, const Check& check, Change change) {
  History changed = history;
  change(changed);
  if (changed == history || !check(changed)) return false;
  history = std::move(changed);
  return true;
}

template <class Number>
bool try_lower(History& history, const Check& check, std::size_t at, Number Step::* number) {
  const Number now = history[at].*number;
  if (now == 0) return false;
  for (const Number lower : {Number{}, static_cast<Number>(now / 2), static_cast<Number>(now - 1)})
    if (lower < now &&
        try_change(history, check, [&](History& changed) { changed[at].*number = lower; }))
      return true;
  return false;
}

bool try_fewer(History& history, const Check& check) {
  for (std::size_t size = history.size(); size > 0; size /= 2)
    for (std::size_t at = 0; at + size <= history.size(); ++at)
      if (try_change(history, check, [&](History& changed) {
            const auto first = changed.begin() + static_cast<std::ptrdiff_t>(at);
            changed.erase(first, first + static_cast<std::ptrdiff_t>(size));
          }))
        return true;
  return false;
}

bool try_simpler(History& history, const Check& check) {
  for (std::size_t at = 0; at < history.size(); ++at) {
    for (std::size_t from = 0; from < 3; ++from)
      for (const std::size_t lower : {std::size_t{0}, history[at].sees[from] / 2})
        if (lower < history[at].sees[from] &&
            try_change(history, check, [&](History& changed) { changed[at].sees[from] = lower; }))
          return true;
    if (try_lower(history, check, at, &Step::writer) ||
        try_lower(history, check, at, &Step::kind) || try_lower(history, check, at, &Step::name) ||
        try_lower(history, check, at, &Step::quantity) ||
        try_lower(history, check, at, &Step::clock))
      return true;
  }
  return false;
}

}  // namespace

History shrink(History failing, const Check& check) {
  while (try_fewer(failing, check) || try_simpler(failing, check)) {
  }
  return failing;
}

std::optional<Finding> find_failure(const Check& check, std::uint32_t seeds,
                                    std::size_t steps_max) {
  for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
    std::mt19937 random(seed);
    History history = random_history(random, steps_max);
    if (!check(history)) continue;
    history = shrink(std::move(history), check);
    std::string why = check(history).value();
    return Finding{seed, std::move(history), std::move(why)};
  }
  return std::nullopt;
}

std::string text(const Finding& finding, const Kinds& kinds) {
  std::string out = "seed " + std::to_string(finding.seed) + ", made small: " + finding.why + "\n";
  for (const Step& step : finding.history) {
    out += "  " + three_writers()[step.writer].region + " " + kinds[step.kind] + " name " +
           std::to_string(step.name) + " quantity " + std::to_string(step.quantity) + " clock " +
           std::to_string(step.clock) + ", having seen up to";
    for (std::size_t from = 0; from < 3; ++from)
      if (from != step.writer)
        out += " " + std::to_string(step.sees[from]) + " of " + three_writers()[from].region;
    out += "\n";
  }
  return out;
}

void expect_holds(const Check& check, const Kinds& kinds) {
  const auto finding = find_failure(check);
  EXPECT_FALSE(finding) << text(*finding, kinds);
}

void expect_found(const Check& check, std::size_t steps_max, const Kinds& kinds) {
  const auto finding = find_failure(check);
  ASSERT_TRUE(finding);
  EXPECT_LE(finding->history.size(), steps_max) << text(*finding, kinds);
}

}  // namespace perpetua::crdt::testing
