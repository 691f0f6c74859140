#pragma once
// What one region shows of one buyer, and to everybody: read, not judged.

#include "buyers/expectation.h"
#include "buyers/fetch.h"

namespace perpetua::buyers {

/// The buyer's cart and all of its orders. `token`: the buyer's; kNotFound when it is empty.
[[nodiscard]] Task<Result<Seen>> look(Net& net, Endpoint region, std::string token,
                                      double timeout_ms);

/// The best sellers, the most sold first: `dune 17`, each.
[[nodiscard]] Task<Result<std::vector<std::string>>> look_at_best_sellers(Net& net, Endpoint region,
                                                                          double timeout_ms);

}  // namespace perpetua::buyers
