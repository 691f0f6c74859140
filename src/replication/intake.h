#pragma once
// Appends what peers send to this region's mirrors: in order, each entry once, the hash chain
// checked before anything is appended.

#include <deque>
#include <map>

#include "port/history.h"
#include "replication/message.h"

namespace perpetua::replication {

class Intake {
 public:
  explicit Intake(port::History& history) : history_(history) {}

  /// Up to where the mirror goes, durable or not.
  [[nodiscard]] port::End reached(const Writer& writer) const;

  /// Entries held already are ignored when they are equal. kConflict: the chain differs from ours.
  /// kInvalid: a gap, or entries too old to compare. kUnavailable: the store refused.
  [[nodiscard]] Result<void> take(const Writer& writer, const Entries& entries);

  /// kInvalid unless it goes further than the mirror, and unless chunks follow a begin.
  [[nodiscard]] Result<void> begin_snapshot(const Writer& writer, const port::End& end);
  [[nodiscard]] Result<void> add_chunk(const Writer& writer, std::string_view chunk);
  [[nodiscard]] Result<void> install(const Writer& writer);

  /// Forgets what it keeps of entries that have become durable since.
  void settle();

 private:
  [[nodiscard]] std::optional<std::string> hash_at(const Writer& writer, std::uint64_t n) const;
  [[nodiscard]] Result<void> compare(const Writer& writer, const port::End& stated) const;

  port::History& history_;
  std::map<Writer, std::deque<port::End>> recent_;  // appended, perhaps not yet durable
  std::map<Writer, port::End> staged_;              // snapshots begun
};

}  // namespace perpetua::replication
