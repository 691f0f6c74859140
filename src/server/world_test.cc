#include "server/world.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

namespace perpetua::server {
namespace {

using namespace std::chrono_literals;

TEST(World, FiresInOrderOnceAndUnlessCancelled) {
  boost::asio::io_context loop;
  World world(loop);
  std::string fired;
  world.after(20ms, [&] { fired += 'c'; });
  const auto cancelled = world.after(15ms, [&] { fired += 'x'; });
  world.after(10ms, [&] {
    fired += 'b';
    world.cancel(cancelled);
    world.after(-1ms, [&] { fired += '!'; });
  });
  world.after(0ms, [&] { fired += 'a'; });
  const std::int64_t began = world.monotonic_ms();
  loop.run();
  EXPECT_EQ(fired, "ab!c");
  EXPECT_GE(world.monotonic_ms() - began, 19);
  world.cancel(cancelled);
}

TEST(World, DoesNotKeepALoopForWhatWasCancelled) {
  boost::asio::io_context loop;
  World world(loop);
  bool fired = false;
  const auto late = world.after(1h, [&] { fired = true; });
  world.after(0ms, [&] { world.cancel(late); });
  loop.run_for(1min);
  EXPECT_TRUE(loop.stopped());
  EXPECT_FALSE(fired);
  world.after(0ms, [&] { fired = true; });
  loop.restart();
  loop.run();
  EXPECT_TRUE(fired);
}

TEST(World, RunsWhatOtherThreadsPost) {
  boost::asio::io_context loop;
  World world(loop);
  std::thread::id ran_on;
  std::thread other([&] { world.post([&] { ran_on = std::this_thread::get_id(); }); });
  other.join();
  loop.run();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(World, IsUnpredictable) {
  boost::asio::io_context loop;
  World world(loop);
  EXPECT_NE(world.bytes(16), world.bytes(16));
  EXPECT_GT(world.wall_ms(), 1'700'000'000'000);
}

}  // namespace
}  // namespace perpetua::server
