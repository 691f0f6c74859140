#include "crdt/cart_line.h"

#include <gtest/gtest.h>

#include <set>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::up_to;
using testing::Views;

CartLineRow random_row(std::mt19937& random) {
  CartLineRow row;
  for (const char* key : {"k1", "k2", "k3", "k4"})
    if (random() % 2 == 0) {
      const std::int64_t added = up_to(random, 5);
      row.operations[key] = {added, up_to(random, added), "r"};
    }
  return row;
}

TEST(CartLine, MergeIsCommutativeAssociativeAndIdempotent) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    const CartLineRow a = random_row(random);
    const CartLineRow b = random_row(random);
    const CartLineRow c = random_row(random);
    ASSERT_EQ(merge(a, b), merge(b, a));
    ASSERT_EQ(merge(merge(a, b), c), merge(a, merge(b, c)));
    ASSERT_EQ(merge(a, a), a);
    ASSERT_EQ(merge(a, CartLineRow{}), a);
  });
}

TEST(CartLine, ARetryInAnotherRegionCountsOnce) {
  const CartLineRow here{{{"key", {2, 0, "r"}}}};
  const CartLineRow there = here;
  EXPECT_EQ(merge(here, there).quantity(), 2);
}

TEST(CartLine, ConcurrentRemovalsDoNotAddUp) {
  const CartLineRow one{{{"key", {3, 3, "r"}}}};
  const CartLineRow two = one;
  EXPECT_EQ(merge(one, two).quantity(), 0);
}

TEST(CartLine, AnAdditionThatARemovalHadNotSeenSurvives) {
  const CartLineRow removal{{{"old", {3, 3, "r"}}}};
  const CartLineRow addition{{{"new", {1, 0, "r"}}}};
  EXPECT_EQ(merge(removal, addition).quantity(), 1);
}

/// One change of the line, as its writer made it.
struct Change {
  std::string key;
  std::int64_t adds = 0;
  bool cancels = false;         // what it saw
  std::set<std::string> saw{};  // the keys of all changes that its writer had seen
};

/// The specification: a key's copies count once, and are gone when any change that cancels had seen
/// the key.
std::int64_t specified(const std::vector<Change>& changes) {
  std::map<std::string, std::int64_t> left;
  for (const Change& change : changes) left[change.key] = change.adds;
  for (const Change& change : changes)
    if (change.cancels)
      for (const std::string& key : change.saw) left[key] = 0;
  std::int64_t sum = 0;
  for (const auto& [key, copies] : left) sum += copies;
  return sum;
}

/// Three writers' rows, oldest first, and what each change was; some changes are tried again
/// elsewhere with the same key.
struct History {
  std::vector<std::vector<CartLineRow>> rows{3, {CartLineRow{}}};
  std::vector<std::vector<std::string>> keys{3};
  std::vector<Change> changes;
  Views views;

  [[nodiscard]] CartLineRow merged(std::size_t who) const {
    CartLineRow all;
    for (std::size_t from = 0; from < 3; ++from)
      all = merge(all, rows[from][views.seen(who, from)]);
    return all;
  }

  void apply(std::size_t who, Change change) {
    for (std::size_t from = 0; from < 3; ++from)
      for (std::size_t i = 0; i < views.seen(who, from); ++i) change.saw.insert(keys[from][i]);
    if (change.saw.contains(change.key)) return;  // seen already: a repeat changes nothing
    CartLineRow row = rows[who].back();
    if (change.cancels) cancel(row, merged(who), std::nullopt);
    row.operations[change.key] = {change.adds, 0, "r"};
    rows[who].push_back(row);
    keys[who].push_back(change.key);
    views.write(who);
    changes.push_back(std::move(change));
  }
};

TEST(CartLine, IsAsSpecifiedForRandomHistories) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    History history;
    std::vector<Change> tried;
    for (int step = 0; step < 25; ++step) {
      const std::size_t who = random() % 3;
      history.views.hear(who, random);
      if (tried.empty() || random() % 3 != 0) {
        const bool cancels = random() % 3 == 0;
        const std::int64_t adds = cancels && random() % 2 == 0 ? 0 : 1 + up_to(random, 4);
        tried.push_back({"k" + std::to_string(step), adds, cancels});
        history.apply(who, tried.back());
      } else {
        history.apply(who, tried[random() % tried.size()]);
      }
    }
    CartLineRow all;
    for (const auto& rows : history.rows) all = merge(all, rows.back());
    ASSERT_EQ(all.quantity(), specified(history.changes));
  });
}

TEST(CartLine, TakingCopiesTakesAsManyAsThereAre) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    const CartLineRow seen = random_row(random);
    const std::int64_t wanted = up_to(random, 12);
    CartLineRow own;
    cancel(own, seen, wanted);
    const CartLineRow left = merge(seen, own);
    ASSERT_EQ(left.quantity(), std::max<std::int64_t>(0, seen.quantity() - wanted));
    // The same order taken by two writers takes them once.
    CartLineRow other;
    cancel(other, seen, wanted);
    ASSERT_EQ(merge(left, other), left);
  });
}

TEST(CartLine, BytesRoundTripAndDamageIsSeen) {
  const CartLineRow row{{{"key", {3, 1, "request"}}}};
  const std::string bytes = encode(row);
  EXPECT_EQ(decode_cart_line_row(bytes).value(), row);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_cart_line_row(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace perpetua::crdt
