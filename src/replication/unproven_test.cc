// What cannot be proven: ignorance between mirrors, which ends when it can, and an owner that only
// stops for it when nothing explains it (docs/adr/0004-unproven-stops.md).

#include <gtest/gtest.h>

#include "replication/stores_testing.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

/// Of what region `here` thinks of `there`'s copy.
template <class Store>
std::string_view state(TestNetwork<Store>& net, const std::string& here, const std::string& there,
                       const Writer& writer) {
  const auto seen = seen_by(*net[here].engine, there, writer);
  return seen ? seen->state() : "unheard";
}

template <class Store>
class UnprovenTest : public ::testing::Test {};
TYPED_TEST_SUITE(UnprovenTest, Stores, StoreNames);

/// b holds 6 of a's 20 entries and is alone with c, which has all of them by a snapshot, and knows
/// the hashes from the 5th on.
template <class Store>
void leave_b_and_c(TestNetwork<Store>& net) {
  net.start_all();
  write(net, "a", 6);
  net.link("a", "b");
  net.run();
  net.cut("a", "b");
  write(net, "a", 14);
  net.run();
  net["a"].store.history().trim(kA, entry(net, 19), entry(net, 5));
  net.link("a", "c");
  net.run();
  ASSERT_TRUE(took_snapshot(net, "c", kA));
  net.kill("a");
}

TYPED_TEST(UnprovenTest, AMirrorThatTookASnapshotServesWhomItsSourceCouldServe) {
  TestNetwork<TypeParam> net({"a", "b", "c"});
  leave_b_and_c(net);
  net.link("b", "c");
  net.run();
  EXPECT_EQ(held(net, "b", kA), 20u);
  EXPECT_EQ(net["b"].store.rows(kA), net["c"].store.rows(kA));
}

TYPED_TEST(UnprovenTest, MirrorsThatCannotProveJudgeAgainWhenOneMovesOn) {
  TestNetwork<TypeParam> net({"a", "b", "c"});
  leave_b_and_c(net);
  net["c"].store.history().trim(kA, entry(net, 20), entry(net, 8));
  net.link("b", "c");
  net.run();
  EXPECT_EQ(held(net, "b", kA), 6u);
  EXPECT_EQ(state(net, "b", "c", kA), "cannot prove");
  EXPECT_EQ(state(net, "c", "b", kA), "cannot prove");
  EXPECT_EQ(net["c"].engine->acknowledged("b", kA)->end.n, 0u) << "nothing that counts";
  // It is a's history that they cannot compare, not theirs.
  EXPECT_TRUE(net["b"].store.history().stopped_because().empty());
  EXPECT_TRUE(net["c"].store.history().stopped_because().empty());

  net.start("a");
  net.link("a", "b");
  net.run();
  EXPECT_EQ(held(net, "b", kA), 20u);
  EXPECT_EQ(state(net, "b", "c", kA), "in step");
  EXPECT_EQ(state(net, "c", "b", kA), "in step");
  EXPECT_EQ(net["c"].engine->acknowledged("b", kA)->end.n, entry(net, 20));
}

/// b's folder is put back to where it held 6 entries of each, and a can prove nothing of that.
template <class Store>
void roll_back_b(TestNetwork<Store>& net) {
  net.start_all();
  for (const auto& [name, region] : net.regions())
    if (name != "a") net.link("a", name);
  write(net, "a", 6);
  write(net, "b", 6);
  net.run();
  const auto old = net["b"].store.copy();
  write(net, "a", 14);
  write(net, "b", 1);
  net.run();
  net.kill("b");
  net["b"].store.put_back(old);
  net["a"].store.history().trim(kA, entry(net, 19), entry(net, 8));
  net.start("b");
}

TYPED_TEST(UnprovenTest, AnOwnerGoesOnWhenItsPeerWasRolledBack) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    TestNetwork<TypeParam> net({"a", "b"}, seed);
    roll_back_b(net);
    net.link("a", "b");
    net.run();
    EXPECT_EQ(state(net, "a", "b", kA), "cannot prove");
    EXPECT_EQ(state(net, "b", "a", kA), "cannot prove");
    EXPECT_NE(net["b"].store.history().stopped_because().find("rolled back"), std::string::npos);
    EXPECT_TRUE(net["a"].store.history().stopped_because().empty());
    EXPECT_EQ(held(net, "b", kA), 6u);
    write(net, "a", 1);
    net.run();
    EXPECT_EQ(held(net, "b", kA), 6u);
    // With its folder emptied it is a newcomer, to whom all can be proven.
    net.kill("b");
    net["b"].store.wipe();
    net.start("b");
    net.link("a", "b");
    net.run();
    EXPECT_EQ(net["a"].engine->remote_position(), entry(net, 21));
    EXPECT_EQ(net["b"].store.rows(kA), net["a"].store.rows(kA));
  }
}

TYPED_TEST(UnprovenTest, AThirdRegionMakesAPeerProvableAgain) {
  TestNetwork<TypeParam> net({"a", "b", "c"});
  roll_back_b(net);
  net.link("a", "b");
  net.run();
  ASSERT_EQ(state(net, "a", "b", kA), "cannot prove");
  net.link("b", "c");
  net.run();
  EXPECT_EQ(held(net, "b", kA), 20u);
  EXPECT_EQ(state(net, "a", "b", kA), "in step");
  EXPECT_EQ(state(net, "b", "a", kA), "in step");
  EXPECT_EQ(net["a"].engine->acknowledged("b", kA)->end.n, entry(net, 20));
  EXPECT_TRUE(net["a"].store.history().stopped_because().empty());
}

}  // namespace
}  // namespace perpetua::replication
