#include "store/position_waits.h"

#include "base/simulation.h"

namespace perpetua::store {

/// Leaves nothing behind, neither in the map nor in the timers, however its frame ends.
class PositionWaits::Wait {
 public:
  Wait(PositionWaits& waits, const Position& wanted, std::chrono::milliseconds timeout)
      : wanted_(wanted), waits_(waits), id_(++waits.last_id_) {
    waits_.waits_.emplace(id_, this);
    timer_ = waits_.timers_.after(timeout, [this] { tell(false); });
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() { leave(); }

  [[nodiscard]] bool is_satisfied(const Position& position) const {
    return covers(position, wanted_);
  }
  /// The waiter goes on, and this is gone, before it returns.
  void tell(bool is_reached) {
    leave();
    told.set(is_reached);
  }

  Promise<bool> told;

 private:
  void leave() {
    if (waits_.waits_.erase(id_) > 0) waits_.timers_.cancel(timer_);
  }

  const Position& wanted_;
  PositionWaits& waits_;
  std::uint64_t id_;
  port::Timers::Id timer_ = 0;
};

Task<bool> PositionWaits::wait(Position wanted, std::chrono::milliseconds timeout) {
  if (timeout.count() <= 0 || waits_.size() >= kWaitsMax) co_return false;
  if (PERPETUA_RARE(position_wait_refused)) co_return false;
  Wait wait(*this, wanted, timeout);
  const bool is_reached = co_await wait.told;
  co_return is_reached;
}

void PositionWaits::moved(const Position& position) {
  // Those who go on may wait again or make others leave: look anew each time, upwards.
  std::uint64_t last = 0;
  for (auto at = waits_.begin(); at != waits_.end(); at = waits_.upper_bound(last)) {
    last = at->first;
    if (at->second->is_satisfied(position)) at->second->tell(true);
  }
}

void PositionWaits::close() {
  const std::uint64_t last = last_id_;
  while (!waits_.empty() && waits_.begin()->first <= last) waits_.begin()->second->tell(false);
}

}  // namespace perpetua::store
