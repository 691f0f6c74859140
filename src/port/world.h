#pragma once
// What the rules need of the world besides the store: time, timers and randomness. perpetuad has
// the real ones (server/), the simulator virtual ones, unit tests those in port/testing.h.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/task.h"

namespace perpetua::port {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970 by the machine's clock: skewed, drifting, may jump. For people and for
  /// versions; no rule's correctness hangs on it.
  [[nodiscard]] virtual std::int64_t wall_ms() const = 0;
  /// Milliseconds from some start, never going back: for waits.
  [[nodiscard]] virtual std::int64_t monotonic_ms() const = 0;
};

class Timers {
 public:
  using Id = std::uint64_t;
  virtual ~Timers() = default;
  /// Calls `fire` once, from the loop, not before `delay` has passed, unless cancelled.
  virtual Id after(std::chrono::milliseconds delay, std::move_only_function<void()> fire) = 0;
  /// Nothing happens when it has fired already.
  virtual void cancel(Id id) = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  /// `size` bytes, unpredictable in perpetuad.
  [[nodiscard]] virtual std::string bytes(std::size_t size) = 0;
};

/// Runs functions on the one thread that all ports are called on. post() alone may be called from
/// any thread.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void post(std::move_only_function<void()> run) = 0;
};

/// Waits without blocking the thread.
[[nodiscard]] Task<void> sleep(Timers& timers, std::chrono::milliseconds delay);

}  // namespace perpetua::port
