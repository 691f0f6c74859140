#pragma once
// Do all regions show the same? Each buyer's cart and orders, each book's copies, the best sellers.

#include "buyers/check.h"

namespace perpetua::buyers {

/// Every region must be whole and nothing under way. What differs is looked at again until the
/// settle time is over; what differs then counts as diverged.
[[nodiscard]] Task<Verdicts> check_convergence(Net& net, const std::vector<Evidence>& records,
                                               const std::set<std::string>& books,
                                               const CheckOptions& options);

}  // namespace perpetua::buyers
