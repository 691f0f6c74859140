#include "server/start_gate.h"

namespace perpetua::server {
namespace {

constexpr std::chrono::milliseconds kLookEvery{10};

}  // namespace

StartGate::StartGate(store::Journal& journal, const replication::Engine& replication,
                     port::Timers& timers)
    : journal_(journal),
      replication_(replication),
      timers_(timers),
      why_closed_(
          "this region has just started, and takes no writes until it has met the others, "
          "for they know whether its disk is whole: at most two seconds") {
  journal_.hold_writes(why_closed_);
  look();
}

StartGate::~StartGate() {
  stop();
}

void StartGate::stop() {
  if (timer_) timers_.cancel(*std::exchange(timer_, std::nullopt));
}

void StartGate::look() {
  timer_.reset();
  if (replication_.has_tried_all_peers() || waited_ >= kWaitMax) {
    why_closed_.clear();
    return journal_.hold_writes({});
  }
  waited_ += kLookEvery;
  timer_ = timers_.after(kLookEvery, [this] { look(); });
}

}  // namespace perpetua::server
