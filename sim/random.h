#pragma once
// All chance in the simulator comes from one seed. Each part of it has a stream of its own, named,
// so that leaving out a fault or a client changes no other part's luck. The same numbers on every
// machine and library: xoshiro256** by Blackman and Vigna (2018), seeded by splitmix64.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace perpetua::sim {

class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_(seed) {
    for (std::uint64_t& word : state_) word = split(seed);
  }

  /// A stream that depends on this one's seed and the name alone, not on what was drawn.
  [[nodiscard]] Random stream(std::string_view name, std::uint64_t number = 0) const {
    std::uint64_t mixed = seed_ ^ (number * 0x9e3779b97f4a7c15ULL);
    for (const char c : name)
      mixed = (mixed ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL + (mixed >> 29);
    return Random(split(mixed));
  }

  std::uint64_t next() {
    const auto rotate = [](std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); };
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  /// 0..bound-1. The bias of a remainder is of no consequence here.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// low..high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  /// Of 0..of-1 any but `but`.
  std::uint64_t other_than(std::uint64_t but, std::uint64_t of) {
    return (but + 1 + below(of - 1)) % of;
  }
  bool permille(std::uint64_t chance) { return below(1000) < chance; }
  template <class T>
  const T& any(const std::vector<T>& of) {
    return of[below(of.size())];
  }

 private:
  static std::uint64_t split(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace perpetua::sim
