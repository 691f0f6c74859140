#include "replication/intake.h"

#include <span>

#include "base/simulation.h"
#include "replication/standing.h"

namespace perpetua::replication {
namespace {

/// What the store refuses is not the peer's breach of the protocol, nor another chain.
Result<void> checked(Result<void> stored) {
  if (stored || stored.error().code == ErrorCode::kUnavailable) return stored;
  return fail(stored.error().code == ErrorCode::kLimit ? ErrorCode::kLimit : ErrorCode::kCorrupt,
              std::move(stored.error().message));
}

}  // namespace

port::End Intake::reached(const Writer& writer) const {
  port::End end = history_.appended(writer);
  if (end.n == 0) end.hash = port::genesis_hash(writer);
  return end;
}

std::optional<std::string> Intake::hash_at(const Writer& writer, std::uint64_t n) const {
  if (const auto recent = recent_.find(writer); recent != recent_.end())
    for (const port::End& end : recent->second)
      if (end.n == n) return end.hash;
  return history_.hash_at(writer, n);
}

Result<void> Intake::compare(const Writer& writer, const port::End& stated) const {
  const auto known = hash_at(writer, stated.n);
  if (!known)
    return fail(ErrorCode::kInvalid, writer.text() + ": entry " + std::to_string(stated.n) +
                                         " came again, too late to compare it");
  if (!is_same(*known, stated.hash))
    return fail(ErrorCode::kConflict,
                writer.text() + ": entry " + std::to_string(stated.n) + " differs from ours");
  return {};
}

Result<void> Intake::take_again(const Writer& writer, const Entries& entries) {
  const std::uint64_t last = entries.first + entries.entries.size() - 1;
  const auto same = compare(writer, {last, entries.end_hash});
  if (!same || !PERPETUA_PLANTED(batch_applied_twice)) return same;
  for (std::size_t i = 0; i < entries.entries.size(); ++i)
    static_cast<void>(history_.append(writer, entries.first + i, entries.entries[i], ""));
  return {};
}

Result<void> Intake::take(const Writer& writer, const Entries& entries) {
  port::End at = reached(writer);
  const std::uint64_t last = entries.first + entries.entries.size() - 1;
  if (last <= at.n) {
    PERPETUA_REACHED(entries_came_again);
    return take_again(writer, entries);
  }
  // The store may take back what it had accepted, when the disk is full: the gap is ours.
  const auto recent = recent_.find(writer);
  if (recent != recent_.end() && !recent->second.empty() && recent->second.back().n > at.n)
    return fail(ErrorCode::kUnavailable, writer.text() + ": the store let go of what it had taken");
  if (entries.first > at.n + 1)
    return fail(ErrorCode::kInvalid, writer.text() + ": entry " + std::to_string(entries.first) +
                                         " came after entry " + std::to_string(at.n));

  const auto fresh = std::span(entries.entries).subspan(at.n + 1 - entries.first);
  std::vector<port::End> ends;
  for (const std::string& entry : fresh)
    ends.push_back(at = {at.n + 1, port::chain_hash(at.hash, entry)});
  // One hash at the end vouches for all: also for the entries left out because they are here.
  if (!is_same(at.hash, entries.end_hash))
    return fail(ErrorCode::kConflict,
                writer.text() + ": the hash chain differs up to entry " + std::to_string(last));
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (fresh[i].size() > port::kEntrySizeMax)
      return fail(ErrorCode::kLimit, writer.text() + ": entry " + std::to_string(ends[i].n) +
                                         " has " + std::to_string(fresh[i].size()) + " bytes");
    const auto appended = checked(history_.append(writer, ends[i].n, fresh[i], ends[i].hash));
    if (!appended) return appended;
    recent_[writer].push_back(ends[i]);
  }
  return {};
}

Result<void> Intake::take(const Writer& writer, const SnapshotBegin& begin) {
  if (!port::goes_further(begin.end, reached(writer)))
    return fail(ErrorCode::kInvalid, writer.text() + ": a snapshot at entry " +
                                         std::to_string(begin.end.n) + ", which is held already");
  const auto begun = checked(history_.begin_snapshot(writer, begin.end));
  if (begun) staged_.insert(writer);
  return begun;
}

Result<void> Intake::take(const Writer& writer, const SnapshotChunk& chunk) {
  if (!staged_.contains(writer))
    return fail(ErrorCode::kInvalid, writer.text() + ": a snapshot's chunk without its begin");
  return checked(history_.add_snapshot_chunk(writer, chunk.chunk));
}

Result<void> Intake::take(const Writer& writer, const SnapshotEnd&) {
  if (!staged_.contains(writer))
    return fail(ErrorCode::kInvalid, writer.text() + ": a snapshot's end without its begin");
  const auto installed = checked(history_.install_snapshot(writer));
  if (!installed) return installed;
  staged_.erase(writer);
  recent_.erase(writer);
  return {};
}

void Intake::settle() {
  for (auto& [writer, ends] : recent_) {
    const auto holding = history_.holding(writer);
    while (holding && !ends.empty() && ends.front().n <= holding->end.n) ends.pop_front();
  }
}

}  // namespace perpetua::replication
