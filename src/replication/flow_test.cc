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
