#pragma once
// Runs, each in a process of its own, several at a time: an assertion that fails, or a crash, ends
// one run and is its finding; what one run leaves behind, no other meets.

#include <functional>
#include <optional>

#include "sim/run.h"

namespace perpetua::sim {

struct Finished {
  Plan plan;
  /// Of a run that died: a violation of "crash", with what it said last.
  Outcome outcome;
  std::vector<Line> lines;  // when they were asked for
};

/// Seconds of work after which a run that does not end is a finding; and of time, for one that does
/// nothing.
inline constexpr unsigned kRunSecondsMax = 30;
inline constexpr unsigned kRunTimeMax = 600;

/// In a process of its own, and waits for it.
[[nodiscard]] Finished run_one(const Plan& plan, bool keeps_lines);

/// Runs what `next` gives, `jobs` at a time, until it gives nothing or `take`, which is told of
/// each as it finishes, answers false. What is under way then is ended.
void run_fleet(std::size_t jobs, const std::function<std::optional<Plan>()>& next,
               const std::function<bool(Finished)>& take);

}  // namespace perpetua::sim
