#pragma once
// One region, wired together: store, replication, rules, views and HTTP on one loop.

#include "base/result.h"
#include "server/config.h"

namespace perpetua::server {

/// Serves until SIGTERM or SIGINT, or until the operator says so; then drains and returns: requests
/// under way are answered, what was written is offered to the peers that are there, links are told
/// goodbye. All of it is bounded, and a second signal cuts it short; the log says what was cut off.
/// Errors: what could not be opened. A store that fails ends the process with status 1: nothing is
/// acknowledged from then on, and a restart recovers what was.
[[nodiscard]] Result<void> run(const Config& config);

}  // namespace perpetua::server
