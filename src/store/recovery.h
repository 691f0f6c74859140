#pragma once
// What a store finds on its disk when it opens, verified: whose it is, how far each history goes,
// that the log's tail leads to the recorded hash, and which slots nobody names any more.

#include <map>
#include <vector>

#include "store/engine.h"
#include "store/format.h"

namespace perpetua::store {

struct Recovered {
  StoreRecord store;
  std::map<Writer, WriterRecord> writers;
  std::vector<Slot> unused;  // with data in them: snapshots not installed, or replaced
};

/// Entries of each writer's log whose chain is verified: bounded, so that opening takes the same
/// time however long the log is. Whoever reads an older one verifies it then.
inline constexpr std::uint64_t kTailVerified = 64;

/// kCorrupt: something relied on is missing, or does not fit. kInvalid: another region's store.
[[nodiscard]] Result<Recovered> recover(const View& view, const std::string& region);

/// The first batch of a founding region's store: `rows` as entry 1 of `self`'s log. kInvalid unless
/// the store is empty, and the writer and the rows are allowed.
[[nodiscard]] Result<Batch> found(const View& view, const Writer& self,
                                  const std::vector<std::pair<port::Key, std::string>>& rows,
                                  std::int64_t wall_ms);

}  // namespace perpetua::store
