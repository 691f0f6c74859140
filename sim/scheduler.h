#pragma once
// Virtual time: events in order, one at a time, on one thread. An event may belong to a process: it
// waits while that hangs and is dropped when that has died.

#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace perpetua::sim {

/// Microseconds since the run began.
using Micros = std::int64_t;
inline constexpr Micros kMillisecond = 1000;
inline constexpr Micros kSecond = 1000 * kMillisecond;

class Scheduler {
 public:
  using Run = std::move_only_function<void()>;
  using Id = std::uint64_t;

  /// A process, from its start to its end.
  struct Owner {
    bool is_alive = true;
    bool is_hung = false;
  };

  [[nodiscard]] Micros now() const { return now_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }

  /// `owner` outlives the scheduler, or is null: the world's own. Of one time, in the order given.
  Id at(Micros when, const Owner* owner, Run run);
  Id after(Micros delay, const Owner* owner, Run run) {
    return at(now_ + delay, owner, std::move(run));
  }
  /// Nothing happens when it has run already.
  void cancel(Id id);

  /// Runs the next event that is due by `until`; false when there is none, and then it is `until`.
  bool step(Micros until);

  /// Its events waited while it hung.
  void resume(const Owner& owner);

 private:
  struct Event {
    Id id;
    const Owner* owner;
    Run run;
  };
  using Key = std::pair<Micros, std::uint64_t>;

  Id put(Micros when, Event event);

  Micros now_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t order_ = 0;
  Id last_id_ = 0;
  std::map<Key, Event> queue_;
  std::unordered_map<Id, Key> keys_;
  std::map<const Owner*, std::vector<Event>> held_;
};

}  // namespace perpetua::sim
