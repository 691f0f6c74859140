#include "server/world.h"

#include <sodium.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace perpetua::server {
namespace {

namespace asio = boost::asio;

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

struct World::Alarm {
  explicit Alarm(asio::io_context& loop) : timer(loop) {}
  asio::steady_timer timer;
  std::int64_t set_for_us = std::numeric_limits<std::int64_t>::max();
};

World::World(asio::io_context& loop) : loop_(loop), alarm_(std::make_unique<Alarm>(loop)) {}
World::~World() = default;

std::int64_t World::wall_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t World::monotonic_ms() const {
  return now_us() / 1000;
}

World::Id World::after(std::chrono::milliseconds delay, std::move_only_function<void()> fire) {
  const Id id = ++last_id_;
  const std::int64_t due_us =
      now_us() + std::max<std::int64_t>(0, std::chrono::microseconds(delay).count());
  timers_.emplace(std::pair(due_us, id), std::move(fire));
  due_us_.emplace(id, due_us);
  set_alarm();
  return id;
}

void World::cancel(Id id) {
  const auto found = due_us_.find(id);
  if (found == due_us_.end()) return;
  timers_.erase({found->second, id});
  due_us_.erase(found);
  // The alarm stays set: it finds nothing due, which is cheaper than setting it again. But a loop
  // that has nothing else to do ends, and is not kept by it.
  if (timers_.empty()) {
    alarm_->timer.cancel();
    alarm_->set_for_us = std::numeric_limits<std::int64_t>::max();
  }
}

void World::set_alarm() {
  if (timers_.empty()) return;
  const std::int64_t next_us = timers_.begin()->first.first;
  if (next_us >= alarm_->set_for_us) return;
  alarm_->set_for_us = next_us;
  alarm_->timer.expires_at(
      std::chrono::steady_clock::time_point(std::chrono::microseconds(next_us)));
  alarm_->timer.async_wait([this](const boost::system::error_code& replaced) {
    if (!replaced) fire_due();
  });
}

void World::fire_due() {
  alarm_->set_for_us = std::numeric_limits<std::int64_t>::max();
  const std::int64_t now = now_us();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    auto node = timers_.extract(timers_.begin());
    due_us_.erase(node.key().second);
    node.mapped()();
  }
  set_alarm();
}

std::string World::bytes(std::size_t size) {
  std::string out(size, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

void World::post(std::move_only_function<void()> run) {
  asio::post(loop_, [run = std::move(run)]() mutable { run(); });
}

}  // namespace perpetua::server
