#pragma once
// Keys and values as the engine holds them, to the byte: docs/formats/rows.md and log.md.
//
// A writer's rows, log and hashes lie under a *slot*: a number that its record names. A snapshot
// fills a slot of its own, so that taking a mirror's place is one small write.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/writer.h"
#include "port/history.h"
#include "port/store.h"

namespace perpetua::store {

using Slot = std::uint32_t;  // 0: none

/// A key without its writer, in bytes that sort as (table, partition, sort) do.
[[nodiscard]] std::string encode_key(const port::Key& key);
[[nodiscard]] Result<port::Key> decode_key(std::string_view encoded);

/// A half-open range of encoded keys.
struct Range {
  std::string from;
  std::string to;
};
[[nodiscard]] Range scan_range(const port::Scan& scan);
/// All of a table, or what comes strictly after a key of it.
[[nodiscard]] Range table_range(std::string_view table, const std::optional<port::Key>& after);

/// kInvalid, naming the part, unless within the bounds that port::Key states.
[[nodiscard]] Result<void> check_key(const port::Key& key);

// Engine keys.
[[nodiscard]] std::string row_key(Slot slot, std::string_view encoded_key);
[[nodiscard]] std::string log_key(Slot slot, std::uint64_t n);
[[nodiscard]] std::string hash_key(Slot slot, std::uint64_t n);
[[nodiscard]] std::string store_record_key();
[[nodiscard]] std::string writer_record_key(const Writer& writer);
/// Where all writers' records are.
[[nodiscard]] Range writer_records();
/// All rows of a slot; likewise its log and its hashes.
[[nodiscard]] Range slot_rows(Slot slot);
[[nodiscard]] Range slot_log(Slot slot);
[[nodiscard]] Range slot_hashes(Slot slot);
/// The part of an engine's row key after the slot. The key is one of slot_rows().
[[nodiscard]] std::string_view encoded_key_of(std::string_view row_key);
[[nodiscard]] Slot slot_of(std::string_view slot_key);
/// The n of a log or hash key.
[[nodiscard]] std::uint64_t number_of(std::string_view slot_key);

// Engine values: each ends in a CRC-32C over its key and itself, so that rot, and a value under
// another's key, are seen. Decoding answers kCorrupt.
[[nodiscard]] std::string seal(std::string_view key, std::string_view payload);
/// The payload, a view into `stored`.
[[nodiscard]] Result<std::string_view> unseal(std::string_view key, std::string_view stored);

struct StoredRow {
  std::uint64_t n = 0;
  std::string value;
};
[[nodiscard]] std::string encode_row(std::string_view key, std::uint64_t n, std::string_view value);
[[nodiscard]] Result<StoredRow> decode_row(std::string_view key, std::string_view stored);

/// The chained hash at a position, and the bytes of all entries up to it since the slot began.
struct HashLink {
  std::string hash;
  std::uint64_t log_bytes = 0;
};
[[nodiscard]] std::string encode_link(std::string_view key, const HashLink& link);
[[nodiscard]] Result<HashLink> decode_link(std::string_view key, std::string_view stored);

/// How far one writer's history goes here.
struct WriterRecord {
  Slot slot = 0;
  port::End end;
  std::uint64_t first_entry = 1;      // lower ones were trimmed
  std::uint64_t first_hash = 0;       // at most first_entry - 1, so that all entries can be proven
  std::uint64_t log_bytes_end = 0;    // of all entries since the slot began
  std::uint64_t log_bytes_first = 0;  // of those before first_entry
};
[[nodiscard]] std::string encode_record(std::string_view key, const WriterRecord& record);
[[nodiscard]] Result<WriterRecord> decode_record(std::string_view key, std::string_view stored);
[[nodiscard]] Result<Writer> writer_of_record(std::string_view key);

/// Whose store this is.
struct StoreRecord {
  Writer self;                      // incarnation 0: a newcomer
  Slot next_slot = 1;               // slots from this one on have never been used
  std::string not_writing_because;  // the reason of stop_writing()
};
[[nodiscard]] std::string encode_store(std::string_view key, const StoreRecord& record);
[[nodiscard]] Result<StoreRecord> decode_store(std::string_view key, std::string_view stored);

}  // namespace perpetua::store
