#include "base/assert.h"
#include "base/simulation.h"
#include "store/journal.h"

namespace perpetua::store {
namespace {

using port::kWritersMax;

/// Or as many bytes.
constexpr std::uint64_t kRemovedBytesAtOnce = std::uint64_t{1024} * 1024;

}  // namespace

std::vector<port::Holding> Journal::holdings() const {
  std::vector<port::Holding> out;
  for (const auto& [writer, state] : writers_)
    if (auto held = holding(writer)) out.push_back(std::move(*held));
  return out;
}

/// What others may know of a history: what a crash does not take back.
const WriterRecord& Journal::served(const State& state) {
  const bool is_early = PERPETUA_PLANTED(shipped_before_fsync) && !state.is_installing();
  return is_early ? state.accepted : state.durable;
}

std::optional<port::Holding> Journal::holding(const Writer& writer) const {
  const State* const state = find(writer);
  if (state == nullptr || state->durable.end.n == 0) return std::nullopt;
  const WriterRecord& record = served(*state);
  return port::Holding{writer, record.end, record.first_entry, record.first_hash};
}

std::optional<std::string> Journal::hash_at(const Writer& writer, std::uint64_t n) const {
  const State* const state = find(writer);
  if (state == nullptr) {
    if (n == 0) return port::genesis_hash(writer);
    return std::nullopt;
  }
  const WriterRecord& record = served(*state);
  if (n > record.end.n || n < record.first_hash) return std::nullopt;
  if (n == record.end.n) return record.end.hash;
  if (n == 0) return port::genesis_hash(writer);
  return link_hash(*state, n);
}

std::optional<std::string> Journal::link_hash(const State& state, std::uint64_t n) const {
  const std::string key = hash_key(state.durable.slot, n);
  const bool is_unsynced = n > state.durable.end.n;  // with shipped_before_fsync alone
  const Result<std::optional<std::string>> stored =
      is_unsynced ? overlay_.rows().at(key).row.value : engine_->get(key);
  const Result<HashLink> link =
      !stored   ? std::unexpected(stored.error())
      : *stored ? decode_link(key, **stored)
                : Result<HashLink>(fail(ErrorCode::kCorrupt, "a hash of the log is missing"));
  if (link) return link->hash;
  groups_->fail(link.error().message);
  return std::nullopt;
}

/// With shipped_before_fsync alone: entries after n that are on their way to the disk.
void Journal::add_unsynced(const WriterRecord& record, std::uint64_t& n,
                           std::vector<std::string>& entries) const {
  for (auto at = overlay_.rows().find(log_key(record.slot, n + 1)); at != overlay_.rows().end();
       at = overlay_.rows().find(log_key(record.slot, n + 1))) {
    entries.push_back(at->second.row.value);
    ++n;
  }
}

Result<std::vector<std::string>> Journal::read(const Writer& writer, std::uint64_t after,
                                               std::size_t bytes_max) const {
  const State* const state = find(writer);
  if (state == nullptr || after + 1 < state->durable.first_entry)
    return fail(ErrorCode::kNotFound, "entries of " + writer.text() + " after " +
                                          std::to_string(after) + " are not here any more");
  const WriterRecord& record = served(*state);
  std::vector<std::string> entries;
  std::size_t bytes = 0;
  const auto cursor =
      engine_->scan(log_key(record.slot, after + 1), log_key(record.slot, record.end.n + 1));
  std::uint64_t n = after;
  for (; cursor->valid() && (entries.empty() || bytes < bytes_max); cursor->next()) {
    const Result<std::string_view> entry = unseal(cursor->key(), cursor->value());
    if (!entry) return failed(entry.error());
    if (number_of(cursor->key()) != ++n) break;
    bytes += entry->size();
    entries.emplace_back(*entry);
  }
  if (const Result<void> status = cursor->status(); !status) return failed(status.error());
  if (&record != &state->durable) add_unsynced(record, n, entries);
  if (after < record.end.n && n != after + entries.size())
    return failed({ErrorCode::kCorrupt, "the log of " + writer.text() + " has a hole after entry " +
                                            std::to_string(after + entries.size())});
  if (after < record.end.n && entries.empty())
    return failed({ErrorCode::kCorrupt, "the log of " + writer.text() + " ends before entry " +
                                            std::to_string(record.end.n)});
  return entries;
}

Result<void> Journal::check_mirror(const Writer& writer) const {
  if (writer == store_.self)
    return fail(ErrorCode::kInvalid, "nobody else writes " + writer.text() + ", our own log");
  if (!Writer::parse(writer.text()) || !writer.may_write())
    return fail(ErrorCode::kInvalid, writer.text() + " writes nothing");
  const bool is_new = !writers_.contains(writer) && !stagings_.contains(writer);
  if (is_new && writers_.size() + stagings_.size() >= kWritersMax)
    return fail(ErrorCode::kLimit,
                "histories of " + std::to_string(kWritersMax) + " writers are held already");
  return {};
}

Result<void> Journal::append(const Writer& writer, std::uint64_t n, std::string_view bytes,
                             std::string_view hash) {
  if (const Result<void> good = check_mirror(writer); !good) return good;
  if (const Result<void> room = groups_->check_room(bytes.size()); !room) return room;
  const port::End last = appended(writer);
  if (n <= last.n && PERPETUA_PLANTED(batch_applied_twice)) return apply_again(writer, bytes);
  if (n != last.n + 1)
    return fail(ErrorCode::kConflict, "entry " + std::to_string(n) + " of " + writer.text() +
                                          " does not follow " + std::to_string(last.n));
  if (port::chain_hash(last.hash, bytes) != hash)
    return fail(ErrorCode::kConflict, "entry " + std::to_string(n) + " of " + writer.text() +
                                          " does not continue the history held here");
  const Result<Entry> entry = decode_entry(bytes);
  if (!entry) return std::unexpected(entry.error());
  if (entry->n != n)
    return fail(ErrorCode::kCorrupt, "an entry of " + writer.text() + " says " +
                                         std::to_string(entry->n) + " and came as " +
                                         std::to_string(n));
  Batch batch;
  State& state = state_of(writer, batch);
  apply(writer, state, std::move(batch), *entry, bytes, {n, std::string(hash)});
  return {};
}

/// Only with the planted bug: rows of an entry that came again, over what later ones wrote.
Result<void> Journal::apply_again(const Writer& writer, std::string_view bytes) {
  const Result<Entry> entry = decode_entry(bytes);
  if (!entry) return std::unexpected(entry.error());
  Update update;
  put_rows(writer, writers_.at(writer).accepted.slot, *entry, update.batch);
  groups_->add(std::move(update));
  return {};
}

port::End Journal::appended(const Writer& writer) const {
  const State* const state = find(writer);
  return state == nullptr ? port::End{0, port::genesis_hash(writer)} : state->accepted.end;
}

void Journal::trim(const Writer& writer, std::uint64_t entries, std::uint64_t hashes) {
  const auto at = writers_.find(writer);
  // A snapshot on its way drops more than this would.
  if (at == writers_.end() || at->second.is_installing() || groups_->has_failed()) return;
  State& state = at->second;
  WriterRecord& now = state.durable;
  const std::uint64_t first_entry = std::max(now.first_entry, std::min(entries, now.end.n) + 1);
  // The hash before the first entry that stays, stays: it is what proves that entry.
  const std::uint64_t first_hash =
      std::max(now.first_hash, std::min(std::min(hashes, now.end.n), first_entry - 1));
  if (first_entry == now.first_entry && first_hash == now.first_hash) return;

  if (first_entry > now.first_entry) {
    const std::string key = hash_key(now.slot, first_entry - 1);
    const Result<std::optional<std::string>> stored = engine_->get(key);
    const Result<HashLink> link =
        stored && *stored ? decode_link(key, **stored)
                          : Result<HashLink>(fail(ErrorCode::kCorrupt,
                                                  "the log of " + writer.text() + " lacks a hash"));
    if (!link) return groups_->fail(link.error().message);
    now.log_bytes_first = state.accepted.log_bytes_first = link->log_bytes;
  }
  now.first_entry = state.accepted.first_entry = first_entry;
  now.first_hash = state.accepted.first_hash = first_hash;
  remove_trimmed(writer, state);
}

void Journal::remove_trimmed(const Writer& writer, State& state) {
  const WriterRecord& record = state.accepted;
  if (!PERPETUA_RARE(removed_one_by_one) &&
      record.first_entry - state.removed.first_entry < options_.removed_at_once &&
      record.first_hash - state.removed.first_hash < options_.removed_at_once &&
      record.log_bytes_first - state.removed.log_bytes_first < kRemovedBytesAtOnce)
    return;
  state.removed = record;
  Update update;
  update.batch.remove_range(slot_log(record.slot).from, log_key(record.slot, record.first_entry));
  update.batch.remove_range(slot_hashes(record.slot).from,
                            hash_key(record.slot, record.first_hash));
  update.record = {writer, record};
  groups_->add(std::move(update));
}

std::uint64_t Journal::log_bytes(const Writer& writer) const {
  const State* const state = find(writer);
  return state == nullptr ? 0 : state->durable.log_bytes_end - state->durable.log_bytes_first;
}

void Journal::stop_writing(std::string why) {
  PERPETUA_ASSERT(!why.empty(), "a region that stops says why");
  PERPETUA_REACHED(writing_stopped);
  if (!stopped_.empty()) return;  // the first reason is the one to look into
  stopped_ = why;
  store_.not_writing_because = std::move(why);
  Update update;
  put_store_record(update.batch);
  groups_->add(std::move(update));
}

std::shared_ptr<void> Journal::on_change(std::function<void()> changed) {
  return listeners_.add(std::move(changed));
}

}  // namespace perpetua::store
