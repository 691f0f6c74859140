#include "crdt/cart_line.h"

#include <gtest/gtest.h>

#include <set>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::three_writers;
using testing::up_to;
using testing::Views;

CartLineRow random_row(std::mt19937& random) {
  CartLineRow row;
  for (const char* key : {"k1", "k2", "k3", "k4"})
    if (random() % 2 == 0) {
      const std::int64_t added = up_to(random, 5);
      row.operations[key] = {added, random() % 3 == 0 ? added : 0, "r"};
    }
  for (const char* order : {"o1", "o2"})
    if (random() % 2 == 0) {
      const Writer& writer = three_writers()[random() % 3];
      const std::string key = "k" + std::to_string(1 + random() % 4);
      row.takings[order] = {random() % 3, writer, {{key, 1 + up_to(random, 3)}}};
    }
  row.written_ms = up_to(random, 9);
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
  const CartLineRow here{{{"key", {2, 0, "r"}}}, {}, 1};
  const CartLineRow there = here;
  EXPECT_EQ(merge(here, there).quantity(), 2);
}

TEST(CartLine, ConcurrentRemovalsDoNotAddUp) {
  const CartLineRow one{{{"key", {3, 3, "r"}}}, {}, 1};
  const CartLineRow two = one;
  EXPECT_EQ(merge(one, two).quantity(), 0);
}

TEST(CartLine, AnAdditionThatARemovalHadNotSeenSurvives) {
  const CartLineRow removal{{{"old", {3, 3, "r"}}}, {}, 1};
  const CartLineRow addition{{{"new", {1, 0, "r"}}}, {}, 1};
  EXPECT_EQ(merge(removal, addition).quantity(), 1);
}

using Left = std::map<std::string, std::int64_t>;  // copies by operation key

/// One change of the line, as its writer made it: an operation, or an order.
struct Change {
  std::string name;  // the operation's key, or the order's id
  bool is_order = false;
  bool cancels = false;     // what it saw
  std::int64_t copies = 0;  // added, or ordered
  std::uint64_t clock = 0;
  std::size_t writer = 0;
  std::set<std::string> saw{};  // the keys of all operations that its writer had seen
  Left took{};
};

/// The specification: a key's copies count once. They are gone when any change that cancels had
/// seen the key; else what orders took of it is, each order as the earliest of those took it that
/// found any copies.
Left specified(const std::vector<Change>& changes) {
  Left left;
  std::map<std::string, const Change*> orders;
  for (const Change& change : changes) {
    if (!change.is_order) left[change.name] = change.copies;
    if (change.took.empty()) continue;
    const Change*& first = orders.emplace(change.name, &change).first->second;
    if (std::pair(change.clock, change.writer) < std::pair(first->clock, first->writer))
      first = &change;
  }
  for (const auto& [id, order] : orders)
    for (const auto& [key, copies] : order->took) left[key] -= copies;
  for (const Change& change : changes)
    if (change.cancels)
      for (const std::string& key : change.saw) left[key] = 0;
  std::erase_if(left, [](const auto& each) { return each.second <= 0; });
  return left;
}

Left taken_from(const Left& left, std::int64_t wanted) {
  Left taken;
  for (const auto& [key, copies] : left)
    if (wanted > 0) {
      taken[key] = std::min(copies, wanted);
      wanted -= taken[key];
    }
  return taken;
}

/// Three writers' rows and changes, oldest first.
struct History {
  std::vector<std::vector<CartLineRow>> rows{3, {CartLineRow{}}};
  std::vector<std::vector<Change>> changes{3};
  Views views;

  [[nodiscard]] CartLineRow merged(std::size_t who) const {
    CartLineRow all;
    for (std::size_t from = 0; from < 3; ++from)
      all = merge(all, rows[from][views.seen(who, from)]);
    return all;
  }

  [[nodiscard]] std::vector<Change> seen(std::size_t who) const {
    std::vector<Change> all;
    for (std::size_t from = 0; from < 3; ++from)
      for (std::size_t i = 0; i < views.seen(who, from); ++i) all.push_back(changes[from][i]);
    return all;
  }

  void apply(std::size_t who, Change change) {
    const std::vector<Change> known = seen(who);
    for (const Change& before : known) {
      if (before.name == change.name) return;  // a repeat changes nothing
      if (!before.is_order) change.saw.insert(before.name);
    }
    const Writer& writer = three_writers()[who];
    change.writer = who;
    CartLineRow row = rows[who].back();
    if (change.is_order) {
      change.took = taken_from(specified(known), change.copies);
      const Taking taking = take(merged(who), change.copies, change.clock, writer);
      ASSERT_EQ(taking.copies, change.took);
      if (!taking.copies.empty()) row.takings.emplace(change.name, taking);
    } else {
      if (change.cancels) cancel(row, merged(who));
      row.operations[change.name] = {change.copies, 0, "r"};
    }
    rows[who].push_back(row);
    changes[who].push_back(std::move(change));
    views.write(who);
  }

  void see_all() {
    for (std::size_t who = 0; who < 3; ++who) views.see_all(who);
  }
};

Change random_change(int step, std::mt19937& random) {
  Change change{std::to_string(step * 37 % 101), random() % 3 == 0};  // in no order of their keys
  change.copies = 1 + up_to(random, 4);
  change.clock = random() % 9;  // a clock that says anything
  change.cancels = !change.is_order && random() % 3 == 0;
  if (change.cancels && random() % 2 == 0) change.copies = 0;
  return change;
}

/// Changes by writers that have heard some of each other's; some are tried again elsewhere.
History random_history(std::mt19937& random) {
  History history;
  std::vector<Change> tried;
  for (int step = 0; step < 25; ++step) {
    const std::size_t who = random() % 3;
    history.views.hear(who, random);
    if (tried.empty() || random() % 3 != 0) tried.push_back(random_change(step, random));
    history.apply(who, random() % 3 == 0 ? tried[random() % tried.size()] : tried.back());
  }
  return history;
}

TEST(CartLine, IsAsSpecifiedForRandomHistories) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    History history = random_history(random);
    history.see_all();
    Left left = history.merged(0).left();
    std::erase_if(left, [](const auto& each) { return each.second == 0; });
    ASSERT_EQ(left, specified(history.seen(0)));
  });
}

TEST(CartLine, NoMoreIsMissingThanWasRemovedAndOrderedEachOrderOnce) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    History history = random_history(random);
    history.see_all();
    Left added;
    Left ordered;
    for (const Change& change : history.seen(0))
      (change.is_order ? ordered : added)[change.name] = change.copies;
    for (const Change& change : history.seen(0))
      if (change.cancels)
        for (const std::string& key : change.saw) added[key] = 0;
    std::int64_t least = 0;
    for (const auto& [key, copies] : added) least += copies;
    for (const auto& [id, copies] : ordered) least -= copies;
    ASSERT_GE(history.merged(0).quantity(), least);
  });
}

TEST(CartLine, AnOrderTakenWithTwoViewsOfTheLineTakesItsCopiesOnce) {
  const auto& w = three_writers();
  const CartLineRow before{{{"k1", {2, 0, "r"}}}, {}, 1};
  CartLineRow here = before;
  here.takings["order"] = take(here, 2, 7, w[0]);
  // Cut off, two more copies, and the same order again: lowest key first, it takes others there.
  CartLineRow there = before;
  there.operations["k0"] = {2, 0, "r"};
  there.takings["order"] = take(there, 2, 8, w[1]);
  EXPECT_EQ(there.left(), (Left{{"k0", 0}, {"k1", 2}}));
  EXPECT_EQ(merge(here, there).left(), (Left{{"k0", 2}, {"k1", 0}}));
}

TEST(CartLine, ARemovalIsForGoodThoughTheOrdersWinnerChanges) {
  const auto& w = three_writers();
  CartLineRow here{{{"k1", {2, 0, "r"}}}, {}, 1};
  here.takings["order"] = take(here, 2, 7, w[0]);
  cancel(here, here);
  const CartLineRow earlier{{{"k0", {2, 0, "r"}}}, {{"order", {3, w[1], {{"k0", 2}}}}}, 1};
  EXPECT_EQ(merge(here, earlier).quantity(), 0);
}

TEST(CartLine, BytesRoundTripAndDamageIsSeen) {
  const CartLineRow row{
      {{"key", {3, 3, "request"}}}, {{"order", {5, three_writers()[1], {{"key", 2}}}}}, 9};
  const std::string bytes = encode(row);
  EXPECT_EQ(decode_cart_line_row(bytes).value(), row);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_cart_line_row(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace perpetua::crdt
