#pragma once
// The real world behind port/world.h: the machine's clocks, the kernel's randomness, timers and
// posting on the loop. All but post() is for the loop's thread.

#include <map>
#include <memory>

#include "port/world.h"

namespace boost::asio {
class io_context;
}

namespace perpetua::server {

class World : public port::Clock, public port::Timers, public port::Random, public port::Executor {
 public:
  /// The loop outlives the world.
  explicit World(boost::asio::io_context& loop);
  ~World() override;

  [[nodiscard]] std::int64_t wall_ms() const override;
  [[nodiscard]] std::int64_t monotonic_ms() const override;
  Id after(std::chrono::milliseconds delay, std::move_only_function<void()> fire) override;
  void cancel(Id id) override;
  [[nodiscard]] std::string bytes(std::size_t size) override;
  void post(std::move_only_function<void()> run) override;

 private:
  struct Alarm;  // the one timer of the loop, set to whichever of ours is next
  void set_alarm();
  void fire_due();

  boost::asio::io_context& loop_;
  std::unique_ptr<Alarm> alarm_;
  std::map<std::pair<std::int64_t, Id>, std::move_only_function<void()>> timers_;  // by due time
  std::map<Id, std::int64_t> due_us_;
  Id last_id_ = 0;
};

}  // namespace perpetua::server
