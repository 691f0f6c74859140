#include "store/format.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace perpetua::store {
namespace {

constexpr char kRows = 'r';
constexpr char kLog = 'l';
constexpr char kHashes = 'h';
constexpr std::string_view kStoreRecord = "ms";
constexpr std::string_view kWriterRecord = "mw";

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSlotPrefixSize = 5;
constexpr std::size_t kChecksumSize = 4;

std::string slot_key(char kind, Slot slot) {
  Encoder out;
  out.u8(static_cast<std::uint8_t>(kind));
  out.u32(slot);
  return std::move(out).take();
}

std::string numbered_key(char kind, Slot slot, std::uint64_t n) {
  Encoder out;
  out.raw(slot_key(kind, slot));
  out.u64(n);
  return std::move(out).take();
}

/// The first string after all those that start with `prefix`, which has a byte below 0xff.
std::string after_prefix(std::string prefix) {
  while (static_cast<std::uint8_t>(prefix.back()) == 0xff) prefix.pop_back();
  prefix.back() = static_cast<char>(static_cast<std::uint8_t>(prefix.back()) + 1);
  return prefix;
}

Range prefixed(std::string prefix) {
  std::string to = after_prefix(prefix);
  return {std::move(prefix), std::move(to)};
}

/// 00 becomes 00 ff, so that a part's end, 00 01, sorts before whatever may follow in a longer one.
void put_open(std::string& out, std::string_view part) {
  for (const char c : part) {
    out.push_back(c);
    if (c == '\0') out.push_back('\xff');
  }
}

void put_part(std::string& out, std::string_view part) {
  put_open(out, part);
  out.push_back('\0');
  out.push_back('\1');
}

/// Takes one part off the front of `in`; false unless it is well formed.
bool take_part(std::string_view& in, std::string& part) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] != '\0') {
      part.push_back(in[i]);
      continue;
    }
    if (++i == in.size()) return false;
    if (in[i] == '\1') {
      in.remove_prefix(i + 1);
      return true;
    }
    if (in[i] != '\xff') return false;
    part.push_back('\0');
  }
  return false;
}

Result<Decoder> versioned(std::string_view key, std::string_view stored, std::string_view what) {
  const Result<std::string_view> payload = unseal(key, stored);
  if (!payload) return std::unexpected(payload.error());
  Decoder in(*payload);
  if (const std::uint8_t version = in.u8(); version != kVersion)
    return fail(ErrorCode::kCorrupt, std::string(what) + " of the unknown version " +
                                         std::to_string(version) +
                                         ": was this store written by a newer perpetuad?");
  return in;
}

}  // namespace

std::string encode_key(const port::Key& key) {
  std::string out;
  out.reserve(key.table.size() + key.partition.size() + key.sort.size() + 6);
  put_part(out, key.table);
  put_part(out, key.partition);
  put_part(out, key.sort);
  return out;
}

Result<port::Key> decode_key(std::string_view encoded) {
  port::Key key;
  if (!take_part(encoded, key.table) || !take_part(encoded, key.partition) ||
      !take_part(encoded, key.sort) || !encoded.empty())
    return fail(ErrorCode::kCorrupt, "a row's key does not decode: " + to_hex(encoded));
  return key;
}

Range scan_range(const port::Scan& scan) {
  std::string prefix;
  put_part(prefix, scan.table);
  put_part(prefix, scan.partition);
  std::string from = prefix;
  put_open(prefix, scan.prefix);
  Range range = prefixed(std::move(prefix));
  if (!scan.after.empty()) {
    put_part(from, scan.after);
    from.push_back('\0');  // the least string after the key itself
    range.from = std::max(range.from, from);
  }
  return range;
}

Range table_range(std::string_view table, const std::optional<port::Key>& after) {
  std::string prefix;
  put_part(prefix, table);
  Range range = prefixed(std::move(prefix));
  if (after) range.from = std::max(range.from, encode_key(*after) + '\0');
  return range;
}

Result<void> check_key(const port::Key& key) {
  const auto in_alphabet = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (key.table.empty() || key.table.size() > 32 || !std::ranges::all_of(key.table, in_alphabet))
    return fail(ErrorCode::kInvalid,
                "a table's name is 1 to 32 of [a-z_], not '" + key.table + "'");
  if (key.partition.empty() || key.partition.size() > 2048)
    return fail(ErrorCode::kInvalid, "a partition key in " + key.table + " has " +
                                         std::to_string(key.partition.size()) +
                                         " bytes; 1 to 2048 are allowed");
  if (key.sort.size() > 1024)
    return fail(ErrorCode::kInvalid, "a sort key in " + key.table + " has " +
                                         std::to_string(key.sort.size()) +
                                         " bytes; at most 1024 are allowed");
  return {};
}

std::string row_key(Slot slot, std::string_view encoded_key) {
  return slot_key(kRows, slot).append(encoded_key);
}
std::string log_key(Slot slot, std::uint64_t n) {
  return numbered_key(kLog, slot, n);
}
std::string hash_key(Slot slot, std::uint64_t n) {
  return numbered_key(kHashes, slot, n);
}
std::string store_record_key() {
  return std::string(kStoreRecord);
}
std::string writer_record_key(const Writer& writer) {
  Encoder out;
  out.raw(kWriterRecord);
  encode(out, writer);
  return std::move(out).take();
}
Range writer_records() {
  return prefixed(std::string(kWriterRecord));
}
Range slot_rows(Slot slot) {
  return prefixed(slot_key(kRows, slot));
}
Range slot_log(Slot slot) {
  return prefixed(slot_key(kLog, slot));
}
Range slot_hashes(Slot slot) {
  return prefixed(slot_key(kHashes, slot));
}

std::string_view encoded_key_of(std::string_view row_key) {
  return row_key.substr(kSlotPrefixSize);
}

Slot slot_of(std::string_view slot_key) {
  Decoder in(slot_key.substr(1));
  return in.u32();
}

std::uint64_t number_of(std::string_view slot_key) {
  Decoder in(slot_key.substr(kSlotPrefixSize));
  return in.u64();
}

std::string seal(std::string_view key, std::string_view payload) {
  Encoder out;
  out.raw(payload);
  out.u32(crc32c(key, payload));
  return std::move(out).take();
}

Result<std::string_view> unseal(std::string_view key, std::string_view stored) {
  if (stored.size() >= kChecksumSize) {
    const std::string_view payload = stored.substr(0, stored.size() - kChecksumSize);
    Decoder in(stored.substr(payload.size()));
    if (in.u32() == crc32c(key, payload)) return payload;
  }
  return fail(ErrorCode::kCorrupt, "the checksum under key " + to_hex(key.substr(0, 64)) +
                                       " is wrong: the disk has changed what was written");
}

std::string encode_row(std::string_view key, std::uint64_t n, std::string_view value) {
  Encoder out;
  out.u8(kVersion);
  out.u64(n);
  out.raw(value);
  return seal(key, out.bytes());
}

Result<StoredRow> decode_row(std::string_view key, std::string_view stored) {
  Result<Decoder> in = versioned(key, stored, "a row");
  if (!in) return std::unexpected(in.error());
  StoredRow row;
  row.n = in->u64();
  row.value = in->raw(in->left());
  if (const Result<void> done = in->finish("a row"); !done) return std::unexpected(done.error());
  return row;
}

std::string encode_link(std::string_view key, const HashLink& link) {
  Encoder out;
  out.u8(kVersion);
  out.raw(link.hash);
  out.u64(link.log_bytes);
  return seal(key, out.bytes());
}

Result<HashLink> decode_link(std::string_view key, std::string_view stored) {
  Result<Decoder> in = versioned(key, stored, "a hash");
  if (!in) return std::unexpected(in.error());
  HashLink link;
  link.hash = in->raw(kHashSize);
  link.log_bytes = in->u64();
  if (const Result<void> done = in->finish("a hash"); !done) return std::unexpected(done.error());
  return link;
}

std::string encode_record(std::string_view key, const WriterRecord& record) {
  PERPETUA_ASSERT(record.end.hash.size() == kHashSize, "a history's end has a whole hash");
  Encoder out;
  out.u8(kVersion);
  out.u32(record.slot);
  out.u64(record.end.n);
  out.raw(record.end.hash);
  out.u64(record.first_entry);
  out.u64(record.first_hash);
  out.u64(record.log_bytes_end);
  out.u64(record.log_bytes_first);
  return seal(key, out.bytes());
}

Result<WriterRecord> decode_record(std::string_view key, std::string_view stored) {
  Result<Decoder> in = versioned(key, stored, "a writer's record");
  if (!in) return std::unexpected(in.error());
  WriterRecord record;
  record.slot = in->u32();
  record.end.n = in->u64();
  record.end.hash = in->raw(kHashSize);
  record.first_entry = in->u64();
  record.first_hash = in->u64();
  record.log_bytes_end = in->u64();
  record.log_bytes_first = in->u64();
  if (const Result<void> done = in->finish("a writer's record"); !done)
    return std::unexpected(done.error());
  return record;
}

Result<Writer> writer_of_record(std::string_view key) {
  Decoder in(key.substr(kWriterRecord.size()));
  Writer writer = decode_writer(in);
  if (const Result<void> done = in.finish("the key of a writer's record"); !done)
    return std::unexpected(done.error());
  return writer;
}

std::string encode_store(std::string_view key, const StoreRecord& record) {
  Encoder out;
  out.u8(kVersion);
  encode(out, record.self);
  out.u32(record.next_slot);
  out.str(record.not_writing_because);
  return seal(key, out.bytes());
}

Result<StoreRecord> decode_store(std::string_view key, std::string_view stored) {
  Result<Decoder> in = versioned(key, stored, "the store's record");
  if (!in) return std::unexpected(in.error());
  StoreRecord record;
  record.self = decode_writer(*in);
  record.next_slot = in->u32();
  record.not_writing_because = in->str();
  if (const Result<void> done = in->finish("the store's record"); !done)
    return std::unexpected(done.error());
  return record;
}

}  // namespace perpetua::store
