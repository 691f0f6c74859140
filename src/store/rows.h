#pragma once
// Reads of one writer's rows: from the engine alone, which shows what is durable, or with what was
// accepted since on top.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/engine.h"
#include "store/format.h"
#include "store/overlay.h"

namespace perpetua::store {

/// By encoded key, in order.
using FoundRows = std::vector<std::pair<std::string, StoredRow>>;

/// `overlay` may be null. kCorrupt when what the engine holds fails its checksum.
[[nodiscard]] Result<std::optional<StoredRow>> find_row(const View& view, const Overlay* overlay,
                                                        Slot slot, std::string_view encoded_key);

/// At most `limit` rows of the range of encoded keys, the lowest first.
[[nodiscard]] Result<FoundRows> find_rows(const View& view, const Overlay* overlay, Slot slot,
                                          const Range& range, std::size_t limit);

}  // namespace perpetua::store
