#pragma once
// Whether this region can serve: asked by every edge several times a second, so the answer is a
// probe's of at most kMaxAge ago. The probe is a transaction like a buyer's: it reads through the
// store and waits until all that was written before it is durable. A region whose disk hangs, or
// whose commit thread is dead, is not ready from kHungMs after the first write that it cannot keep;
// while nothing is written it can serve all that is asked of it, and the probe writes nothing, for
// what it wrote would be shipped to every other region.

#include <functional>
#include <string>

#include "port/store.h"
#include "port/world.h"

namespace perpetua::server {

class Readiness {
 public:
  static constexpr std::int64_t kMaxAgeMs = 100;
  // A slow fsync is not an outage; one that takes this long is.
  static constexpr std::int64_t kHungMs = 1000;

  /// `why_not` tells what else speaks against serving, or nothing. All outlive it, and it outlives
  /// its probe: destroy it when the loop has ended.
  Readiness(port::Store& store, port::Clock& clock, std::function<std::string()> why_not);

  /// Why this region is not ready; empty when it is. Starts a probe when the last is too old.
  [[nodiscard]] std::string why_not();

  void set_draining() { is_draining_ = true; }

 private:
  Task<void> probe();

  port::Store& store_;
  port::Clock& clock_;
  std::function<std::string()> others_;
  bool is_draining_ = false;
  bool is_probing_ = false;
  std::int64_t started_ms_ = 0;
  std::int64_t done_ms_ = -1;
  std::string failure_ = "the store has not been read yet";
};

}  // namespace perpetua::server
