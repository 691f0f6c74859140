#include "store/recovery.h"

#include <set>

#include "base/simulation.h"
#include "store/entry.h"

namespace perpetua::store {
namespace {

std::string at(const Writer& writer, std::uint64_t n) {
  return writer.text() + " entry " + std::to_string(n);
}

Result<HashLink> read_link(const View& view, const Writer& writer, Slot slot, std::uint64_t n) {
  if (n == 0) return HashLink{port::genesis_hash(writer), 0};
  const std::string key = hash_key(slot, n);
  const Result<std::optional<std::string>> stored = view.get(key);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return fail(ErrorCode::kCorrupt, at(writer, n) + ": its hash is missing");
  return decode_link(key, **stored);
}

/// Whether the last entries are there, in order, and their chain leads to the record's end.
Result<void> verify_tail(const View& view, const Writer& writer, const WriterRecord& record) {
  const std::uint64_t end = record.end.n;
  const std::uint64_t first =
      std::max(record.first_entry, end > kTailVerified ? end - kTailVerified + 1 : 1);
  Result<HashLink> link = read_link(view, writer, record.slot, std::min(first - 1, end));
  if (!link) return std::unexpected(link.error());
  const auto cursor = view.scan(log_key(record.slot, first), slot_log(record.slot).to);
  std::uint64_t n = first;
  for (; cursor->valid(); cursor->next(), ++n) {
    if (number_of(cursor->key()) != n || n > end)
      return fail(ErrorCode::kCorrupt, at(writer, number_of(cursor->key())) + " is out of place");
    const Result<std::string_view> bytes = unseal(cursor->key(), cursor->value());
    if (!bytes) return std::unexpected(bytes.error());
    const Result<Entry> entry = decode_entry(*bytes);
    if (!entry || entry->n != n)
      return fail(ErrorCode::kCorrupt, at(writer, n) + " does not decode");
    link->hash = port::chain_hash(link->hash, *bytes);
  }
  if (const Result<void> status = cursor->status(); !status) return status;
  if (n != end + 1 && first <= end) return fail(ErrorCode::kCorrupt, at(writer, n) + " is missing");
  if (link->hash != record.end.hash)
    return fail(ErrorCode::kCorrupt, "the log of " + writer.text() +
                                         " does not lead to the hash recorded at its end, " +
                                         std::to_string(end));
  return {};
}

bool is_consistent(const WriterRecord& record, const StoreRecord& store) {
  return record.slot != 0 && record.slot < store.next_slot && record.first_entry > 0 &&
         record.first_entry <= record.end.n + 1 && record.first_hash < record.first_entry &&
         record.log_bytes_first <= record.log_bytes_end;
}

Result<void> read_writers(const View& view, Recovered& out) {
  const Range range = writer_records();
  const auto cursor = view.scan(range.from, range.to);
  for (; cursor->valid(); cursor->next()) {
    const Result<Writer> writer = writer_of_record(cursor->key());
    if (!writer) return std::unexpected(writer.error());
    const Result<WriterRecord> record = decode_record(cursor->key(), cursor->value());
    if (!record) return std::unexpected(record.error());
    if (!is_consistent(*record, out.store))
      return fail(ErrorCode::kCorrupt, "the record of " + writer->text() + " contradicts itself");
    if (const Result<void> tail = verify_tail(view, *writer, *record); !tail) return tail;
    out.writers.emplace(*writer, *record);
  }
  return cursor->status();
}

/// Skips from slot to slot, so that it costs a seek for each.
Result<void> find_unused(const View& view, Recovered& out) {
  std::set<Slot> used;
  for (const auto& [writer, record] : out.writers) used.insert(record.slot);
  std::set<Slot> unused;
  for (const auto& range_of : {slot_rows, slot_log, slot_hashes}) {
    const std::string to = range_of(0xfffffffe).to;
    std::string from = range_of(0).from;
    for (;;) {
      const auto cursor = view.scan(from, to);
      if (!cursor->valid()) {
        if (const Result<void> status = cursor->status(); !status) return status;
        break;
      }
      const Slot slot = slot_of(cursor->key());
      if (slot >= out.store.next_slot)
        return fail(ErrorCode::kCorrupt, "data in slot " + std::to_string(slot) + ", never taken");
      if (!used.contains(slot)) {
        PERPETUA_REACHED(unused_slot_found);
        unused.insert(slot);
      }
      from = range_of(slot).to;
    }
  }
  out.unused.assign(unused.begin(), unused.end());
  return {};
}

}  // namespace

Result<Recovered> recover(const View& view, const std::string& region) {
  Recovered out;
  const std::string key = store_record_key();
  const Result<std::optional<std::string>> stored = view.get(key);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) {
    const auto anything = view.scan("", "\xff");
    if (anything->valid())
      return fail(ErrorCode::kCorrupt, "the store has data and no record of whose it is");
    if (const Result<void> status = anything->status(); !status)
      return std::unexpected(status.error());
    out.store.self = Writer{region, 0};
    return out;
  }
  const Result<StoreRecord> record = decode_store(key, **stored);
  if (!record) return std::unexpected(record.error());
  out.store = *record;
  if (out.store.self.region != region)
    return fail(ErrorCode::kInvalid, "the store is of region " + out.store.self.region +
                                         ", not of " + region + ": is the folder the right one?");
  if (const Result<void> read = read_writers(view, out); !read)
    return std::unexpected(read.error());
  if (out.store.self.may_write() && !out.writers.contains(out.store.self))
    return fail(ErrorCode::kCorrupt, "the record of " + out.store.self.text() + " is missing");
  if (const Result<void> read = find_unused(view, out); !read) return std::unexpected(read.error());
  return out;
}

Result<Batch> found(const View& view, const Writer& self,
                    const std::vector<std::pair<port::Key, std::string>>& rows,
                    std::int64_t wall_ms) {
  if (!self.may_write() || !Writer::parse(self.text()))
    return fail(ErrorCode::kInvalid, self.text() + " cannot found a shop");
  const auto anything = view.scan("", "\xff");
  if (const Result<void> status = anything->status(); !status)
    return std::unexpected(status.error());
  if (anything->valid())
    return fail(ErrorCode::kInvalid,
                "the store is not empty: it was founded or has mirrored "
                "already");
  Entry entry{1, wall_ms, {}};
  for (const auto& [key, value] : rows) entry.rows.push_back({key, value});
  std::ranges::sort(entry.rows, {}, &EntryRow::key);
  const std::string bytes = encode(entry);
  // What the decoder refuses must not become the first link of every chain.
  if (const Result<Entry> read = decode_entry(bytes); !read)
    return fail(ErrorCode::kInvalid, "the founding rows: " + read.error().message);

  WriterRecord record;
  record.slot = 1;
  record.end = {1, port::chain_hash(port::genesis_hash(self), bytes)};
  record.log_bytes_end = bytes.size();
  Batch batch;
  const auto put_log = log_key(record.slot, 1);
  batch.put(put_log, seal(put_log, bytes));
  const auto put_hash = hash_key(record.slot, 1);
  batch.put(put_hash, encode_link(put_hash, {record.end.hash, record.log_bytes_end}));
  for (const EntryRow& row : entry.rows) {
    const auto put_row = row_key(record.slot, encode_key(row.key));
    batch.put(put_row, encode_row(put_row, 1, row.value));
  }
  const std::string record_key = writer_record_key(self);
  batch.put(record_key, encode_record(record_key, record));
  const std::string store_key = store_record_key();
  batch.put(store_key, encode_store(store_key, StoreRecord{self, 2, ""}));
  return batch;
}

}  // namespace perpetua::store
