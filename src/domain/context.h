#pragma once
// The ports that the rules run on, handed to each service. The ports outlive the services.

#include "port/peers.h"
#include "port/store.h"
#include "port/world.h"

namespace perpetua::domain {

struct Context {
  port::Store& store;
  port::Peers& peers;
  port::Clock& clock;
  port::Timers& timers;
};

}  // namespace perpetua::domain
