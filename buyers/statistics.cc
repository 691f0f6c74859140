#include "buyers/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace perpetua::buyers {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double nearest_rank(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

Percentiles percentiles(std::vector<double> samples) {
  if (samples.empty()) return {};
  std::ranges::sort(samples);
  return {samples.size(), nearest_rank(samples, 0.50), nearest_rank(samples, 0.99), samples.back()};
}

Gap longest_gap(std::vector<Due> requests, double end) {
  if (requests.empty()) return {};
  const auto success = [](const Due& request) { return request.succeeded.value_or(kNever); };
  std::ranges::sort(requests, {}, success);
  // waiting[i]: the earliest due time among the requests that succeeded i-th or later.
  std::vector<double> waiting(requests.size() + 1, kNever);
  for (std::size_t i = requests.size(); i-- > 0;)
    waiting[i] = std::min(waiting[i + 1], requests[i].due);

  Gap longest;
  double last = -kNever;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const double begin = std::max(last, waiting[i]);
    const double until = std::min(success(requests[i]), end);
    if (until - begin > longest.length) longest = {begin, until - begin};
    if (success(requests[i]) == kNever) break;
    last = success(requests[i]);
  }
  return longest;
}

}  // namespace perpetua::buyers
