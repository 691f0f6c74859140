#include "base/hash.h"
#include "base/simulation.h"
#include "store/journal.h"
#include "store/snapshot_chunk.h"

namespace perpetua::store {
namespace {

/// Reads a slot's hashes and rows as they were when it was made.
class EngineSnapshot final : public port::SnapshotReader {
 public:
  /// `failed` makes the store fail and returns what to answer.
  using Failed = std::function<std::unexpected<Error>(const Error&)>;

  EngineSnapshot(std::shared_ptr<Engine> engine, std::unique_ptr<View> view, const Writer& writer,
                 const WriterRecord& record, Failed failed)
      : failed_(std::move(failed)),
        engine_(std::move(engine)),
        view_(std::move(view)),
        next_{writer, record.end, record.first_hash, 0, false, {}, {}},
        next_hash_(first_hash_sent(record.first_hash)),
        hashes_(view_->scan(hash_key(record.slot, next_hash_), hash_key(record.slot, end().n))),
        rows_(view_->scan(slot_rows(record.slot).from, slot_rows(record.slot).to)) {}

  [[nodiscard]] const port::End& end() const override { return next_.end; }

  Result<std::string> next(std::size_t bytes_max) override {
    if (next_.is_last) return std::string();
    std::size_t bytes = 0;
    while (next_hash_ < end().n && bytes < bytes_max)
      if (const Result<void> added = add_hash(bytes); !added) return failed_(added.error());
    while (next_hash_ >= end().n && rows_->valid() && (bytes == 0 || bytes < bytes_max))
      if (const Result<void> added = add_row(bytes); !added) return failed_(added.error());
    if (const Result<void> status = rows_->status(); !status) return failed_(status.error());
    next_.is_last = next_hash_ >= end().n && !rows_->valid();
    std::string chunk = encode(next_);
    ++next_.index;
    next_.hashes.clear();
    next_.rows.clear();
    return chunk;
  }

 private:
  Result<void> add_hash(std::size_t& bytes) {
    if (const Result<void> status = hashes_->status(); !status) return status;
    if (!hashes_->valid() || number_of(hashes_->key()) != next_hash_)
      return fail(ErrorCode::kCorrupt, next_.writer.text() + " entry " +
                                           std::to_string(next_hash_) + ": its hash is missing");
    Result<HashLink> link = decode_link(hashes_->key(), hashes_->value());
    if (!link) return std::unexpected(link.error());
    bytes += link->hash.size();
    next_.hashes.push_back(std::move(link->hash));
    ++next_hash_;
    hashes_->next();
    return {};
  }
  Result<void> add_row(std::size_t& bytes) {
    Result<StoredRow> row = decode_row(rows_->key(), rows_->value());
    if (!row) return std::unexpected(row.error());
    Result<port::Key> key = decode_key(encoded_key_of(rows_->key()));
    if (!key) return std::unexpected(key.error());
    bytes += rows_->key().size() + rows_->value().size();
    next_.rows.push_back({row->n, {std::move(*key), std::move(row->value)}});
    rows_->next();
    return {};
  }

  Failed failed_;
  std::shared_ptr<Engine> engine_;
  std::unique_ptr<View> view_;
  SnapshotChunk next_;
  std::uint64_t next_hash_;
  std::unique_ptr<Cursor> hashes_;
  std::unique_ptr<Cursor> rows_;
};

std::unexpected<Error> not_begun(const Writer& writer) {
  return fail(ErrorCode::kConflict, "no snapshot of " + writer.text() + " has begun");
}

}  // namespace

Result<std::unique_ptr<port::SnapshotReader>> Journal::read_snapshot(const Writer& writer) const {
  if (groups_->has_failed()) return fail(ErrorCode::kUnavailable, groups_->failure());
  const State* const state = find(writer);
  if (state == nullptr || state->durable.end.n == 0)
    return fail(ErrorCode::kNotFound, "nothing of " + writer.text() + " is held here");
  // The view is of the last group that the loop was told of, and so is the record.
  return std::make_unique<EngineSnapshot>(engine_, engine_->snapshot(), writer, state->durable,
                                          [this](const Error& error) { return failed(error); });
}

Result<void> Journal::begin_snapshot(const Writer& writer, const port::End& end) {
  if (const Result<void> good = check_mirror(writer); !good) return good;
  if (end.hash.size() != kHashSize)
    return fail(ErrorCode::kInvalid, "not a history's end: " + writer.text());
  if (const Result<void> room = groups_->check_room(0); !room) return room;
  const State* const state = find(writer);
  if (state != nullptr && state->is_installing())
    return fail(ErrorCode::kUnavailable, "a snapshot of " + writer.text() + " is being installed");
  if (!goes_further(end, appended(writer)))
    return fail(ErrorCode::kConflict, "a snapshot of " + writer.text() + " up to " +
                                          std::to_string(end.n) + " has nothing new");
  if (const auto dropped = stagings_.find(writer); dropped != stagings_.end()) {
    PERPETUA_REACHED(snapshot_dropped_half_way);
    drop_slot(dropped->second.slot);
    stagings_.erase(dropped);
  }
  Update update;
  const Slot slot = take_slot(update.batch);
  stagings_.emplace(writer, Staging{slot, end}).first->second.sequence =
      groups_->add(std::move(update));
  return {};
}

Result<void> Journal::add_snapshot_chunk(const Writer& writer, std::string_view bytes) {
  const auto at = stagings_.find(writer);
  if (at == stagings_.end()) return not_begun(writer);
  Staging& staging = at->second;
  if (const Result<void> room = groups_->check_room(bytes.size()); !room) return room;
  const Result<SnapshotChunk> chunk = decode_chunk(bytes);
  if (!chunk) return std::unexpected(chunk.error());
  if (chunk->writer != writer || chunk->end != staging.end)
    return fail(ErrorCode::kCorrupt, "a chunk of another snapshot: " + chunk->writer.text() +
                                         " up to " + std::to_string(chunk->end.n));
  if (staging.is_whole || chunk->index != staging.next_index)
    return fail(ErrorCode::kCorrupt, "a snapshot's chunk " + std::to_string(chunk->index) +
                                         " came instead of chunk " +
                                         std::to_string(staging.next_index));
  if (chunk->index == 0) {
    staging.first_hash = chunk->first_hash;
    staging.next_hash = first_hash_sent(chunk->first_hash);
  }
  if (chunk->first_hash != staging.first_hash)
    return fail(ErrorCode::kCorrupt, "a snapshot's chunks name different first hashes");
  Update update;
  if (const auto taken = take_hashes(writer, staging, chunk->hashes, update.batch); !taken)
    return taken;
  for (const SnapshotRow& row : chunk->rows) {
    const std::string key = row_key(staging.slot, encode_key(row.row.key));
    update.batch.put(key, encode_row(key, row.n, row.row.value));
  }
  ++staging.next_index;
  staging.is_whole = chunk->is_last && staging.next_hash >= staging.end.n;
  staging.sequence = groups_->add(std::move(update));
  staging.chunks.push_back(staging.sequence);
  return {};
}

Result<void> Journal::take_hashes(const Writer& writer, Staging& staging,
                                  const std::vector<std::string>& hashes, Batch& batch) {
  const port::End ours = appended(writer);
  for (const std::string& hash : hashes) {
    const std::uint64_t n = staging.next_hash++;
    if (n >= staging.end.n)
      return fail(ErrorCode::kCorrupt, "a snapshot has more hashes than entries");
    if (n == ours.n && hash != ours.hash)
      return fail(ErrorCode::kCorrupt, "a snapshot of another history than ours of " +
                                           writer.text() + ": entry " + std::to_string(n) +
                                           " differs");
    const std::string key = hash_key(staging.slot, n);
    batch.put(key, encode_link(key, {hash, 0}));
  }
  return {};
}

std::size_t Journal::durable_chunks(const Writer& writer) const {
  const auto at = stagings_.find(writer);
  if (at == stagings_.end()) return 0;
  const auto& chunks = at->second.chunks;
  return static_cast<std::size_t>(std::ranges::upper_bound(chunks, groups_->durable()) -
                                  chunks.begin());
}

Result<void> Journal::install_snapshot(const Writer& writer) {
  const auto at = stagings_.find(writer);
  if (at == stagings_.end()) return not_begun(writer);
  Staging& staging = at->second;
  if (const Result<void> room = groups_->check_room(0); !room) return room;
  if (!staging.is_whole)
    return fail(ErrorCode::kCorrupt, "the snapshot of " + writer.text() + " lacks its end");
  if (!goes_further(staging.end, appended(writer)))
    return fail(ErrorCode::kConflict,
                "the mirror of " + writer.text() + " has got as far as the snapshot by itself");
  WriterRecord record;
  record.slot = staging.slot;
  record.end = staging.end;
  record.first_entry = staging.end.n + 1;
  record.first_hash = staging.first_hash;
  const auto [held, is_new] = writers_.try_emplace(writer);
  if (is_new) held->second.durable.end = {0, port::genesis_hash(writer)};
  held->second.accepted = record;
  staging.is_accepted = true;
  show_snapshots();
  return {};
}

}  // namespace perpetua::store
