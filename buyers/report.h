#pragma once
// What buyers saw, from the records of one or several loads: failures, the longest gap, latencies,
// and all of it by phase.

#include "buyers/history.h"
#include "buyers/statistics.h"

namespace perpetua::buyers {

/// A moment, on the wall clock, from which what is due belongs to a phase of this name.
struct Mark {
  std::string name;
  double at_ms = 0;
};

/// A file of JSON lines `{"name":"during","at_ms":1700000000000.0}`, in any order.
[[nodiscard]] Result<std::vector<Mark>> read_marks(const std::string& path);

/// What became of writes of one kind.
struct Writes {
  std::size_t acknowledged = 0;
  std::size_t remote = 0;  // of those, answered `remote`
  std::size_t refused = 0;
  std::size_t failed = 0;  // certainly not executed, and not refused
  std::size_t unknown = 0;
};

struct Tally {
  std::size_t requests = 0;
  std::size_t attempts = 0;
  std::size_t not_sent = 0;     // the generator had too much in flight
  std::size_t failed_safe = 0;  // reads not answered with what was asked for
  std::size_t stale = 0;        // answers that said that they are behind
  Writes orders;
  Writes cart_writes;
  Writes sessions;
  std::map<std::string, std::size_t> refusals;     // of writes not done: by problem
  std::map<std::string, std::size_t> failures;     // of attempts: status, `unreadable`, or silence
  std::map<std::string, std::size_t> answered_by;  // region
  double sent_late_ms_max = 0;  // the generator's own lateness: large means a busy machine
  /// From when a request was due until the buyer had its answer or gave up; without end where it
  /// was never sent or never answered.
  Percentiles latency;
};

struct Phase {
  std::string name;
  Tally tally;
};

struct Report {
  Tally all;
  Gap gap;                    // the longest of any load, through the edge
  std::vector<Phase> phases;  // the first is `before`, up to the first mark
};

/// A request belongs to the phase in which it was due.
[[nodiscard]] Report make_report(const std::vector<History>& loads, std::vector<Mark> marks);

[[nodiscard]] std::string to_json(const Report& report);
/// For a person, several lines.
[[nodiscard]] std::string to_text(const Report& report);

}  // namespace perpetua::buyers
