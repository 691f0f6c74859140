#pragma once
// A region's machine as a process on it sees it: clocks that are wrong, timers, randomness. It
// outlives the processes; what belongs to a process ends with that.

#include <cmath>

#include "port/world.h"
#include "sim/random.h"
#include "sim/scheduler.h"

namespace perpetua::sim {

/// How a machine's clock differs from the world's time.
struct ClockError {
  std::int64_t skew_ms = 0;    // of the wall; a jump changes it
  std::int64_t drift_ppm = 0;  // both clocks run fast by so much
};

class Machine : public port::Clock,
                public port::Timers,
                public port::Random,
                public port::Executor {
 public:
  Machine(Scheduler& scheduler, sim::Random random) : scheduler_(scheduler), random_(random) {}

  /// Timers and posted functions belong to `owner` from now on.
  void run_for(const Scheduler::Owner& owner) { owner_ = &owner; }

  [[nodiscard]] std::int64_t wall_ms() const override {
    return kEpochMs + monotonic_ms() + clock.skew_ms;
  }
  [[nodiscard]] std::int64_t monotonic_ms() const override {
    const Micros now = scheduler_.now();
    return (now + now / 1'000'000 * clock.drift_ppm) / kMillisecond;
  }

  Id after(std::chrono::milliseconds delay, std::move_only_function<void()> fire) override {
    // One tick late rather than early: a timer never fires before its time by the machine's clock.
    const Micros real = std::max<Micros>(0, delay.count()) * kMillisecond;
    const Micros drifted = real - real / 1'000'000 * clock.drift_ppm;
    return scheduler_.after(drifted + kMillisecond / 2, owner_, std::move(fire));
  }
  void cancel(Id id) override { scheduler_.cancel(id); }

  [[nodiscard]] std::string bytes(std::size_t size) override {
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(random_.next() & 0xff);
    return out;
  }

  void post(std::move_only_function<void()> run) override {
    scheduler_.after(random_.between(1, 50), owner_, std::move(run));
  }

  ClockError clock;

 private:
  static constexpr std::int64_t kEpochMs = 1'700'000'000'000;

  Scheduler& scheduler_;
  sim::Random random_;
  const Scheduler::Owner* owner_ = nullptr;
};

}  // namespace perpetua::sim
