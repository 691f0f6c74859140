#pragma once
// The pieces in which a copy of one writer's rows travels (docs/formats/log.md). Each names its
// writer, the end it belongs to and its place, and the last says so: a copy with a hole, or a mix
// of two copies, does not decode.

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
  std::uint32_t index = 0;  // 0, 1, 2, ...
  bool is_last = false;
  std::vector<SnapshotRow> rows;
  bool operator==(const SnapshotChunk&) const = default;
};

[[nodiscard]] std::string encode(const SnapshotChunk& chunk);
[[nodiscard]] Result<SnapshotChunk> decode_chunk(std::string_view bytes);

}  // namespace perpetua::store
