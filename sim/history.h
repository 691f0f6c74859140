#pragma once
// All that happens in a run, in order: a hash over every bit of it, so that two runs can be told to
// be the same, and for people the lines of a timeline.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scheduler.h"

namespace perpetua::sim {

/// The column of a line.
inline constexpr std::size_t kWorld = ~std::size_t{0};

struct Line {
  Micros at;
  std::size_t region;  // or kWorld
  std::string text;
  bool is_fault;
};

class History {
 public:
  explicit History(bool keeps_lines) : keeps_lines_(keeps_lines) {}

  /// For the hash alone.
  void bytes(std::string_view bytes);
  void number(std::uint64_t number);

  /// For both. `text` is only called when lines are kept, and says no more than the hash knows.
  void line(Micros at, std::size_t region, std::string_view what,
            const std::function<std::string()>& text, bool is_fault = false);

  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] bool keeps_lines() const { return keeps_lines_; }
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  bool keeps_lines_;
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::vector<Line> lines_;
};

}  // namespace perpetua::sim
