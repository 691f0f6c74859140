#include "replication/engine.h"

#include <gtest/gtest.h>

#include "replication/testing.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

const Writer kA{"a", 1};
const Writer kB{"b", 1};
const Writer kC{"c", 1};

void write(TestNetwork& net, const std::string& region, int count) {
  FakeHistory& history = *net[region].history;
  for (int i = 0; i < count; ++i)
    history.write(region + " " + std::to_string(history.appended(history.own_writer()).n + 1));
}

std::uint64_t held(TestNetwork& net, const std::string& region, const Writer& writer) {
  const auto holding = FakeHistory(net[region].disk).holding(writer);
  return holding ? holding->end.n : 0;
}

const PeerStatus& status_of(const std::vector<PeerStatus>& all, const std::string& region) {
  return *std::ranges::find(all, region, &PeerStatus::region);
}

bool remote_now(Engine& engine, std::uint64_t n) {
  std::optional<bool> result;
  detach(engine.wait_remote(n, milliseconds(0)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  return result.value();
}

TEST(Engine, MirrorsFollowTheirOwner) {
  TestNetwork net({"a", "b"});
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
  EXPECT_EQ(net["a"].engine->remote_position(), 5u);
  EXPECT_TRUE(remote_now(*net["a"].engine, 5));
}

TEST(Engine, WaitRemoteEndsWithTheAcknowledgement) {
  TestNetwork net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "a", 1);
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(1, milliseconds(1000)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  EXPECT_FALSE(result);
  net.run();
  EXPECT_EQ(result, true);
}

TEST(Engine, WaitRemoteEndsWithItsTime) {
  TestNetwork net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "a", 1);
  net["a"].history->sync();
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(1, milliseconds(300)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  net.world.advance(milliseconds(299));
  EXPECT_FALSE(result);
  net.world.advance(milliseconds(1));
  EXPECT_EQ(result, false);
}

TEST(Engine, NobodyWaitsWithoutALink) {
  TestNetwork net({"a", "b"});
  net.start_all();
  write(net, "a", 1);
  std::optional<bool> result;
  const auto wait = [&] {
    result.reset();
    detach(net["a"].engine->wait_remote(1, milliseconds(1000)),
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

TEST(Engine, AWaitUnderWayEndsWhenTheLinkDoes) {
  TestNetwork net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "a", 1);
  net["a"].history->sync();
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(1, milliseconds(1000)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  EXPECT_FALSE(result);
  net.cut("a", "b");
  EXPECT_EQ(result, false);
}

TEST(Engine, AHungPeerIsFoundOutWithin700Milliseconds) {
  TestNetwork net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  net.pass(milliseconds(2000));
  EXPECT_TRUE(net["a"].engine->is_connected("b")) << "an idle link stays up";
  net.hang("a", "b");
  write(net, "a", 1);
  std::optional<bool> result;
  detach(net["a"].engine->wait_remote(1, milliseconds(5000)),
         std::move_only_function<void(bool)>([&](bool value) { result = value; }));
  net.world.advance(milliseconds(700));
  EXPECT_EQ(result, false);
  EXPECT_FALSE(net["a"].engine->is_connected("b"));
  EXPECT_NE(status_of(net["a"].engine->status(), "b").why_not.find("nothing was heard"),
            std::string::npos);
}

TEST(Engine, AnAcknowledgementLowerThanBeforeCounts) {
  TestNetwork net({"a", "b"});
  net.start_all();
  write(net, "a", 5);
  net.link("a", "b");
  net.run();
  EXPECT_EQ(net["a"].engine->remote_position(), 5u);
  net.kill("b");
  EXPECT_EQ(net["a"].engine->remote_position(), 5u) << "its disk is still there, for all we know";
  net["b"].disk->logs.clear();
  net["b"].disk->own = {"b", 0};
  net.start("b");
  net.link("a", "b");
  while (!net["a"].engine->is_connected("b")) net.step();
  EXPECT_LT(net["a"].engine->remote_position(), 5u) << "it came back with an empty disk";
  net.run();
  EXPECT_EQ(net["a"].engine->remote_position(), 5u);
}

TEST(Engine, AnyHolderServesAWriterWhoseOwnerIsAway) {
  TestNetwork net({"a", "b", "c"});
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
  EXPECT_EQ(net["a"].engine->acknowledged("c", kA)->end.n, 7u);
  EXPECT_EQ(net["c"].engine->acknowledged("b", kA)->end.n, 7u) << "everybody learns who holds what";
}

TEST(Engine, AcknowledgementsCarryTheAckersOwnPosition) {
  TestNetwork net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  net.run();
  write(net, "b", 3);
  net.run();
  write(net, "a", 1);
  net.run();
  EXPECT_EQ(net["a"].engine->acknowledged("b", kA),
            (Held{{1, net["a"].disk->log(kA).hashes[1]}, 3}));
}

TEST(Engine, ASnapshotBridgesWhatWasTrimmed) {
  TestNetwork net({"a", "b"});
  net.start_all();
  write(net, "a", 3);
  net.link("a", "b");
  net.run();
  net.cut("a", "b");
  write(net, "a", 20);
  net["a"].history->sync();
  net["a"].history->trim(kA, 15, 2);
  net.link("a", "b");
  net.run();
  EXPECT_EQ(net["b"].history->snapshots_installed(), 1u);
  EXPECT_EQ(net["b"].disk->log(kA).rows, net["a"].disk->log(kA).rows);
  write(net, "a", 2);
  net.run();
  EXPECT_EQ(held(net, "b", kA), 25u) << "entries again after the snapshot";
  EXPECT_EQ(net["b"].history->snapshots_installed(), 1u);
}

TEST(Engine, ALargeSnapshotSurvivesItsSource) {
  TestNetwork net({"a", "b", "c"});
  net.options.stream.chunk_bytes = 100;
  net.start_all();
  write(net, "a", 2000);
  net.link("a", "b");
  net.run();
  net["a"].history->trim(kA, 1990, 0);
  net.link("a", "c");
  for (int i = 0; i < 20; ++i) net.step();
  EXPECT_LT(held(net, "c", kA), 2000u);
  net.kill("a");
  net["b"].history->trim(kA, 1500, 0);
  net.link("c", "b");
  net.run();
  EXPECT_EQ(held(net, "c", kA), 2000u);
  EXPECT_EQ(net["c"].disk->log(kA).rows, net["b"].disk->log(kA).rows);
}

TEST(Engine, WhatIsUnderWayIsBounded) {
  TestNetwork net({"a", "b"});
  net.options.stream.window_bytes = 1000;
  net.options.stream.batch_bytes = 100;
  net.start_all();
  write(net, "a", 1000);
  net["a"].history->sync();
  net.link("a", "b");
  std::uint64_t most = 0;
  int steps = 0;
  while (held(net, "b", kA) < 1000 && ++steps < 100'000) {
    net.step();
    most = std::max(most, net["b"].history->appended(kA).n - held(net, "b", kA));
  }
  EXPECT_EQ(held(net, "b", kA), 1000u);
  EXPECT_GT(most, 0u);
  EXPECT_LT(most, 200u);
}

TEST(Engine, LagIsInEntriesAndTime) {
  TestNetwork net({"a", "b"});
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

TEST(Engine, LogsAreTrimmedByWhatEveryRegionHolds) {
  TestNetwork net({"a", "b", "c"});
  net.options.retention = {
      .bytes_max = 1'000'000, .entries_kept = 10, .hashes_kept = 20, .step = 5};
  net.start_all();
  net.link("a", "b");
  net.link("a", "c");
  write(net, "a", 50);
  net.run();
  net.pass(milliseconds(1100));
  EXPECT_EQ(net["a"].history->holding(kA)->first_entry, 41u);
  EXPECT_EQ(net["a"].history->holding(kA)->first_hash, 30u);
  net.cut("a", "c");
  write(net, "a", 50);
  net.run();
  net.pass(milliseconds(1100));
  EXPECT_EQ(net["a"].history->holding(kA)->first_entry, 51u) << "c may need the rest";
  EXPECT_EQ(net["a"].history->holding(kA)->first_hash, 50u);
  EXPECT_EQ(net["b"].history->holding(kA)->first_entry, 1u) << "b never heard of c";
}

TEST(Engine, TheLogForADeadPeerIsCapped) {
  TestNetwork net({"a", "b"});
  net.options.retention = {.bytes_max = 2000, .entries_kept = 10, .hashes_kept = 20, .step = 5};
  net.start_all();
  net.link("a", "b");
  write(net, "a", 10);
  net.run();
  net.kill("b");
  write(net, "a", 1000);
  net.run();
  net.pass(milliseconds(3000));
  EXPECT_LE(net["a"].history->log_bytes(kA), 2000u);
  EXPECT_GT(net["a"].history->log_bytes(kA), 1000u);
  EXPECT_LE(net["a"].history->holding(kA)->first_hash, 10u) << "b must stay comparable";
  net.start("b");
  net.link("a", "b");
  net.run();
  EXPECT_EQ(held(net, "b", kA), 1010u);
  EXPECT_EQ(net["b"].history->snapshots_installed(), 1u);
}

TEST(Engine, SkewIsMeasuredAndHarmless) {
  TestNetwork net({"a", "b"});
  net["b"].clock->skew_ms = 90'000;
  net.start_all();
  net.link("a", "b");
  write(net, "b", 1);
  net.run();
  EXPECT_EQ(status_of(net["a"].engine->status(), "b").skew_ms, 90'000);
  net["b"].clock->skew_ms = -3000;
  net.pass(milliseconds(1000));
  EXPECT_EQ(status_of(net["a"].engine->status(), "b").skew_ms, -3000);
  EXPECT_EQ(status_of(net["b"].engine->status(), "a").skew_ms, 3000);
  EXPECT_EQ(held(net, "a", kB), 1u);
}

}  // namespace
}  // namespace perpetua::replication
