#pragma once
// What one run will be, drawn from its seed before it begins: regions, links, clocks, workloads and
// faults. A plan can be made smaller, fault by fault, and is replayed by one command.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sim/scheduler.h"

namespace perpetua::sim {

enum class FaultKind : std::uint8_t {
  kCrash,       // a process dies, its disk loses what was not synced; it starts again
  kRestart,     // a process stops in order and starts again
  kHang,        // a process stands still, and goes on
  kCut,         // two regions cannot hear each other, and know it
  kCutOneWay,   // what one sends does not arrive, for as long
  kStall,       // a link carries nothing, and nobody is told
  kSlowLink,    // later, and fewer bytes a second
  kHalfOpen,    // one side has lost the connection, the other does not know
  kIsolate,     // one region cannot hear any other
  kNoBuyers,    // buyers cannot reach a region
  kLossyFront,  // requests and answers of buyers are lost, late, or come twice
  kSlowDisk,
  kFullDisk,     // no room left, for a while
  kFullInWrite,  // no room left in the middle of a write
  kSyncError,    // an fsync fails
  kBitRot,       // a stored value reads wrongly
  kClockJump,    // a machine's wall jumps, and back
  kWipe,         // a region comes back with an empty disk
  kRollBack,     // a region comes back with the disk of some time ago
};
inline constexpr std::size_t kFaultKinds = 19;
[[nodiscard]] std::string_view name(FaultKind kind);

struct Fault {
  FaultKind kind;
  Micros at = 0;
  Micros lasts = 0;
  std::size_t region = 0;
  std::size_t other = 0;
  std::int64_t amount = 0;
};
[[nodiscard]] std::string to_text(const Fault& fault);

/// How a region's store is kept, and its rows reach the others.
enum class Storage : std::uint8_t {
  kHistories,  // the journal, replicated as histories
  kRows,       // in memory; rows come singly and out of order
};

/// Of the region of that number: a, b, c, ...
[[nodiscard]] std::string region_name(std::size_t region);

/// Asked for on the command line; the rest is drawn.
struct Wanted {
  std::vector<std::string> workloads;  // none: drawn
  std::optional<std::size_t> regions;
  std::optional<Storage> storage;
  // What is left of a run that was made smaller.
  std::optional<std::vector<std::size_t>> faults;  // their numbers
  std::optional<std::size_t> buyers_max;           // of each workload
  std::optional<Micros> lasts;
};

struct Plan {
  std::uint64_t seed = 0;
  Storage storage = Storage::kHistories;
  std::size_t regions = 2;
  std::vector<std::string> workloads;
  std::size_t buyers_max = 64;
  Micros lasts = 0;  // until the faults end and all is healed
  std::vector<Fault> faults;
  std::vector<std::size_t> fault_numbers;  // of each of them, as it was drawn
  /// Pairs that are not linked until all is healed.
  std::set<std::pair<std::size_t, std::size_t>> unlinked;

  [[nodiscard]] std::vector<std::string> region_names() const;
};

[[nodiscard]] Plan make_plan(std::uint64_t seed, const Wanted& wanted);

}  // namespace perpetua::sim
