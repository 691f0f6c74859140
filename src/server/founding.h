#pragma once
// Founding: a store is made once, on purpose, by `perpetuad found`; an empty folder that is merely
// run is a newcomer that holds others' histories and writes nothing (docs/adr/0003).

#include "base/result.h"
#include "server/config.h"

namespace perpetua::server {

/// Makes the store of a founding region, with the membership record as its first entry, durably.
/// kInvalid: the region is no founder, or its store is not empty.
[[nodiscard]] Result<void> found(const Config& config);

}  // namespace perpetua::server
