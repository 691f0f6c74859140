#include "replication/retention.h"

#include "base/simulation.h"

namespace perpetua::replication {
namespace {

std::uint64_t less(std::uint64_t a, std::uint64_t b) {
  return a > b ? a - b : 0;
}

/// Up to which entry to trim so that the rest fits into the cap, were all of the same size.
std::uint64_t capped(const port::Holding& holding, std::uint64_t log_bytes,
                     const RetentionLimits& limits) {
  const std::uint64_t count = less(holding.end.n + 1, holding.first_entry);
  if (log_bytes <= limits.bytes_max || count == 0) return 0;
  const std::uint64_t bytes_each = std::max<std::uint64_t>(1, log_bytes / count);
  const std::uint64_t excess = (log_bytes - limits.bytes_max) / bytes_each + 1;
  return std::min(holding.end.n, holding.first_entry - 1 + excess);
}

}  // namespace

std::optional<Trim> plan_trim(const port::Holding& holding, std::uint64_t log_bytes,
                              std::uint64_t lowest, const RetentionLimits& limits) {
  const std::uint64_t trimmed = holding.first_entry - 1;
  const std::uint64_t unneeded = std::min(lowest, less(holding.end.n, limits.entries_kept));
  const std::uint64_t over_cap = capped(holding, log_bytes, limits);
  const bool is_worth_it = unneeded >= trimmed + limits.step || over_cap > trimmed ||
                           (unneeded > trimmed && PERPETUA_RARE(trimmed_one_by_one));
  if (!is_worth_it) return std::nullopt;
  Trim trim;
  trim.entries = std::max({trimmed, unneeded, over_cap});
  const std::uint64_t provable = PERPETUA_PLANTED(hashes_trimmed_early) ? trim.entries : lowest;
  trim.hashes =
      std::max(holding.first_hash,
               std::min({provable, less(holding.end.n, limits.hashes_kept), trim.entries}));
  return trim;
}

}  // namespace perpetua::replication
