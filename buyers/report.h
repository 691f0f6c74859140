#pragma once
// What buyers saw, from the record: failures, the longest gap, latencies by phase.

#include "buyers/history.h"
#include "buyers/statistics.h"

namespace perpetua::buyers {

/// A moment, on the wall clock, from which a phase of the load has this name.
struct Mark {
  std::string name;
  double at_ms = 0;
};

/// `name@seconds`, counted from the start of the load at `started_ms`.
[[nodiscard]] Result<Mark> parse_phase(std::string_view text, double started_ms);
/// A file of JSON lines `{"name":"during","at_ms":1700000000000.0}`, in any order.
[[nodiscard]] Result<std::vector<Mark>> read_marks(const std::string& path);

struct Phase {
  std::string name;
  double begin_ms = 0;
  std::size_t requests = 0;
  std::size_t failed_safe = 0;
  Percentiles latency;
};

struct Report {
  std::size_t requests = 0;
  std::size_t attempts = 0;
  std::size_t failed_safe = 0;    // reads not answered with what was asked for
  std::size_t failed_writes = 0;  // writes that certainly were not executed, and not refused
  std::size_t not_sent = 0;       // the generator had too much in flight
  Gap gap;                        // through the edge
  std::size_t orders_acknowledged = 0;
  std::size_t orders_remote = 0;  // of those, answered `remote`
  std::size_t orders_refused = 0;
  std::size_t orders_unknown = 0;
  std::size_t cart_writes_acknowledged = 0;
  std::size_t cart_writes_remote = 0;
  std::size_t cart_writes_refused = 0;
  std::size_t cart_writes_unknown = 0;
  std::size_t stale = 0;        // answers that said that they are behind
  double sent_late_ms_max = 0;  // the generator's own lateness: large means a busy machine
  std::map<std::string, std::size_t> refusals;     // by problem, or status
  std::map<std::string, std::size_t> failures;     // by status or kind of silence, of all attempts
  std::map<std::string, std::size_t> answered_by;  // region
  std::vector<std::map<std::string, std::size_t>> answered_by_second;  // since the start
  Percentiles latency;
  std::vector<Phase> phases;  // the first is `before`, up to the first mark
};

/// Latency counts from when a request was due until the buyer had its answer or gave up. A request
/// belongs to the phase in which it was due.
[[nodiscard]] Report make_report(const History& history, std::vector<Mark> marks);

[[nodiscard]] std::string to_json(const Report& report);
/// For a person, several lines.
[[nodiscard]] std::string to_text(const Report& report);

}  // namespace perpetua::buyers
