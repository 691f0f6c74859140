#include "base/simulation.h"
#include "store/journal.h"

namespace perpetua::store {
namespace {

constexpr std::size_t kChangesBytesMax = std::size_t{4} * 1024 * 1024;

Result<port::Change> to_change(const Writer& writer, std::string_view bytes) {
  Result<Entry> entry = decode_entry(bytes);
  if (!entry) return std::unexpected(entry.error());
  port::Change change{entry->n, {}};
  change.rows.reserve(entry->rows.size());
  for (EntryRow& row : entry->rows)
    change.rows.push_back({std::move(row.key), {writer, entry->n, std::move(row.value)}});
  return change;
}

}  // namespace

std::unique_ptr<port::Transaction> Journal::begin() {
  TransactionHost& host = *this;
  return std::make_unique<OptimisticTransaction>(host, visible_);
}

Position Journal::position() const {
  Position position;
  for (const auto& [writer, state] : writers_) {
    const bool is_early = PERPETUA_PLANTED(position_before_batch);
    const std::uint64_t n = is_early ? state.accepted.end.n : state.durable.end.n;
    if (n > 0) position.emplace(writer, n);
  }
  return position;
}

Task<bool> Journal::wait_for(Position wanted, std::chrono::milliseconds timeout) {
  if (covers(position(), wanted)) co_return true;
  if (groups_->has_failed()) co_return false;
  const bool is_reached = co_await waits_.wait(std::move(wanted), timeout);
  co_return is_reached;
}

Task<Result<port::Changes>> Journal::changes(Writer writer, std::uint64_t after,
                                             std::size_t limit) {
  const State* const state = find(writer);
  const std::uint64_t end = state == nullptr ? 0 : state->durable.end.n;
  port::Changes out;
  const bool is_trimmed = state != nullptr && after + 1 < state->durable.first_entry;
  if (after > end || is_trimmed || PERPETUA_RARE(feed_reset)) {
    PERPETUA_REACHED(feed_was_reset);
    out.reset = true;
    out.position = end;
    co_return out;
  }
  out.position = after;
  if (state == nullptr) co_return out;
  Result<std::vector<std::string>> entries = read(writer, after, kChangesBytesMax);
  if (!entries) co_return std::unexpected(entries.error());
  for (const std::string& bytes : *entries) {
    if (out.changes.size() == limit) break;
    Result<port::Change> change = to_change(writer, bytes);
    if (!change) co_return failed(change.error());
    out.position = change->n;
    out.changes.push_back(std::move(*change));
  }
  co_return out;
}

std::shared_ptr<void> Journal::subscribe(std::function<void()> changed) {
  return listeners_.add(std::move(changed));
}

Task<Result<std::vector<port::KeyedRow>>> Journal::scan_table(std::string table,
                                                              std::optional<port::Key> after,
                                                              std::size_t limit) {
  bool is_cut = false;
  co_return merge_rows(table_range(table, after), nullptr, limit, is_cut);
}

Result<std::vector<port::Row>> Journal::gather(std::string_view encoded_key) const {
  if (groups_->has_failed()) return fail(ErrorCode::kUnavailable, groups_->failure());
  std::vector<port::Row> rows;
  for (const auto& [writer, state] : writers_) {
    Result<std::optional<StoredRow>> row =
        find_row(*engine_, &overlay_, state.visible_slot, encoded_key);
    if (!row) return failed(row.error());
    if (*row) rows.push_back({writer, (*row)->n, std::move((*row)->value)});
  }
  return rows;
}

Result<std::vector<port::KeyedRow>> Journal::scan(const Range& range, std::size_t limit,
                                                  bool& is_cut) const {
  return merge_rows(range, &overlay_, limit, is_cut);
}

Result<std::vector<port::KeyedRow>> Journal::merge_rows(const Range& range, const Overlay* overlay,
                                                        std::size_t limit, bool& is_cut) const {
  if (groups_->has_failed()) return fail(ErrorCode::kUnavailable, groups_->failure());
  limit = std::min(limit, port::kScanLimitMax);
  // The lowest `limit` keys of all writers are among the lowest `limit` of each.
  std::map<std::string, std::vector<port::Row>> merged;
  for (const auto& [writer, state] : writers_) {
    const Slot slot = overlay == nullptr ? state.durable.slot : state.visible_slot;
    Result<FoundRows> found = find_rows(*engine_, overlay, slot, range, limit);
    if (!found) return failed(found.error());
    for (auto& [key, row] : *found)
      merged[std::move(key)].push_back({writer, row.n, std::move(row.value)});
  }
  is_cut = merged.size() >= limit;
  std::vector<port::KeyedRow> rows;
  std::size_t keys = 0;
  for (auto& [encoded, found] : merged) {
    if (keys++ == limit) break;
    const Result<port::Key> key = decode_key(encoded);
    if (!key) return failed(key.error());
    for (port::Row& row : found) rows.push_back({*key, std::move(row)});
  }
  return rows;
}

Result<TransactionHost::Accepted> Journal::accept(const Puts& puts, const Position& snapshot) {
  State& state = writers_.at(store_.self);
  Entry entry{state.accepted.end.n + 1, ports_.clock.wall_ms(), {}};
  entry.rows.reserve(puts.size());
  for (const auto& [key, value] : puts) entry.rows.push_back({key, value});
  const std::string bytes = encode(entry);
  if (bytes.size() > kEntrySizeMax)
    return fail(ErrorCode::kLimit, "the transaction writes " + std::to_string(bytes.size()) +
                                       " bytes; at most " + std::to_string(kEntrySizeMax) +
                                       " are allowed");
  if (const Result<void> room = groups_->check_room(bytes.size()); !room)
    return std::unexpected(room.error());
  std::string hash = port::chain_hash(state.accepted.end.hash, bytes);
  const std::uint64_t sequence =
      apply(store_.self, state, {}, entry, bytes, {entry.n, std::move(hash)});
  Accepted accepted{sequence, {entry.n, snapshot}};
  accepted.committed.position[store_.self] = entry.n;
  return accepted;
}

}  // namespace perpetua::store
