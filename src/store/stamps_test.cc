#include "store/stamps.h"

#include <gtest/gtest.h>

namespace perpetua::store {
namespace {

TEST(Stamps, TellsWhatChangedSinceATransactionBegan) {
  Stamps stamps(100);
  const std::uint64_t early = stamps.open();
  stamps.next();
  stamps.changed("k");
  const std::uint64_t late = stamps.open();
  EXPECT_FALSE(stamps.is_unchanged("k", early));
  EXPECT_TRUE(stamps.is_unchanged("other", early));
  EXPECT_TRUE(stamps.is_unchanged("k", late));
  EXPECT_FALSE(stamps.is_unchanged(Range{"a", "l"}, early));
  EXPECT_TRUE(stamps.is_unchanged(Range{"a", "k"}, early));
  EXPECT_TRUE(stamps.is_unchanged(Range{"k1", "l"}, early));
  EXPECT_TRUE(stamps.is_unchanged(Range{"a", "l"}, late));
  stamps.close(early);
  stamps.close(late);
}

TEST(Stamps, KeepsNothingThatNobodyCanAskFor) {
  Stamps stamps(100);
  stamps.next();
  stamps.changed("nobody is under way");
  EXPECT_EQ(stamps.size(), 0u);
  const std::uint64_t first = stamps.open();
  stamps.next();
  stamps.changed("a");
  const std::uint64_t second = stamps.open();
  stamps.next();
  stamps.changed("b");
  EXPECT_EQ(stamps.size(), 2u);
  stamps.close(first);
  EXPECT_EQ(stamps.size(), 1u);
  stamps.close(second);
  EXPECT_EQ(stamps.size(), 0u);
}

TEST(Stamps, WhatWasForgottenCountsAsChanged) {
  Stamps stamps(2);
  const std::uint64_t old = stamps.open();
  std::uint64_t young = 0;
  for (const char* key : {"a", "b", "c"}) {
    stamps.next();
    stamps.changed(key);
    if (key[0] == 'a') young = stamps.open();
  }
  EXPECT_EQ(stamps.size(), 2u);
  EXPECT_FALSE(stamps.is_unchanged("never changed", old));
  EXPECT_TRUE(stamps.is_unchanged("never changed", young));
  EXPECT_FALSE(stamps.is_unchanged("b", young));
  stamps.close(old);
  stamps.close(young);
}

TEST(Stamps, AKeyChangedAgainIsRememberedByItsLastChange) {
  Stamps stamps(100);
  const std::uint64_t first = stamps.open();
  stamps.next();
  stamps.changed("k");
  stamps.changed("k");
  const std::uint64_t second = stamps.open();
  stamps.next();
  stamps.changed("k");
  stamps.close(first);
  EXPECT_FALSE(stamps.is_unchanged("k", second));
  stamps.close(second);
  EXPECT_EQ(stamps.size(), 0u);
}

TEST(Stamps, EverythingChangesForThoseUnderWayOnly) {
  Stamps stamps(100);
  const std::uint64_t before = stamps.open();
  stamps.changed_everything();
  const std::uint64_t after = stamps.open();
  EXPECT_FALSE(stamps.is_unchanged("k", before));
  EXPECT_TRUE(stamps.is_unchanged("k", after));
  stamps.close(before);
  stamps.close(after);
}

}  // namespace
}  // namespace perpetua::store
