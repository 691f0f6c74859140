#pragma once
// Whether its disk was rolled back, a region that starts cannot tell by itself: its peers can.
// Until each of them was met, or cannot be reached, or has been waited for long enough, it serves
// reads and takes no writes: what it sold before could be sold again.

#include <chrono>
#include <string>

#include "port/world.h"
#include "replication/engine.h"
#include "store/journal.h"

namespace perpetua::server {

class StartGate {
 public:
  /// For a peer that can be reached, or does not say, and does not meet us.
  static constexpr std::chrono::milliseconds kWaitMax{2000};

  /// Closes the gate. All outlive it.
  StartGate(store::Journal& journal, const replication::Engine& replication, port::Timers& timers);
  /// As stop().
  ~StartGate();
  StartGate(const StartGate&) = delete;
  StartGate& operator=(const StartGate&) = delete;

  /// Why no writes are taken; empty once the gate is open, which it stays.
  [[nodiscard]] const std::string& why_closed() const { return why_closed_; }

  /// Leaves it as it is.
  void stop();

 private:
  void look();

  store::Journal& journal_;
  const replication::Engine& replication_;
  port::Timers& timers_;
  std::string why_closed_;
  std::chrono::milliseconds waited_{0};
  std::optional<port::Timers::Id> timer_;
};

}  // namespace perpetua::server
