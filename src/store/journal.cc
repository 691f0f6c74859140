#include "store/journal.h"

#include "base/assert.h"
#include "base/simulation.h"

namespace perpetua::store {
namespace {

constexpr std::chrono::seconds kRoomLookEvery{1};

std::string newcomer_reason(const std::string& region) {
  return "region " + region +
         " is a newcomer: its store is empty, or was emptied. It mirrors the others and takes no "
         "orders until it is let in; a new shop's first regions are made by 'perpetuad found'";
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(std::shared_ptr<Engine> engine, Ports ports,
                                               JournalOptions options) {
  Result<Recovered> recovered = recover(*engine, options.region);
  if (!recovered) return std::unexpected(recovered.error());
  return std::unique_ptr<Journal>(
      new Journal(std::move(engine), ports, std::move(options), std::move(*recovered)));
}

Journal::Journal(std::shared_ptr<Engine> engine, Ports ports, JournalOptions options,
                 Recovered recovered)
    : engine_(std::move(engine)),
      ports_(ports),
      options_(std::move(options)),
      store_(std::move(recovered.store)),
      stopped_(store_.self.may_write() ? store_.not_writing_because
                                       : newcomer_reason(store_.self.region)),
      stamps_(options_.stamps_max),
      waits_(ports.timers) {
  for (auto& [writer, record] : recovered.writers) {
    visible_[writer] = record.end.n;
    writers_.emplace(writer, State{record, record, record.slot, record});
  }
  groups_ = std::make_unique<GroupCommit>(
      *engine_,
      GroupCommit::Limits{options_.group_bytes_max, options_.pending_bytes_max,
                          options_.reserve_bytes},
      GroupCommit::Events{[this](const GroupCommit::Records& records) { became_durable(records); },
                          [this] {
                            waits_.moved(position());
                            listeners_.call();
                          },
                          [this] { take_back(); },
                          [this] {
                            waits_.close();
                            options_.on_failed(groups_->failure());
                          }});
  for (const Slot slot : recovered.unused) drop_slot(slot);
}

Journal::~Journal() {
  close();
}

void Journal::close() {
  if (room_timer_) ports_.timers.cancel(*std::exchange(room_timer_, std::nullopt));
  groups_->close();
  waits_.close();
}

void Journal::became_durable(const GroupCommit::Records& records) {
  overlay_.forget(groups_->durable());
  for (const auto& [writer, record] : records) {
    State& state = writers_.at(writer);
    const WriterRecord before = std::exchange(state.durable, record);
    if (before.slot == record.slot) {  // a trim may have come after the record
      state.durable.first_entry = std::max(before.first_entry, record.first_entry);
      state.durable.first_hash = std::max(before.first_hash, record.first_hash);
      state.durable.log_bytes_first = std::max(before.log_bytes_first, record.log_bytes_first);
    } else {
      state.removed = record;
      if (before.slot != 0) drop_slot(before.slot);
    }
  }
  show_snapshots();
}

/// The disk was full: what reads reflect is what is durable, and stays so until there is room and a
/// restart.
void Journal::take_back() {
  PERPETUA_REACHED(taken_back_on_a_full_disk);
  overlay_.clear();
  stagings_.clear();
  for (auto& [writer, state] : writers_) {
    state.accepted = state.durable;
    state.visible_slot = state.durable.slot;
  }
  visible_ = position();
  stamps_.changed_everything();
  look_for_room();
}

void Journal::look_for_room() {
  room_timer_ = ports_.timers.after(kRoomLookEvery, [this] {
    room_timer_.reset();
    if (groups_->has_failed()) return;
    if (!groups_->has_room()) return look_for_room();
    groups_->fail("the disk was full in the middle of a write and has room again: start anew");
  });
}

void Journal::show_snapshots() {
  std::erase_if(stagings_, [this](const auto& staged) {
    const Staging& staging = staged.second;
    if (!staging.is_accepted) return false;
    const bool is_on_disk = staging.sequence <= groups_->durable();
    if (!is_on_disk && !PERPETUA_PLANTED(snapshot_without_position)) return false;
    show(staged.first, staging.end);
    return true;
  });
}

/// Its record is written after it is seen, as an entry's is: so whatever was validated without it
/// comes earlier, and is durable no later than the end that others are told.
void Journal::show(const Writer& writer, const port::End& end) {
  PERPETUA_REACHED(snapshot_installed);
  State& state = writers_.at(writer);
  state.visible_slot = state.accepted.slot;
  visible_[writer] = state.accepted.end.n;
  stamps_.changed_everything();
  Update update;
  const std::string key = hash_key(state.accepted.slot, end.n);
  update.batch.put(key, encode_link(key, {end.hash, 0}));
  update.record = {writer, state.accepted};
  groups_->add(std::move(update));
}

void Journal::drop_slot(Slot slot) {
  Update update;
  for (const Range& range : {slot_rows(slot), slot_log(slot), slot_hashes(slot)})
    update.batch.remove_range(range.from, range.to);
  groups_->add(std::move(update));
}

Slot Journal::take_slot(Batch& batch) {
  const Slot slot = store_.next_slot++;
  put_store_record(batch);
  return slot;
}

void Journal::put_store_record(Batch& batch) const {
  const std::string key = store_record_key();
  batch.put(key, encode_store(key, store_));
}

std::unexpected<Error> Journal::failed(const Error& error) const {
  groups_->fail(error.message);
  return fail(ErrorCode::kUnavailable, groups_->failure());
}

Journal::State& Journal::state_of(const Writer& writer, Batch& batch) {
  const auto [at, is_new] = writers_.try_emplace(writer);
  if (is_new) {
    WriterRecord record;
    record.slot = take_slot(batch);
    record.end = {0, port::genesis_hash(writer)};
    at->second = State{record, record, record.slot, record};
  }
  return at->second;
}

const Journal::State* Journal::find(const Writer& writer) const {
  const auto at = writers_.find(writer);
  return at == writers_.end() ? nullptr : &at->second;
}

/// The sequence of the change that they come with.
std::uint64_t Journal::put_rows(const Writer& writer, Slot slot, const Entry& entry, Batch& batch) {
  stamps_.next();
  if (PERPETUA_RARE(stamps_forgotten)) stamps_.changed_everything();
  const std::uint64_t sequence = groups_->accepted() + 1;
  for (const EntryRow& row : entry.rows) {
    const std::string encoded = encode_key(row.key);
    const std::string key = row_key(slot, encoded);
    batch.put(key, encode_row(key, entry.n, row.value));
    overlay_.put(key, sequence, {entry.n, row.value});
    if (writer == store_.self || !PERPETUA_PLANTED(unaware_of_mirror)) stamps_.changed(encoded);
  }
  return sequence;
}

std::uint64_t Journal::apply(const Writer& writer, State& state, Batch batch, const Entry& entry,
                             std::string_view bytes, port::End end) {
  PERPETUA_ASSERT(entry.n == state.accepted.end.n + 1, "entries are appended in order");
  WriterRecord& record = state.accepted;
  record.end = std::move(end);
  record.log_bytes_end += bytes.size();
  const std::string at_log = log_key(record.slot, entry.n);
  batch.put(at_log, seal(at_log, bytes));
  const std::string at_hash = hash_key(record.slot, entry.n);
  batch.put(at_hash, encode_link(at_hash, {record.end.hash, record.log_bytes_end}));

  const std::uint64_t sequence = put_rows(writer, record.slot, entry, batch);
  if (PERPETUA_PLANTED(shipped_before_fsync)) {
    overlay_.put(at_log, sequence, {entry.n, std::string(bytes)});
    overlay_.put(at_hash, sequence,
                 {entry.n, encode_link(at_hash, {record.end.hash, record.log_bytes_end})});
  }
  Update update{std::move(batch), {}};
  if (state.is_visible()) {  // else the record comes when the snapshot before it is shown
    visible_[writer] = entry.n;
    update.record = {writer, record};
  }
  const std::uint64_t added = groups_->add(std::move(update));
  PERPETUA_ASSERT(added == sequence, "nothing comes between");
  return sequence;
}

}  // namespace perpetua::store
