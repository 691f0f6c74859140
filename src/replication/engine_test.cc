#include "replication/engine.h"

#include <gtest/gtest.h>

#include "replication/stores_testing.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

bool remote_now(Engine& engine, std::uint64_t n) {
  std::optional<bool> result;
  detach(engine.wait_remote(n, milliseconds(0)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  return result.value();
}

template <class Store>
class EngineTest : public ::testing::Test {};
TYPED_TEST_SUITE(EngineTest, Stores, StoreNames);

TYPED_TEST(EngineTest, MirrorsFollowTheirOwner) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  write(net, "a", 3);
  net.link("a", "b");
  net.run();
  EXPECT_EQ(held(net, "b", kA), 3u);
  write(net, "a", 2);
  write(net, "b", 4);
  net.run();
  EXPECT_EQ(held(net, "b", kA), 5u);
  EXPECT_EQ(held(net, "a", kB), 4u);
  EXPECT_EQ(net["a"].engine->remote_position(), entry(net, 5));
  EXPECT_TRUE(remote_now(*net["a"].engine, entry(net, 5)));
}

TYPED_TEST(EngineTest, WaitRemoteEndsWithTheAcknowledgement) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "a", 1);
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(entry(net, 1), milliseconds(1000)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  EXPECT_FALSE(result);
  net.run();
  EXPECT_EQ(result, true);
}

TYPED_TEST(EngineTest, WaitRemoteEndsWithItsTime) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "a", 1);
  sync(net, "a");
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(entry(net, 1), milliseconds(300)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  net.world.advance(milliseconds(299));
  EXPECT_FALSE(result);
  net.world.advance(milliseconds(1));
  EXPECT_EQ(result, false);
}

TYPED_TEST(EngineTest, NobodyWaitsWithoutALink) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  write(net, "a", 1);
  std::optional<bool> result;
  const auto wait = [&] {
    result.reset();
    detach(net["a"].engine->wait_remote(entry(net, 1), milliseconds(1000)),
           std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  };
  wait();
  EXPECT_EQ(result, false);
  net.link("a", "b");
  net.run();
  net.cut("a", "b");
  write(net, "a", 1);
  wait();
  EXPECT_EQ(result, true) << "b holds entry 1, linked or not";
}

TYPED_TEST(EngineTest, AWaitUnderWayEndsWhenTheLinkDoes) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "a", 1);
  sync(net, "a");
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(entry(net, 1), milliseconds(1000)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  EXPECT_FALSE(result);
  net.cut("a", "b");
  EXPECT_EQ(result, false);
}

TYPED_TEST(EngineTest, AHungPeerIsFoundOutWithin700Milliseconds) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  net.pass(milliseconds(2000));
  EXPECT_TRUE(net["a"].engine->is_connected("b")) << "an idle link stays up";
  net.hang("a", "b");
  write(net, "a", 1);
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(entry(net, 1), milliseconds(5000)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  net.world.advance(milliseconds(700));
  EXPECT_EQ(result, false);
  EXPECT_FALSE(net["a"].engine->is_connected("b"));
  EXPECT_NE(status_of(net["a"].engine->status(), "b").why_not.find("nothing was heard"),
            std::string::npos);
}

TYPED_TEST(EngineTest, AnAcknowledgementLowerThanBeforeCounts) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  write(net, "a", 5);
  net.link("a", "b");
  net.run();
  EXPECT_EQ(net["a"].engine->remote_position(), entry(net, 5));
  net.kill("b");
  EXPECT_EQ(net["a"].engine->remote_position(), entry(net, 5))
      << "its disk is still there, for all we know";
  net["b"].store.wipe();
  net.start("b");
  net.link("a", "b");
  while (!net["a"].engine->is_connected("b")) net.step();
  EXPECT_LT(net["a"].engine->remote_position(), entry(net, 5)) << "it came back with an empty disk";
  net.run();
  EXPECT_EQ(net["a"].engine->remote_position(), entry(net, 5));
}

TYPED_TEST(EngineTest, AnyHolderServesAWriterWhoseOwnerIsAway) {
  TestNetwork<TypeParam> net({"a", "b", "c"});
  net.start_all();
  write(net, "a", 4);
  net.link("a", "b");
  net.run();
  net.kill("a");
  net.link("b", "c");
  net.run();
  EXPECT_EQ(held(net, "c", kA), 4u);
  EXPECT_EQ(net["c"].engine->source(kA), "b");
  net.start("a");
  net.link("a", "c");
  net.run();
  EXPECT_EQ(net["c"].engine->source(kA), "a") << "the owner is preferred";
  write(net, "a", 3);
  net.run();
  EXPECT_EQ(held(net, "c", kA), 7u);
  EXPECT_EQ(held(net, "b", kA), 7u) << "by way of c";
  EXPECT_EQ(net["a"].engine->acknowledged("c", kA)->end.n, entry(net, 7));
  EXPECT_EQ(net["c"].engine->acknowledged("b", kA)->end.n, entry(net, 7))
      << "everybody learns who holds what";
}

TYPED_TEST(EngineTest, AcknowledgementsCarryTheAckersOwnPosition) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "b", 3);
  net.run();
  write(net, "a", 1);
  net.run();
  EXPECT_EQ(net["a"].engine->acknowledged("b", kA),
            (Held{net["a"].store.history().holding(kA)->end, entry(net, 3)}));
}

TYPED_TEST(EngineTest, LagIsInEntriesAndTime) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "a", 2);
  net.run();
  net.pass(milliseconds(500));
  EXPECT_EQ(status_of(net["a"].engine->status(), "b").lag_entries, 0u);
  EXPECT_EQ(status_of(net["a"].engine->status(), "b").lag_ms, 0);
  net.cut("a", "b");
  write(net, "a", 1);
  net.run();
  net.pass(milliseconds(400));
  write(net, "a", 2);
  net.run();
  net.pass(milliseconds(100));
  const auto status = net["a"].engine->status();
  EXPECT_FALSE(status_of(status, "b").connected);
  EXPECT_EQ(status_of(status, "b").why_not, "the link was cut");
  EXPECT_EQ(status_of(status, "b").lag_entries, 3u);
  EXPECT_EQ(status_of(status, "b").lag_ms, 500);
}

TYPED_TEST(EngineTest, SkewIsMeasuredAndHarmless) {
  TestNetwork<TypeParam> net({"a", "b"});
  net["b"].clock.skew_ms = 90'000;
  net.start_all();
  net.link("a", "b");
  write(net, "b", 1);
  net.run();
  EXPECT_EQ(status_of(net["a"].engine->status(), "b").skew_ms, 90'000);
  net["b"].clock.skew_ms = -3000;
  net.pass(milliseconds(1000));
  EXPECT_EQ(status_of(net["a"].engine->status(), "b").skew_ms, -3000);
  EXPECT_EQ(status_of(net["b"].engine->status(), "a").skew_ms, 3000);
  EXPECT_TRUE(status_of(net["a"].engine->status(), "b").clock_is_off);
  net["b"].clock.skew_ms = kSkewMaxMs;
  net.pass(milliseconds(1000));
  EXPECT_FALSE(status_of(net["a"].engine->status(), "b").clock_is_off);
  const auto told = [&](const std::string& words) {
    return std::ranges::count_if(net["a"].log, [&](const std::string& line) {
      return line.find(words) != std::string::npos;
    });
  };
  EXPECT_EQ(told("ms apart, more than the 500"), 1) << "when it crosses the line, not at each tick";
  EXPECT_EQ(told("ms apart, no more than the 500"), 1);
  EXPECT_EQ(held(net, "a", kB), 1u);
}

TYPED_TEST(EngineTest, APeerIsTriedOnceItWasMetOrCouldNotBeReached) {
  TestNetwork<TypeParam> net({"a", "b", "c"});
  net.start_all();
  EXPECT_FALSE(net["a"].engine->has_tried_all_peers());
  net.link("a", "b");
  net.run();
  EXPECT_FALSE(net["a"].engine->has_tried_all_peers());
  net["a"].engine->unreachable("c", "connection refused");
  EXPECT_TRUE(net["a"].engine->has_tried_all_peers());
}

}  // namespace
}  // namespace perpetua::replication
