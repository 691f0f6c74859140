#include "store/entry.h"

#include "base/bytes.h"
#include "store/format.h"

namespace perpetua::store {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kRowsKind = 1;  // 2 and 3 are kept for membership records and seals
constexpr std::size_t kRowOverhead = 16;

}  // namespace

std::string encode(const Entry& entry) {
  Encoder out;
  out.u8(kVersion);
  out.u8(kRowsKind);
  out.u64(entry.n);
  out.i64(entry.wall_ms);
  out.u32(static_cast<std::uint32_t>(entry.rows.size()));
  for (const EntryRow& row : entry.rows) {
    out.str(row.key.table);
    out.str(row.key.partition);
    out.str(row.key.sort);
    out.str(row.value);
  }
  return std::move(out).take();
}

Result<Entry> decode_entry(std::string_view bytes) {
  Decoder in(bytes);
  const std::uint8_t version = in.u8();
  const std::uint8_t kind = in.u8();
  if (in.ok() && (version != kVersion || kind != kRowsKind))
    return fail(ErrorCode::kCorrupt, "a log entry of version " + std::to_string(version) +
                                         ", kind " + std::to_string(kind) +
                                         ": was it written by a newer perpetuad?");
  Entry entry;
  entry.n = in.u64();
  entry.wall_ms = in.i64();
  const std::uint32_t count = in.count(kRowOverhead);
  entry.rows.reserve(count);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    EntryRow row;
    row.key.table = in.str();
    row.key.partition = in.str();
    row.key.sort = in.str();
    row.value = in.str();
    if (in.ok() &&
        (!check_key(row.key) || row.value.empty() || row.value.size() > port::kRowSizeMax))
      return fail(ErrorCode::kCorrupt,
                  "log entry " + std::to_string(entry.n) + " has a row that no store accepts");
    if (in.ok() && !entry.rows.empty() && row.key <= entry.rows.back().key)
      return fail(ErrorCode::kCorrupt,
                  "log entry " + std::to_string(entry.n) + " has rows out of order");
    entry.rows.push_back(std::move(row));
  }
  if (const Result<void> done = in.finish("a log entry"); !done)
    return std::unexpected(done.error());
  return entry;
}

}  // namespace perpetua::store
