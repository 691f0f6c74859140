#include "buyers/schedule.h"

#include <charconv>
#include <cmath>
#include <string>

#include "base/assert.h"

namespace perpetua::buyers {

Result<Mix> parse_mix(std::string_view text) {
  const auto wrong = [whole = std::string(text)] {
    return fail(
        ErrorCode::kInvalid,
        "'" + whole + "' is not a mix such as browse=80,cart=15,checkout=5 (weights 0..1000)");
  };
  Mix mix{0, 0, 0};
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) return wrong();
    const std::string_view name = item.substr(0, equals);
    const std::string_view digits = item.substr(equals + 1);
    unsigned weight = 0;
    const auto parsed = std::from_chars(digits.begin(), digits.end(), weight);
    if (parsed.ec != std::errc() || parsed.ptr != digits.end() || weight > 1000) return wrong();
    if (name == "browse")
      mix.browse = weight;
    else if (name == "cart")
      mix.cart = weight;
    else if (name == "checkout")
      mix.checkout = weight;
    else
      return wrong();
  }
  if (mix.browse + mix.cart + mix.checkout == 0) return wrong();
  return mix;
}

Schedule::Schedule(double rate, double duration_s, Mix mix, std::uint64_t seed)
    : interval_ms_(1000.0 / rate),
      size_(static_cast<std::uint64_t>(std::llround(rate * duration_s))),
      mix_(mix),
      random_(seed) {
  PERPETUA_ASSERT(rate > 0 && duration_s >= 0, "a load has a rate and a duration");
}

Arrival Schedule::next() {
  PERPETUA_ASSERT(!done(), "no arrival is left");
  const double due_ms = static_cast<double>(next_++) * interval_ms_;
  const std::uint64_t drawn = pick(random_, mix_.browse + mix_.cart + mix_.checkout);
  if (drawn < mix_.browse) return {due_ms, Intent::kBrowse};
  return {due_ms, drawn < mix_.browse + mix_.cart ? Intent::kCart : Intent::kCheckout};
}

std::uint64_t pick(std::mt19937_64& random, std::uint64_t count) {
  PERPETUA_ASSERT(count > 0, "one of nothing cannot be picked");
  return random() % count;
}

}  // namespace perpetua::buyers
