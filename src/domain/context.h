#pragma once
// The ports that the rules run on, handed to each service. The ports outlive the services.

#include <chrono>

#include "port/peers.h"
#include "port/store.h"
#include "port/world.h"

namespace perpetua::domain {

/// How long the answer to a write waits for another region to hold it (design section 4).
inline constexpr std::chrono::milliseconds kRemoteTimeout{1000};

struct Context {
  port::Store& store;
  port::Peers& peers;
  port::Clock& clock;
  port::Timers& timers;
};

}  // namespace perpetua::domain
