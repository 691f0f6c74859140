// How histories flow: bounded by what was acknowledged, by snapshot where entries were trimmed, and
// how much of them is kept.

#include <gtest/gtest.h>

#include "replication/stores_testing.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

template <class Store>
class FlowTest : public ::testing::Test {};
TYPED_TEST_SUITE(FlowTest, Stores, StoreNames);

TYPED_TEST(FlowTest, ASnapshotBridgesWhatWasTrimmed) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.start_all();
  write(net, "a", 3);
  net.link("a", "b");
  net.run();
  net.cut("a", "b");
  write(net, "a", 20);
  sync(net, "a");
  net["a"].store.history().trim(kA, entry(net, 15), 2);
  net.link("a", "b");
  net.run();
  EXPECT_TRUE(took_snapshot(net, "b", kA));
  EXPECT_EQ(net["b"].store.rows(kA), net["a"].store.rows(kA));
  const std::uint64_t first_entry = net["b"].store.history().holding(kA)->first_entry;
  write(net, "a", 2);
  net.run();
  EXPECT_EQ(held(net, "b", kA), 25u);
  EXPECT_EQ(net["b"].store.history().holding(kA)->first_entry, first_entry)
      << "entries again after the snapshot";
}

TYPED_TEST(FlowTest, ALargeSnapshotSurvivesItsSource) {
  TestNetwork<TypeParam> net({"a", "b", "c"});
  net.options.stream.chunk_bytes = 100;
  net.start_all();
  write(net, "a", 2000);
  net.link("a", "b");
  net.run();
  net["a"].store.history().trim(kA, entry(net, 1990), 0);
  net.link("a", "c");
  for (int i = 0; i < 20; ++i) net.step();
  EXPECT_LT(held(net, "c", kA), 2000u);
  net.kill("a");
  net["b"].store.history().trim(kA, entry(net, 1500), 0);
  net.link("c", "b");
  net.run();
  EXPECT_EQ(held(net, "c", kA), 2000u);
  EXPECT_EQ(net["c"].store.rows(kA), net["b"].store.rows(kA));
}

TYPED_TEST(FlowTest, WhatIsUnderWayIsBounded) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.options.stream.window_bytes = 1000;
  net.options.stream.batch_bytes = 100;
  net.start_all();
  write(net, "a", 1000);
  sync(net, "a");
  net.link("a", "b");
  std::uint64_t most = 0;
  int steps = 0;
  while (held(net, "b", kA) < 1000 && ++steps < 100'000) {
    net.step();
    most = std::max(most, net["b"].store.history().appended(kA).n -
                              net["b"].store.history().holding(kA).value_or(port::Holding{}).end.n);
  }
  EXPECT_EQ(held(net, "b", kA), 1000u);
  EXPECT_GT(most, 0u);
  EXPECT_LT(most, 200u);
}

TYPED_TEST(FlowTest, ADiskThatLagsIsWaitedFor) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.options.stream.chunk_bytes = 100;
  net.start_all();
  write(net, "a", 500);
  sync(net, "a");
  net["a"].store.history().trim(kA, entry(net, 400), 0);
  net["b"].disk_hangs = true;
  net.link("a", "b");
  net.run();
  EXPECT_TRUE(net["a"].engine->is_connected("b"));
  EXPECT_EQ(held(net, "b", kA), 0u);
  net["b"].disk_hangs = false;
  net.run();
  EXPECT_EQ(net["b"].store.rows(kA), net["a"].store.rows(kA));
}

/// What the disk of b has not written yet while a snapshot of 500 entries comes in.
TEST(Flow, OfASnapshotAFewChunksAreAheadOfTheDisk) {
  TestNetwork<FakeStore> net({"a", "b"});
  net.options.stream.chunk_bytes = 100;
  net.start_all();
  write(net, "a", 500);
  sync(net, "a");
  net["a"].store.history().trim(kA, 400, 0);
  net["b"].disk_hangs = true;
  net.link("a", "b");
  net.run();
  EXPECT_EQ(net["b"].store.history().pending(), net.options.stream.chunks_ahead);
  net["b"].disk_hangs = false;
  net.run();
  EXPECT_EQ(held(net, "b", kA), 500u);
}

TEST(Flow, WhatTheDiskHasNoRoomForIsKept) {
  for (const bool by_snapshot : {false, true}) {
    TestNetwork<FakeStore> net({"a", "b"});
    net.options.stream.chunk_bytes = 100;
    net.start_all();
    write(net, "a", 500);
    sync(net, "a");
    if (by_snapshot) net["a"].store.history().trim(kA, 400, 0);
    net["b"].disk_hangs = true;
    net["b"].store.history().pending_max = 2;
    net.link("a", "b");
    net.run();
    net.pass(milliseconds(2000));
    EXPECT_EQ(net["b"].store.history().pending(), 2u);
    EXPECT_TRUE(net["a"].engine->is_connected("b"));
    net["b"].disk_hangs = false;
    net.run();
    EXPECT_EQ(net["b"].store.rows(kA), net["a"].store.rows(kA));
    EXPECT_EQ(net["b"].log.size(), 1u) << net["b"].log.back();
  }
}

TEST(Flow, WhatTheStoreRefusesStopsItsWriterAndNotTheLink) {
  TestNetwork<FakeStore> net({"a", "b"});
  net.start_all();
  net.link("a", "b");
  write(net, "a", 2);
  net.run();
  net["a"].store.write(FakeHistory::kUnreadable);
  write(net, "a", 1);
  write(net, "b", 1);
  net.pass(milliseconds(5000));
  EXPECT_EQ(held(net, "b", kA), 2u);
  EXPECT_EQ(held(net, "a", kB), 1u);
  EXPECT_EQ(seen_by(*net["b"].engine, "a", kA)->state(), "refused here");
  EXPECT_EQ(std::ranges::count_if(net["b"].log,
                                  [](const std::string& line) {
                                    return line.find("cannot be stored here") != std::string::npos;
                                  }),
            1);
  EXPECT_TRUE(net["a"].engine->is_connected("b"));
  EXPECT_TRUE(net["a"].store.history().stopped_because().empty());
}

TYPED_TEST(FlowTest, LogsAreTrimmedByWhatEveryRegionHolds) {
  TestNetwork<TypeParam> net({"a", "b", "c"});
  net.options.retention = {
      .bytes_max = 1'000'000, .entries_kept = 10, .hashes_kept = 20, .step = 5};
  net.start_all();
  net.link("a", "b");
  net.link("a", "c");
  write(net, "a", 50);
  net.run();
  net.pass(milliseconds(1100));
  EXPECT_EQ(net["a"].store.history().holding(kA)->first_entry, entry(net, 41));
  EXPECT_EQ(net["a"].store.history().holding(kA)->first_hash, entry(net, 30));
  net.cut("a", "c");
  write(net, "a", 50);
  net.run();
  net.pass(milliseconds(1100));
  EXPECT_EQ(net["a"].store.history().holding(kA)->first_entry, entry(net, 51))
      << "c may need the rest";
  EXPECT_EQ(net["a"].store.history().holding(kA)->first_hash, entry(net, 50));
  EXPECT_EQ(net["b"].store.history().holding(kA)->first_entry, 1u) << "b never heard of c";
}

TYPED_TEST(FlowTest, TheLogForADeadPeerIsCapped) {
  TestNetwork<TypeParam> net({"a", "b"});
  net.options.retention = {.bytes_max = 2000, .entries_kept = 10, .hashes_kept = 20, .step = 5};
  net.start_all();
  net.link("a", "b");
  write(net, "a", 10);
  net.run();
  net.kill("b");
  write(net, "a", 1000);
  net.run();
  net.pass(milliseconds(3000));
  EXPECT_LE(net["a"].store.history().log_bytes(kA), 2000u);
  EXPECT_GT(net["a"].store.history().log_bytes(kA), 1000u);
  EXPECT_LE(net["a"].store.history().holding(kA)->first_hash, entry(net, 10))
      << "b must stay comparable";
  net.start("b");
  net.link("a", "b");
  net.run();
  EXPECT_EQ(held(net, "b", kA), 1010u);
  EXPECT_TRUE(took_snapshot(net, "b", kA));
}

}  // namespace
}  // namespace perpetua::replication
