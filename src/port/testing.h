#pragma once
// A world for unit tests: virtual time that a test moves by hand, seeded randomness, and a queue of
// posted functions. Not thread-safe.

#include <deque>
#include <random>

#include "port/world.h"

namespace perpetua::port {

class TestWorld : public Clock, public Timers, public Random, public Executor {
 public:
  explicit TestWorld(std::uint64_t seed = 1) : random_(seed) {}

  [[nodiscard]] std::int64_t wall_ms() const override { return now_ms_ + skew_ms; }
  [[nodiscard]] std::int64_t monotonic_ms() const override { return now_ms_; }

  Id after(std::chrono::milliseconds delay, std::move_only_function<void()> fire) override {
    const Id id = ++last_id_;
    timers_.emplace(std::pair(now_ms_ + delay.count(), id), std::move(fire));
    return id;
  }
  void cancel(Id id) override {
    std::erase_if(timers_, [id](const auto& timer) { return timer.first.second == id; });
  }

  [[nodiscard]] std::string bytes(std::size_t size) override {
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(random_() & 0xff);
    return out;
  }

  void post(std::move_only_function<void()> run) override { queue_.push_back(std::move(run)); }

  /// Runs what was posted, and what that posts, until nothing is left.
  void drain() {
    while (!queue_.empty()) {
      auto run = std::move(queue_.front());
      queue_.pop_front();
      run();
    }
  }

  /// Moves time on by `delay`, firing timers in their order and draining after each.
  void advance(std::chrono::milliseconds delay) {
    const std::int64_t until = now_ms_ + delay.count();
    drain();
    while (!timers_.empty() && timers_.begin()->first.first <= until) {
      auto node = timers_.extract(timers_.begin());
      now_ms_ = std::max(now_ms_, node.key().first);
      node.mapped()();
      drain();
    }
    now_ms_ = until;
  }

  std::int64_t skew_ms = 1'700'000'000'000;

 private:
  std::int64_t now_ms_ = 0;
  Id last_id_ = 0;
  std::map<std::pair<std::int64_t, Id>, std::move_only_function<void()>> timers_;
  std::deque<std::move_only_function<void()>> queue_;
  std::mt19937_64 random_;
};

}  // namespace perpetua::port
