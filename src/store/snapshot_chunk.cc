#include "store/snapshot_chunk.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "store/format.h"

namespace perpetua::store {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kRowOverhead = 24;
/// The checksum's stand-in for a key: chunks have none.
constexpr std::string_view kWhat = "snapshot chunk";

Result<void> check_row(const SnapshotRow& row, std::uint64_t end) {
  if (const Result<void> key = check_key(row.row.key); !key)
    return fail(ErrorCode::kCorrupt, "a snapshot's row: " + key.error().message);
  if (row.n == 0 || row.n > end || row.row.value.empty() ||
      row.row.value.size() > port::kRowSizeMax)
    return fail(ErrorCode::kCorrupt, "a snapshot up to " + std::to_string(end) +
                                         " has a row of entry " + std::to_string(row.n) +
                                         " that cannot be");
  return {};
}

}  // namespace

std::string encode(const SnapshotChunk& chunk) {
  Encoder out;
  out.u8(kVersion);
  encode(out, chunk.writer);
  out.u64(chunk.end.n);
  out.raw(chunk.end.hash);
  out.u64(chunk.first_hash);
  out.u32(chunk.index);
  out.u8(chunk.is_last ? 1 : 0);
  out.u32(static_cast<std::uint32_t>(chunk.hashes.size()));
  for (const std::string& hash : chunk.hashes) out.raw(hash);
  out.u32(static_cast<std::uint32_t>(chunk.rows.size()));
  for (const SnapshotRow& row : chunk.rows) {
    out.u64(row.n);
    out.str(row.row.key.table);
    out.str(row.row.key.partition);
    out.str(row.row.key.sort);
    out.str(row.row.value);
  }
  return seal(kWhat, out.bytes());
}

Result<SnapshotChunk> decode_chunk(std::string_view bytes) {
  const Result<std::string_view> payload = unseal(kWhat, bytes);
  if (!payload) return fail(ErrorCode::kCorrupt, "a snapshot chunk's checksum is wrong");
  Decoder in(*payload);
  if (const std::uint8_t version = in.u8(); version != kVersion)
    return fail(ErrorCode::kCorrupt,
                "a snapshot chunk of the unknown version " + std::to_string(version));
  SnapshotChunk chunk;
  chunk.writer = decode_writer(in);
  chunk.end.n = in.u64();
  chunk.end.hash = in.raw(kHashSize);
  chunk.first_hash = in.u64();
  chunk.index = in.u32();
  const std::uint8_t last = in.u8();
  if (last > 1 || chunk.first_hash > chunk.end.n)
    return fail(ErrorCode::kCorrupt, "a snapshot chunk that cannot be");
  chunk.is_last = last == 1;
  const std::uint32_t hashes = in.count(kHashSize);
  chunk.hashes.reserve(hashes);
  for (std::uint32_t i = 0; i < hashes; ++i) chunk.hashes.emplace_back(in.raw(kHashSize));
  const std::uint32_t count = in.count(kRowOverhead);
  chunk.rows.reserve(count);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    SnapshotRow row;
    row.n = in.u64();
    row.row.key.table = in.str();
    row.row.key.partition = in.str();
    row.row.key.sort = in.str();
    row.row.value = in.str();
    if (!in.ok()) break;
    if (const Result<void> good = check_row(row, chunk.end.n); !good)
      return std::unexpected(good.error());
    if (!chunk.rows.empty() && row.row.key <= chunk.rows.back().row.key)
      return fail(ErrorCode::kCorrupt, "a snapshot chunk has rows out of order");
    chunk.rows.push_back(std::move(row));
  }
  if (const Result<void> done = in.finish("a snapshot chunk"); !done)
    return std::unexpected(done.error());
  return chunk;
}

}  // namespace perpetua::store
