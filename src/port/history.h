#pragma once
// A store's logs as replication sees them (design section 3): for its own writer and for each
// mirrored one, entries 1, 2, 3, ... with a hash chained over them, h_0 = hash(encoded writer),
// h_n = hash(h_{n-1} || entry n). Entries are opaque bytes here (docs/formats/log.md).
//
// One thread calls all of this. Ends are durable ends: nothing is shown before it is fsynced. When
// a mirror's end has moved, the own end covers every transaction that was validated without what
// moved it (section 4: settled orders).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/simulation.h"
#include "base/writer.h"

namespace perpetua::port {

/// Of an encoded entry: what a DynamoDB transaction can hold.
inline constexpr std::size_t kEntrySizeMax = std::size_t{4} * 1024 * 1024;
/// Histories that one region holds. A bound on what it may be made to keep, not on regions.
inline constexpr std::size_t kWritersMax = 1024;

/// The hash of a history that holds nothing yet.
[[nodiscard]] std::string genesis_hash(const Writer& writer);
/// The hash after one more entry.
[[nodiscard]] std::string chain_hash(std::string_view previous, std::string_view entry);

/// How far a history goes, and the hash of all of it.
struct End {
  std::uint64_t n = 0;
  std::string hash;  // kHashSize bytes
  bool operator==(const End&) const = default;
};

/// Whether a snapshot up to `end` has anything that a mirror up to `held` lacks.
[[nodiscard]] inline bool goes_further(const End& end, const End& held) {
  return end.n > held.n || PERPETUA_PLANTED(snapshot_over_longer);
}

struct Holding {
  Writer writer;
  End end;                        // durable
  std::uint64_t first_entry = 1;  // entries before this one were trimmed
  std::uint64_t first_hash = 0;   // hashes of lower positions are not known any more
  bool operator==(const Holding&) const = default;
};

/// A consistent copy of one writer's rows at `end`, and of the hashes from the holding's first_hash
/// on, in chunks that only a History reads. Frees its resources on destruction, and is not read
/// from after its history has gone.
class SnapshotReader {
 public:
  virtual ~SnapshotReader() = default;
  [[nodiscard]] virtual const End& end() const = 0;
  /// The next chunk, of about `bytes_max`; empty at the end. kUnavailable: the store has failed, or
  /// fails now, for what is read is not what was written.
  virtual Result<std::string> next(std::size_t bytes_max) = 0;
};

class History {
 public:
  virtual ~History() = default;

  [[nodiscard]] virtual const Writer& own_writer() const = 0;
  [[nodiscard]] virtual std::vector<Holding> holdings() const = 0;
  [[nodiscard]] virtual std::optional<Holding> holding(const Writer& writer) const = 0;

  /// The chained hash at position n; nothing when n is beyond the end or its hash was trimmed.
  [[nodiscard]] virtual std::optional<std::string> hash_at(const Writer& writer,
                                                           std::uint64_t n) const = 0;

  /// Entries after `after`, in order, durable, of about `bytes_max` in all but at least one.
  /// kNotFound: trimmed, a snapshot is needed.
  virtual Result<std::vector<std::string>> read(const Writer& writer, std::uint64_t after,
                                                std::size_t bytes_max) const = 0;

  /// Appends entry n to a mirror. n must be one after the last appended (durable or not), and
  /// `hash` the chain's; else kConflict and nothing changes. kInvalid for the own writer, kLimit
  /// for one writer more than may be held. kUnavailable: the disk has no room for it, try again
  /// after on_change. Entries become durable in order; on_change tells.
  virtual Result<void> append(const Writer& writer, std::uint64_t n, std::string_view entry,
                              std::string_view hash) = 0;
  /// The last appended, durable or not.
  [[nodiscard]] virtual End appended(const Writer& writer) const = 0;

  /// At the durable end. kNotFound: nothing of the writer is held. kUnavailable: the store has
  /// failed.
  virtual Result<std::unique_ptr<SnapshotReader>> read_snapshot(const Writer& writer) const = 0;

  /// A snapshot takes a mirror's place at once or not at all: begin, chunks in order, install. The
  /// caller has shown that the source's history contains the mirror's own. After it the holding's
  /// first_hash is the source's: whom the source could prove its history to, the mirror can too. A
  /// new begin, or a restart, drops what was staged. Errors as append.
  virtual Result<void> begin_snapshot(const Writer& writer, const End& end) = 0;
  virtual Result<void> add_snapshot_chunk(const Writer& writer, std::string_view chunk) = 0;
  /// Of the chunks added since begin; 0 when no snapshot is staged.
  [[nodiscard]] virtual std::size_t durable_chunks(const Writer& writer) const = 0;
  /// kCorrupt when the chunks do not decode or contain another writer's rows. Durable when
  /// on_change tells that the holding's end has moved.
  virtual Result<void> install_snapshot(const Writer& writer) = 0;

  /// Lets go of entries up to and including `entries`, and of hashes below `hashes`. Never past
  /// the end.
  virtual void trim(const Writer& writer, std::uint64_t entries, std::uint64_t hashes) = 0;
  /// Bytes of log entries held for the writer.
  [[nodiscard]] virtual std::uint64_t log_bytes(const Writer& writer) const = 0;

  /// The own writer's history is contradicted elsewhere, or cannot be proven: from now on every
  /// commit that writes is refused with kUnavailable and `why`, also after a restart.
  virtual void stop_writing(std::string why) = 0;
  /// That reason; empty when there is none. A newcomer has one too. (A full disk is none: it
  /// passes.)
  [[nodiscard]] virtual const std::string& stopped_because() const = 0;

  /// Calls `changed` after a durable end has moved or a chunk has become durable, until the token
  /// is destroyed.
  [[nodiscard]] virtual std::shared_ptr<void> on_change(std::function<void()> changed) = 0;
};

}  // namespace perpetua::port
