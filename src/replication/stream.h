#pragma once
// The serving side of one `want`: a writer's entries from where the asker stands, and on as they
// become durable here; a snapshot where the entries have been trimmed. What is under way and not
// acknowledged is bounded.

#include <deque>
#include <memory>

#include "port/history.h"
#include "replication/message.h"

namespace perpetua::replication {

struct StreamLimits {
  std::size_t window_bytes = 4 * 1024 * 1024;  // sent and not acknowledged
  std::size_t batch_bytes = 256 * 1024;        // of entries in a frame
  std::size_t chunk_bytes = 256 * 1024;        // of a snapshot in a frame
  std::uint32_t chunks_ahead = 4;              // sent and not yet taken
};

class Stream {
 public:
  /// `want.from` is known to be a beginning of what `history` holds. The history outlives this.
  Stream(const port::History& history, const Want& want, StreamLimits limits);

  [[nodiscard]] std::uint32_t number() const { return number_; }

  /// The next message to send, or none for now. An error ends the session.
  [[nodiscard]] Result<std::optional<Message>> next();

  /// The asker holds entries up to n durably.
  void acknowledged(std::uint64_t n);
  /// kInvalid when more were taken than sent.
  [[nodiscard]] Result<void> credit(std::uint32_t chunks);

 private:
  struct Sent {
    std::uint64_t n;
    std::size_t bytes;
  };
  [[nodiscard]] Result<std::optional<Message>> next_entries();
  [[nodiscard]] Result<std::optional<Message>> begin_snapshot();
  Message begin_snapshot(std::unique_ptr<port::SnapshotReader> reader);
  [[nodiscard]] Result<std::optional<Message>> next_chunk();

  const port::History& history_;
  Writer writer_;
  std::uint32_t number_;
  StreamLimits limits_;
  std::uint64_t sent_to_;  // the last entry sent
  std::uint64_t acknowledged_;
  std::deque<Sent> under_way_;
  std::size_t under_way_bytes_ = 0;
  std::unique_ptr<port::SnapshotReader> snapshot_;
  std::unique_ptr<port::SnapshotReader> old_;  // that the asker must refuse; in simulation alone
  std::uint32_t chunks_under_way_ = 0;
  bool awaits_snapshot_ack_ = false;
};

}  // namespace perpetua::replication
