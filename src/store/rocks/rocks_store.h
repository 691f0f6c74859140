#pragma once
// A region's store on its disk.

#include <memory>
#include <utility>
#include <vector>

#include "store/journal.h"

namespace perpetua::store {

/// They outlive the store.
struct RocksPorts {
  port::Clock& clock;
  port::Timers& timers;
  port::Executor& executor;
};

/// Opens, or makes, the store in `folder`; an empty one is a newcomer's. Errors as
/// RocksEngine::open() and Journal::open(), with what an operator can do.
[[nodiscard]] Result<std::unique_ptr<Journal>> open_rocks_store(const std::string& folder,
                                                                JournalOptions options,
                                                                RocksPorts ports);

/// Makes the store of a founding region: `rows` are the first entry of its log. kInvalid when there
/// is a store already. Whole or not at all: it can be run again after a crash.
[[nodiscard]] Result<void> found_rocks_store(
    std::string folder, const Writer& self,
    const std::vector<std::pair<port::Key, std::string>>& rows, std::int64_t wall_ms);

}  // namespace perpetua::store
