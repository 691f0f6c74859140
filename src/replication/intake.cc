#include "replication/intake.h"

#include <span>

namespace perpetua::replication {

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
  if (*known != stated.hash)
    return fail(ErrorCode::kConflict,
                writer.text() + ": entry " + std::to_string(stated.n) + " differs from ours");
  return {};
}

Result<void> Intake::take(const Writer& writer, const Entries& entries) {
  port::End at = reached(writer);
  const std::uint64_t last = entries.first + entries.entries.size() - 1;
  if (last <= at.n) return compare(writer, {last, entries.end_hash});
  if (entries.first > at.n + 1)
    return fail(ErrorCode::kInvalid, writer.text() + ": entry " + std::to_string(entries.first) +
                                         " came after entry " + std::to_string(at.n));

  const auto fresh = std::span(entries.entries).subspan(at.n + 1 - entries.first);
  std::vector<port::End> ends;
  for (const std::string& entry : fresh)
    ends.push_back(at = {at.n + 1, port::chain_hash(at.hash, entry)});
  // One hash at the end vouches for all: also for the entries left out because they are here.
  if (at.hash != entries.end_hash)
    return fail(ErrorCode::kConflict,
                writer.text() + ": the hash chain differs up to entry " + std::to_string(last));
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const auto appended = history_.append(writer, ends[i].n, fresh[i], ends[i].hash);
    if (!appended) return fail(ErrorCode::kUnavailable, appended.error().message);
    recent_[writer].push_back(ends[i]);
  }
  return {};
}

Result<void> Intake::begin_snapshot(const Writer& writer, const port::End& end) {
  if (end.n <= reached(writer).n)
    return fail(ErrorCode::kInvalid, writer.text() + ": a snapshot at entry " +
                                         std::to_string(end.n) + ", which is held already");
  staged_.insert_or_assign(writer, end);
  return history_.begin_snapshot(writer, end);
}

Result<void> Intake::add_chunk(const Writer& writer, std::string_view chunk) {
  if (!staged_.contains(writer))
    return fail(ErrorCode::kInvalid, writer.text() + ": a snapshot's chunk without its begin");
  return history_.add_snapshot_chunk(writer, chunk);
}

Result<void> Intake::install(const Writer& writer) {
  if (staged_.erase(writer) == 0)
    return fail(ErrorCode::kInvalid, writer.text() + ": a snapshot's end without its begin");
  recent_.erase(writer);
  return history_.install_snapshot(writer);
}

void Intake::settle() {
  for (auto& [writer, ends] : recent_) {
    const auto holding = history_.holding(writer);
    while (holding && !ends.empty() && ends.front().n <= holding->end.n) ends.pop_front();
  }
}

}  // namespace perpetua::replication
