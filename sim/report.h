#pragma once
// What a series of runs says at its end, and while it goes on.

#include <chrono>
#include <string>

#include "sim/fleet.h"

namespace perpetua::sim {

class Summary {
 public:
  void add(const Finished& finished);

  [[nodiscard]] std::uint64_t seeds() const { return seeds_; }
  /// A line that is printed over and over.
  [[nodiscard]] std::string progress() const;
  [[nodiscard]] std::string text() const;
  /// One JSON object.
  [[nodiscard]] std::string json(bool has_failed, const std::string& failure) const;
  /// Rare points and paths that no run has reached.
  [[nodiscard]] std::vector<std::string> unreached() const;

 private:
  [[nodiscard]] double seconds() const;

  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::uint64_t seeds_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t crashes_ = 0;
  std::uint64_t orders_tried_ = 0;
  std::uint64_t orders_taken_ = 0;
  Micros virtual_time_ = 0;
  std::map<std::string, std::uint64_t> faults_;
  std::map<std::string, std::uint64_t> reached_;
  std::map<std::string, std::uint64_t> workloads_;
};

/// The options that make this plan again, from its seed.
[[nodiscard]] std::string replay_options(const Wanted& wanted, std::uint64_t seed);

}  // namespace perpetua::sim
