#pragma once
// A register that a person or an editor overwrites: the highest version wins, the writer breaks
// ties (design section 2). A writer's version is one above the highest of its hybrid clock and all
// versions that it has seen under the key, so that an overwrite wins over what it overwrote.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/writer.h"

namespace perpetua::crdt {

struct Versioned {
  std::uint64_t version = 0;
  std::string value;
  bool operator==(const Versioned&) const = default;
};

[[nodiscard]] std::string encode(const Versioned& row);
[[nodiscard]] Result<Versioned> decode_versioned(std::string_view bytes);

/// Whether (a, a_writer) wins over (b, b_writer): a total order, so the winner of any set of rows
/// is the same in whatever order they come.
[[nodiscard]] inline bool wins(const Versioned& a, const Writer& a_writer, const Versioned& b,
                               const Writer& b_writer) {
  return a.version != b.version ? a.version > b.version : a_writer > b_writer;
}

}  // namespace perpetua::crdt
