#pragma once
// The pieces in which a copy of one writer's rows and hashes travels (docs/formats/log.md). Each
// names its writer, the end it belongs to and its place, and the last says so: a copy with a hole,
// or a mix of two copies, is seen.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/writer.h"
#include "port/history.h"
#include "store/entry.h"

namespace perpetua::store {

struct SnapshotRow {
  std::uint64_t n = 0;
  EntryRow row;
  bool operator==(const SnapshotRow&) const = default;
};

struct SnapshotChunk {
  Writer writer;
  port::End end;
  std::uint64_t first_hash = 0;  // the lowest position whose hash the source knows
  std::uint32_t index = 0;       // 0, 1, 2, ...
  bool is_last = false;
  // Where those of the chunks before left off: all in all from first_hash up to before the end.
  std::vector<std::string> hashes;
  std::vector<SnapshotRow> rows;
  bool operator==(const SnapshotChunk&) const = default;
};

/// The first position whose hash is in the chunks: nobody needs to be told the hash of nothing.
[[nodiscard]] inline std::uint64_t first_hash_sent(std::uint64_t first_hash) {
  return std::max<std::uint64_t>(first_hash, 1);
}

[[nodiscard]] std::string encode(const SnapshotChunk& chunk);
[[nodiscard]] Result<SnapshotChunk> decode_chunk(std::string_view bytes);

}  // namespace perpetua::store
