#include "port/world.h"

namespace perpetua::port {

Task<void> sleep(Timers& timers, std::chrono::milliseconds delay) {
  Promise<bool> passed;
  timers.after(delay, [&passed] { passed.set(true); });
  co_await passed;
}

}  // namespace perpetua::port
