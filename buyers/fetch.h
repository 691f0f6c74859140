#pragma once
// One GET at one region, by those who look rather than buy: it is neither load nor recorded.

#include "buyers/net.h"

namespace perpetua::buyers {

/// The answer with status 200. kUnavailable when there is none or another one, or when it is not
/// `from` who answers: a wrong address, or an edge's, would be taken for a region. `from` called
/// `edge` may be anybody. `token`: bearer, or empty.
[[nodiscard]] Task<Result<HttpAnswer>> fetch(Net& net, Endpoint from, std::string path,
                                             std::string token, double timeout_ms);

}  // namespace perpetua::buyers
