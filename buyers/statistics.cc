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

Gap longest_gap(std::vector<Due> requests) {
  if (requests.empty()) return {};
  std::ranges::sort(requests, {}, &Due::ended);
  // waiting[i]: the earliest due time among the requests that ended i-th or later.
  std::vector<double> waiting(requests.size() + 1, kNever);
  double last_due = -kNever;
  for (std::size_t i = requests.size(); i-- > 0;) {
    waiting[i] = std::min(waiting[i + 1], requests[i].due);
    last_due = std::max(last_due, requests[i].due);
  }

  Gap longest;
  double begin = waiting.front();
  const auto until = [&](double end) {
    if (end - begin > longest.length) longest = {begin, end - begin};
  };
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!requests[i].succeeded) continue;
    until(requests[i].ended);
    begin = std::max(requests[i].ended, waiting[i + 1]);
  }
  until(last_due);
  return longest;
}

}  // namespace perpetua::buyers
