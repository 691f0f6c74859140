#include "buyers/cart_model.h"

#include <gtest/gtest.h>

namespace perpetua::buyers {
namespace {

constexpr bool kSeesAll = true;
constexpr bool kBehind = false;

std::string after(auto... steps) {
  CartLineModel line;
  (steps(line), ...);
  return line.text();
}

auto add(const char* key, std::int64_t quantity, Effect effect = Effect::kCertain) {
  return [=](CartLineModel& line) { line.add(key, quantity, effect); };
}
auto set(const char* key, std::int64_t quantity, Effect effect = Effect::kCertain,
         bool sees_all = kSeesAll) {
  return [=](CartLineModel& line) { line.set(key, quantity, effect, sees_all); };
}
auto remove(Effect effect = Effect::kCertain, bool sees_all = kSeesAll) {
  return [=](CartLineModel& line) { line.remove(effect, sees_all); };
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
  EXPECT_EQ(after(add("k1", 2), remove(Effect::kUnknown)), "0 or 2");
  EXPECT_EQ(after(remove(Effect::kUnknown), add("k1", 2)), "0 or 2");
}

TEST(CartLineModel, AnUnknownSetMayHaveReplaced) {
  EXPECT_EQ(after(add("k1", 2), set("k2", 5, Effect::kUnknown)), "0 or 2 or 5 or 7");
}

TEST(CartLineModel, ARegionThatIsBehindMayNotHaveSeenWhatItCancels) {
  EXPECT_EQ(after(add("k1", 2), remove(Effect::kCertain, kBehind)), "0 or 2");
  EXPECT_EQ(after(add("k1", 2), set("k2", 1, Effect::kCertain, kBehind)), "1 or 3");
}

TEST(CartLineModel, WhatAnotherRegionAcknowledgedMayNotBeHereYet) {
  EXPECT_EQ(after(add("k1", 2, Effect::kNotYetHere)), "0 or 2");
  EXPECT_EQ(after(add("k1", 2), remove(Effect::kNotYetHere)), "0 or 2");
  // It was executed before the next addition was asked for, so it cannot cancel that one.
  EXPECT_EQ(after(remove(Effect::kNotYetHere), add("k1", 2)), "2");
}

auto order(std::int64_t quantity, Effect effect = Effect::kCertain, bool sees_all = kSeesAll) {
  return [=](CartLineModel& line) { line.order(quantity, effect, sees_all); };
}

TEST(CartLineModel, AnOrderTakesItsCopies) {
  EXPECT_EQ(after(add("k1", 2), add("k2", 1), order(3)), "0");
  EXPECT_EQ(after(add("k1", 2), add("k2", 1), order(1)), "2");
  EXPECT_EQ(after(add("k1", 2), order(5)), "0");
  EXPECT_EQ(after(order(5), add("k1", 2)), "2");
}

TEST(CartLineModel, AnOrderThatIsNotCertainMayHaveTakenSome) {
  EXPECT_EQ(after(add("k1", 2), order(1, Effect::kUnknown)), "0 or 1 or 2");
  EXPECT_EQ(after(order(1, Effect::kUnknown), add("k1", 2)), "0 or 1 or 2");
  EXPECT_EQ(after(add("k1", 2), order(1, Effect::kCertain, kBehind)), "0 or 1 or 2");
  EXPECT_EQ(after(add("k1", 1, Effect::kUnknown), add("k2", 1), order(2)), "0 or 1 or 2");
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
