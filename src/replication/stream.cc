#include "replication/stream.h"

#include "base/simulation.h"

namespace perpetua::replication {
namespace {

/// Of entries in a frame: each has its length before it.
std::size_t frame_bytes(const std::vector<std::string>& entries) {
  std::size_t bytes = 0;
  for (const std::string& entry : entries) bytes += entry.size() + sizeof(std::uint32_t);
  return bytes;
}

}  // namespace

Stream::Stream(const port::History& history, const Want& want, StreamLimits limits)
    : history_(history),
      writer_(want.writer),
      number_(want.stream),
      limits_(limits),
      sent_to_(want.from.n),
      acknowledged_(want.from.n) {
  if (PERPETUA_RARE(old_snapshot_kept)) old_ = history.read_snapshot(writer_).value_or(nullptr);
}

Result<std::optional<Message>> Stream::next() {
  if (snapshot_) return next_chunk();
  // A snapshot takes its place at once, when it is durable there: entries come after that.
  if (awaits_snapshot_ack_ || under_way_bytes_ >= limits_.window_bytes)
    return std::optional<Message>();
  return next_entries();
}

Result<std::optional<Message>> Stream::next_entries() {
  const auto held = history_.holding(writer_);
  if (!held || held->end.n <= sent_to_) return std::optional<Message>();
  if (PERPETUA_RARE(entries_trimmed_early)) return begin_snapshot();
  if (old_ && old_->end().n < sent_to_ && PERPETUA_RARE(old_snapshot_offered))
    return begin_snapshot(std::move(old_));
  if (PERPETUA_RARE(entries_sent_again)) sent_to_ = acknowledged_;
  auto read =
      history_.read(writer_, sent_to_, PERPETUA_RARE(small_batches) ? 1 : limits_.batch_bytes);
  if (!read && read.error().code == ErrorCode::kNotFound) return begin_snapshot();
  if (!read) return std::unexpected(read.error());
  if (read->empty()) return std::optional<Message>();

  const std::size_t bytes = frame_bytes(*read);
  Entries entries{number_, sent_to_ + 1, *std::move(read), {}};
  sent_to_ += entries.entries.size();
  const auto hash = history_.hash_at(writer_, sent_to_);
  if (!hash)
    return fail(ErrorCode::kCorrupt, writer_.text() + ": no hash is known for entry " +
                                         std::to_string(sent_to_) + ", which is held");
  entries.end_hash = *hash;
  under_way_.push_back({sent_to_, bytes});
  under_way_bytes_ += bytes;
  return Message(std::move(entries));
}

Result<std::optional<Message>> Stream::begin_snapshot() {
  auto reader = history_.read_snapshot(writer_);
  if (!reader) return std::unexpected(reader.error());
  PERPETUA_REACHED(snapshot_served);
  return begin_snapshot(*std::move(reader));
}

Message Stream::begin_snapshot(std::unique_ptr<port::SnapshotReader> reader) {
  snapshot_ = std::move(reader);
  chunks_under_way_ = 0;
  under_way_.clear();
  under_way_bytes_ = 0;
  return Message(SnapshotBegin{number_, snapshot_->end()});
}

Result<std::optional<Message>> Stream::next_chunk() {
  if (chunks_under_way_ >= limits_.chunks_ahead) return std::optional<Message>();
  auto chunk = snapshot_->next(PERPETUA_RARE(small_chunks) ? 1 : limits_.chunk_bytes);
  if (!chunk) return std::unexpected(chunk.error());
  if (!chunk->empty()) {
    if (chunk->size() > kChunkSizeMax)
      return fail(ErrorCode::kLimit,
                  writer_.text() + ": a chunk of its snapshot has more bytes than a frame holds");
    ++chunks_under_way_;
    return Message(SnapshotChunk{number_, *std::move(chunk)});
  }
  sent_to_ = snapshot_->end().n;
  awaits_snapshot_ack_ = acknowledged_ < sent_to_;
  snapshot_.reset();
  return Message(SnapshotEnd{number_});
}

void Stream::acknowledged(std::uint64_t n) {
  acknowledged_ = std::max(acknowledged_, n);
  while (!under_way_.empty() && under_way_.front().n <= n) {
    under_way_bytes_ -= under_way_.front().bytes;
    under_way_.pop_front();
  }
  if (snapshot_) return;
  if (acknowledged_ >= sent_to_) awaits_snapshot_ack_ = false;
  // Entries that the asker has from elsewhere need not be sent.
  if (!awaits_snapshot_ack_) sent_to_ = std::max(sent_to_, acknowledged_);
}

Result<void> Stream::credit(std::uint32_t chunks) {
  if (chunks > chunks_under_way_)
    return fail(ErrorCode::kInvalid, "credit for more snapshot chunks than were sent");
  chunks_under_way_ -= chunks;
  return {};
}

}  // namespace perpetua::replication
