#include "buyers/statistics.h"

#include <gtest/gtest.h>

#include "buyers/schedule.h"

namespace perpetua::buyers {
namespace {

TEST(Percentiles, AreSamplesByNearestRank) {
  std::vector<double> samples;
  for (int i = 100; i >= 1; --i) samples.push_back(i);
  const Percentiles result = percentiles(samples);
  EXPECT_EQ(result.count, 100u);
  EXPECT_EQ(result.p50, 50);
  EXPECT_EQ(result.p99, 99);
  EXPECT_EQ(result.max, 100);
}

TEST(Percentiles, OfOneAndOfNone) {
  EXPECT_EQ(percentiles({7}).p50, 7);
  EXPECT_EQ(percentiles({7}).p99, 7);
  EXPECT_EQ(percentiles({}).count, 0u);
}

constexpr bool kOk = true;
constexpr bool kFailed = false;

TEST(LongestGap, BeginsAtASuccessWhileSomethingWaits) {
  // Due each 10 ms; what was due at 20..40 came at 100.
  const Gap gap = longest_gap(
      {{0, 1, kOk}, {10, 11, kOk}, {20, 100, kOk}, {30, 100, kOk}, {40, 100, kOk}, {50, 101, kOk}});
  EXPECT_EQ(gap.begin, 20);  // nothing waited between 11 and 20
  EXPECT_EQ(gap.length, 80);
}

TEST(LongestGap, IsNotAnIdleTime) {
  EXPECT_EQ(longest_gap({{0, 1, kOk}, {1000, 1002, kOk}}).length, 2);
  EXPECT_EQ(longest_gap({{0, 1, kOk}, {5, 6, kFailed}, {10, 11, kOk}, {1000, 1002, kOk}}).length,
            6);
}

TEST(LongestGap, LastsAsLongAsSomethingIsDueThatNeverSucceeds) {
  const Gap gap =
      longest_gap({{0, 1, kOk}, {10, 20, kFailed}, {20, 30, kFailed}, {500, 510, kFailed}});
  EXPECT_EQ(gap.begin, 10);
  EXPECT_EQ(gap.length, 490);
}

TEST(LongestGap, AFailureInBetweenDoesNotEndIt) {
  const Gap gap = longest_gap({{0, 5, kOk}, {6, 7, kFailed}, {100, 300, kOk}});
  EXPECT_EQ(gap.begin, 6);
  EXPECT_EQ(gap.length, 294);
}

TEST(LongestGap, OneThatHangsWhileOthersSucceedIsNone) {
  EXPECT_EQ(longest_gap({{0, 2000, kFailed}, {5, 6, kOk}, {10, 11, kOk}}).length, 6);
}

TEST(LongestGap, OfNothing) {
  EXPECT_EQ(longest_gap({}).length, 0);
}

TEST(Schedule, SpacesArrivalsEvenlyWhateverHappens) {
  Schedule schedule(200, 2, Mix{}, 7);
  int arrivals = 0;
  for (; !schedule.done(); ++arrivals) EXPECT_DOUBLE_EQ(schedule.next().due_ms, arrivals * 5.0);
  EXPECT_EQ(arrivals, 400);
}

TEST(Schedule, TheSameSeedGivesTheSameArrivals) {
  Schedule one(100, 5, Mix{}, 3);
  Schedule two(100, 5, Mix{}, 3);
  Schedule other(100, 5, Mix{}, 4);
  int different = 0;
  while (!one.done()) {
    const Intent intent = one.next().intent;
    EXPECT_EQ(intent, two.next().intent);
    different += intent == other.next().intent ? 0 : 1;
  }
  EXPECT_GT(different, 0);
}

TEST(Schedule, KeepsTheMix) {
  Schedule schedule(1000, 20, Mix{80, 15, 5}, 1);
  std::map<Intent, int> counts;
  while (!schedule.done()) ++counts[schedule.next().intent];
  EXPECT_NEAR(counts[Intent::kBrowse], 16'000, 400);
  EXPECT_NEAR(counts[Intent::kCart], 3'000, 300);
  EXPECT_NEAR(counts[Intent::kCheckout], 1'000, 200);
}

TEST(ParseMix, TakesWeightsAndRefusesTheRest) {
  const auto mix = parse_mix("cart=3,checkout=1");
  ASSERT_TRUE(mix);
  EXPECT_EQ(mix->browse, 0u);
  EXPECT_EQ(mix->cart, 3u);
  for (const char* wrong : {"", "browse", "browse=", "browse=-1", "browse=0", "sleep=1",
                            "browse=1001", "browse=1x", "browse=1,,cart=1"})
    EXPECT_FALSE(parse_mix(wrong)) << wrong;
}

}  // namespace
}  // namespace perpetua::buyers
