#pragma once
// One entry of a writer's log (docs/formats/log.md). The entry does not name its writer: the hash
// chain does, for it begins with the writer's name.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "port/history.h"
#include "port/store.h"

namespace perpetua::store {

using port::kEntrySizeMax;

struct EntryRow {
  port::Key key;
  std::string value;
  bool operator==(const EntryRow&) const = default;
};

struct Entry {
  std::uint64_t n = 0;
  std::int64_t wall_ms = 0;    // the writer's clock when it was accepted; for people
  std::vector<EntryRow> rows;  // ascending by key, each key once
  bool operator==(const Entry&) const = default;
};

[[nodiscard]] std::string encode(const Entry& entry);
/// kCorrupt when it does not decode, is of an unknown version or kind, or has rows that the port
/// does not allow or that are out of order: an entry has one encoding.
[[nodiscard]] Result<Entry> decode_entry(std::string_view bytes);

}  // namespace perpetua::store
