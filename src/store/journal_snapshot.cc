#include "base/assert.h"
#include "store/journal.h"
#include "store/snapshot_chunk.h"

namespace perpetua::store {
namespace {

/// Reads a slot's rows as they were when it was made.
class EngineSnapshot final : public port::SnapshotReader {
 public:
  /// `failed` makes the store fail and returns what to answer.
  using Failed = std::function<std::unexpected<Error>(const Error&)>;

  EngineSnapshot(std::shared_ptr<Engine> engine, std::unique_ptr<View> view, Writer writer,
                 const WriterRecord& record, Failed failed)
      : failed_(std::move(failed)),
        engine_(std::move(engine)),
        view_(std::move(view)),
        writer_(std::move(writer)),
        end_(record.end),
        cursor_(view_->scan(slot_rows(record.slot).from, slot_rows(record.slot).to)) {}

  [[nodiscard]] const port::End& end() const override { return end_; }

  Result<std::string> next(std::size_t bytes_max) override {
    if (is_done_) return std::string();
    SnapshotChunk chunk{writer_, end_, next_index_++, false, {}};
    std::size_t bytes = 0;
    for (; cursor_->valid() && (chunk.rows.empty() || bytes < bytes_max); cursor_->next()) {
      Result<StoredRow> row = decode_row(cursor_->key(), cursor_->value());
      if (!row) return failed_(row.error());
      Result<port::Key> key = decode_key(encoded_key_of(cursor_->key()));
      if (!key) return failed_(key.error());
      bytes += cursor_->key().size() + cursor_->value().size();
      chunk.rows.push_back({row->n, {std::move(*key), std::move(row->value)}});
    }
    if (const Result<void> status = cursor_->status(); !status) return failed_(status.error());
    chunk.is_last = is_done_ = !cursor_->valid();
    return encode(chunk);
  }

 private:
  Failed failed_;
  std::shared_ptr<Engine> engine_;
  std::unique_ptr<View> view_;
  Writer writer_;
  port::End end_;
  std::unique_ptr<Cursor> cursor_;
  std::uint32_t next_index_ = 0;
  bool is_done_ = false;
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
  return std::make_unique<EngineSnapshot>(
      engine_, engine_->snapshot(), writer, state->durable,
      [this](const Error& error) { return failed(error); });
}

Result<void> Journal::begin_snapshot(const Writer& writer, const port::End& end) {
  if (writer == store_.self)
    return fail(ErrorCode::kInvalid, "a snapshot of " + writer.text() + ", our own log");
  if (!Writer::parse(writer.text()) || !writer.may_write() ||
      end.hash.size() != port::genesis_hash(writer).size())
    return fail(ErrorCode::kInvalid, "not a history's end: " + writer.text());
  if (const Result<void> room = groups_->check_room(0); !room) return room;
  const State* const state = find(writer);
  if (state != nullptr && state->is_installing())
    return fail(ErrorCode::kUnavailable, "a snapshot of " + writer.text() + " is being installed");
  if (end.n <= appended(writer).n)
    return fail(ErrorCode::kConflict, "a snapshot of " + writer.text() + " up to " +
                                          std::to_string(end.n) + " has nothing new");
  if (const auto dropped = stagings_.find(writer); dropped != stagings_.end()) {
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
  Update update;
  for (const SnapshotRow& row : chunk->rows) {
    const std::string key = row_key(staging.slot, encode_key(row.row.key));
    update.batch.put(key, encode_row(key, row.n, row.row.value));
  }
  ++staging.next_index;
  staging.is_whole = chunk->is_last;
  staging.sequence = groups_->add(std::move(update));
  return {};
}

Result<void> Journal::install_snapshot(const Writer& writer) {
  const auto at = stagings_.find(writer);
  if (at == stagings_.end()) return not_begun(writer);
  Staging& staging = at->second;
  if (const Result<void> room = groups_->check_room(0); !room) return room;
  if (!staging.is_whole)
    return fail(ErrorCode::kCorrupt, "the snapshot of " + writer.text() + " lacks its end");
  if (staging.end.n <= appended(writer).n)
    return fail(ErrorCode::kConflict,
                "the mirror of " + writer.text() + " has got as far as the snapshot by itself");
  WriterRecord record;
  record.slot = staging.slot;
  record.end = staging.end;
  record.first_entry = staging.end.n + 1;
  record.first_hash = staging.end.n;
  const auto [held, is_new] = writers_.try_emplace(writer);
  if (is_new) held->second.durable.end = {0, port::genesis_hash(writer)};
  held->second.accepted = record;
  staging.is_accepted = true;
  show_snapshots();
  return {};
}

}  // namespace perpetua::store
