#pragma once
// How much of a log is kept (design section 3): what some region may still need, up to a cap in
// bytes for those that are dead; and the hashes of trimmed entries from the lowest position that
// any region may hold.

#include <cstdint>
#include <optional>

#include "port/history.h"

namespace perpetua::replication {

struct RetentionLimits {
  std::uint64_t bytes_max = 64 * 1024 * 1024;
  std::uint64_t entries_kept = 4096;  // for readers of the change feed, even if all peers have them
  std::uint64_t hashes_kept = 65536;  // 2 MiB: a mirror rolled back a little stays comparable
  std::uint64_t step = 1024;          // trimming entry by entry would cost a write each
};

struct Trim {
  std::uint64_t entries = 0;  // up to and including this one; 0: none
  std::uint64_t hashes = 0;   // below this position
  bool operator==(const Trim&) const = default;
};

/// `lowest` is what every other region is known to hold at least. Nothing when there is too little
/// to be worth it.
[[nodiscard]] std::optional<Trim> plan_trim(const port::Holding& holding, std::uint64_t log_bytes,
                                            std::uint64_t lowest, const RetentionLimits& limits);

}  // namespace perpetua::replication
