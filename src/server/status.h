#pragma once
// How far this region and its peers have got, for `perpetua status` and for /metrics.

#include <boost/json/object.hpp>

#include "replication/engine.h"
#include "server/metrics.h"
#include "store/journal.h"

namespace perpetua::server {

/// {"region", "writer", "position": {"<writer>": n}, "lag_ms": {"<other region>": n or null},
/// "peers": [{"region", "connected", "why_not"?, "lag_entries", "skew_ms"?, "clock_is_off",
/// "writers"}], ...}. A region's lag is how long ago the oldest entry became durable here that it
/// has not acknowledged; null while it is away and all that is known is acknowledged.
[[nodiscard]] boost::json::object region_status(const store::Journal& journal,
                                                const replication::Engine& replication);

/// Both outlive `metrics`.
void add_region_metrics(Metrics& metrics, const store::Journal& journal,
                        const replication::Engine& replication);

}  // namespace perpetua::server
