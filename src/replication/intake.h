#pragma once
// Appends what peers send to this region's mirrors: in order, each entry once, the hash chain
// checked before anything is appended.

#include <deque>
#include <map>
#include <set>

#include "port/history.h"
#include "replication/message.h"

namespace perpetua::replication {

class Intake {
 public:
  explicit Intake(port::History& history) : history_(history) {}

  /// Up to where the mirror goes, durable or not.
  [[nodiscard]] port::End reached(const Writer& writer) const;

  // Errors of what follows. kInvalid: the peer broke the protocol. kConflict: its chain differs
  // from ours. kUnavailable: the disk has no room yet, take the same again after it has written.
  // Others: the store refuses this for good.

  /// Entries held already are ignored when they are equal. kInvalid: a gap, or too old to compare.
  [[nodiscard]] Result<void> take(const Writer& writer, const Entries& entries);
  /// kInvalid unless it goes further than the mirror.
  [[nodiscard]] Result<void> take(const Writer& writer, const SnapshotBegin& begin);
  /// kInvalid unless a snapshot has begun.
  [[nodiscard]] Result<void> take(const Writer& writer, const SnapshotChunk& chunk);
  [[nodiscard]] Result<void> take(const Writer& writer, const SnapshotEnd& end);

  /// Forgets what it keeps of entries that have become durable since.
  void settle();

 private:
  [[nodiscard]] std::optional<std::string> hash_at(const Writer& writer, std::uint64_t n) const;
  [[nodiscard]] Result<void> take_again(const Writer& writer, const Entries& entries);
  [[nodiscard]] Result<void> compare(const Writer& writer, const port::End& stated) const;

  port::History& history_;
  std::map<Writer, std::deque<port::End>> recent_;  // appended, perhaps not yet durable
  std::set<Writer> staged_;                         // snapshots begun
};

}  // namespace perpetua::replication
