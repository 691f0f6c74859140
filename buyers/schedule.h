#pragma once
// The arrivals of an open-loop load: when each request is due and what it is about, fixed before
// anything is sent, so that a slow shop cannot slow down those who ask (no coordinated omission).

#include <cstdint>
#include <random>
#include <string_view>

#include "base/result.h"

namespace perpetua::buyers {

enum class Intent { kBrowse, kCart, kCheckout };

/// Weights of what arrives; only their proportions matter.
struct Mix {
  unsigned browse = 80;
  unsigned cart = 15;
  unsigned checkout = 5;
};

/// `browse=80,cart=15,checkout=5`: what is not named does not arrive.
[[nodiscard]] Result<Mix> parse_mix(std::string_view text);

struct Arrival {
  double due_ms = 0;  // since the start of the load
  Intent intent = Intent::kBrowse;
};

/// The same seed gives the same arrivals.
class Schedule {
 public:
  /// `rate` arrivals a second, > 0, evenly spaced, for `duration_s` seconds.
  Schedule(double rate, double duration_s, Mix mix, std::uint64_t seed);

  [[nodiscard]] bool done() const { return next_ == size_; }
  /// Requires !done().
  Arrival next();

 private:
  double interval_ms_;
  std::uint64_t size_;
  std::uint64_t next_ = 0;
  Mix mix_;
  std::mt19937_64 random_;
};

/// A number of 0..count-1; count > 0. The same on every machine, unlike std's distributions.
[[nodiscard]] std::uint64_t pick(std::mt19937_64& random, std::uint64_t count);

}  // namespace perpetua::buyers
