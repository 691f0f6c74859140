#pragma once
// Those who wait for a position, each with a limit in time; and at most kWaitsMax of them.

#include <chrono>
#include <map>

#include "base/task.h"
#include "base/writer.h"
#include "port/world.h"

namespace perpetua::store {

inline constexpr std::size_t kWaitsMax = 4096;

class PositionWaits {
 public:
  explicit PositionWaits(port::Timers& timers) : timers_(timers) {}
  PositionWaits(const PositionWaits&) = delete;
  PositionWaits& operator=(const PositionWaits&) = delete;

  /// Whether moved() says within `timeout` that `wanted` is reached; false at once when too many
  /// wait already.
  [[nodiscard]] Task<bool> wait(Position wanted, std::chrono::milliseconds timeout);

  void moved(const Position& position);
  /// Tells everybody false.
  void close();

 private:
  class Wait;
  port::Timers& timers_;
  std::map<std::uint64_t, Wait*> waits_;
  std::uint64_t last_id_ = 0;
};

}  // namespace perpetua::store
