#include "buyers/cart_model.h"

#include <gtest/gtest.h>

namespace perpetua::buyers {
namespace {

constexpr Taking kUnknown{Effect::kUnknown, true, true};
constexpr Taking kNotYetHere{Effect::kNotYetHere, true, false};
constexpr Taking kBehind{Effect::kCertain, false, false};
constexpr Taking kLate{Effect::kCertain, true, true};

std::string after(auto... steps) {
  CartLineModel line;
  (steps(line), ...);
  return line.text();
}

auto add(const char* key, std::int64_t quantity, Effect effect = Effect::kCertain) {
  return [=](CartLineModel& line) { line.add(key, quantity, effect); };
}
auto set(const char* key, std::int64_t quantity, Taking taking = {}) {
  return [=](CartLineModel& line) { line.set(key, quantity, taking); };
}
auto remove(Taking taking = {}) {
  return [=](CartLineModel& line) { line.remove(taking); };
}
auto order(std::int64_t quantity, Taking taking = {}) {
  return [=](CartLineModel& line) { line.order(quantity, taking); };
}

TEST(CartLineModel, AcknowledgedWritesLeaveOneState) {
  EXPECT_EQ(after(), "0");
  EXPECT_EQ(after(add("k1", 2), add("k2", 1)), "3");
  EXPECT_EQ(after(add("k1", 2), add("k1", 2)), "2");  // the same key counts once
  EXPECT_EQ(after(add("k1", 2), set("k2", 5)), "5");
  EXPECT_EQ(after(add("k1", 2), remove()), "0");
  EXPECT_EQ(after(add("k1", 2), remove(), add("k2", 1)), "1");
}

TEST(CartLineModel, AnUnknownAdditionMayBeThere) {
  EXPECT_EQ(after(add("k1", 2), add("k2", 1, Effect::kUnknown)), "2 or 3");
}

TEST(CartLineModel, AnUnknownAdditionMaySurviveARemovalThatHadNotSeenIt) {
  EXPECT_EQ(after(add("k1", 2, Effect::kUnknown), remove()), "0 or 2");
  EXPECT_EQ(after(add("k1", 2, Effect::kUnknown), set("k2", 1)), "1 or 3");
}

TEST(CartLineModel, AnUnknownRemovalMayYetCome) {
  EXPECT_EQ(after(add("k1", 2), remove(kUnknown)), "0 or 2");
  EXPECT_EQ(after(remove(kUnknown), add("k1", 2)), "0 or 2");
}

TEST(CartLineModel, AnUnknownSetMayHaveReplaced) {
  EXPECT_EQ(after(add("k1", 2), set("k2", 5, kUnknown)), "0 or 2 or 5 or 7");
}

TEST(CartLineModel, ARegionThatIsBehindMayNotHaveSeenWhatItCancels) {
  EXPECT_EQ(after(add("k1", 2), remove(kBehind)), "0 or 2");
  EXPECT_EQ(after(add("k1", 2), set("k2", 1, kBehind)), "1 or 3");
}

TEST(CartLineModel, WhatAnotherRegionAcknowledgedMayNotBeHereYet) {
  EXPECT_EQ(after(add("k1", 2, Effect::kNotYetHere)), "0 or 2");
  EXPECT_EQ(after(add("k1", 2), remove(kNotYetHere)), "0 or 2");
  // It was executed before the next addition was asked for, so it cannot cancel that one.
  EXPECT_EQ(after(remove(kNotYetHere), add("k1", 2)), "2");
}

TEST(CartLineModel, AnOrderTakesItsCopies) {
  EXPECT_EQ(after(add("k1", 2), add("k2", 1), order(3)), "0");
  EXPECT_EQ(after(add("k1", 2), add("k2", 1), order(1)), "2");
  EXPECT_EQ(after(add("k1", 2), order(5)), "0");
  EXPECT_EQ(after(order(5), add("k1", 2)), "2");
}

TEST(CartLineModel, AnOrderThatIsNotCertainMayHaveTakenWhatItWantedAndNoMore) {
  EXPECT_EQ(after(add("k1", 9), order(1, kUnknown)), "8 or 9");
  EXPECT_EQ(after(add("k1", 9), order(1, kBehind)), "8 or 9");
  EXPECT_EQ(after(add("k1", 9), order(1, kUnknown), order(1, kUnknown)), "7 or 8 or 9");
  EXPECT_EQ(after(add("k1", 9), order(1, kUnknown), order(2)), "6 or 7 or 8 or 9");
  EXPECT_EQ(after(add("k1", 1, Effect::kUnknown), add("k2", 1), order(2)), "0 or 1 or 2");
}

TEST(CartLineModel, AnUnknownOrderMayYetCome) {
  EXPECT_EQ(after(order(1, kUnknown), add("k1", 2)), "1 or 2");
  EXPECT_EQ(after(add("k1", 9), order(1, kUnknown), remove(), add("k2", 2)), "1 or 2");
  // Executed before the next addition was asked for, it cannot take that one's copies.
  EXPECT_EQ(after(order(1, kNotYetHere), add("k1", 2)), "2");
  EXPECT_EQ(after(add("k1", 9), order(1, kBehind), remove(), add("k2", 2)), "2");
}

// A hung region may execute a write again that another one has acknowledged meanwhile.
TEST(CartLineModel, WhatMayComeLateTakesAwayWhatWasAddedAfterIt) {
  EXPECT_EQ(after(add("k1", 2), remove(kLate), add("k2", 3)), "0 or 3");
  EXPECT_EQ(after(add("k1", 2), set("k2", 1, kLate), add("k3", 4)), "0 or 1 or 4 or 5");
  EXPECT_EQ(after(add("k1", 2), order(2, kLate), add("k2", 3)), "3 or 4 or 5");
}

TEST(CartLineModel, LeastIsWhatCannotBeMissing) {
  CartLineModel line;
  line.add("k1", 2, Effect::kCertain);
  line.add("k2", 3, Effect::kUnknown);
  EXPECT_EQ(line.least(), 2);
  EXPECT_TRUE(line.allows(5));
  EXPECT_FALSE(line.allows(3));
}

}  // namespace
}  // namespace perpetua::buyers
