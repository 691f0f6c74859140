#include <gtest/gtest.h>

#include <set>

#include "crdt/cart_line.h"
#include "crdt/history_testing.h"

namespace perpetua::crdt {
namespace {

using testing::Finding;
using testing::History;
using testing::Prefix;
using testing::Step;
using testing::three_writers;

using Merge = std::function<CartLineRow(const CartLineRow&, const CartLineRow&)>;
using Left = std::map<std::string, std::int64_t>;  // copies by operation key, none of them 0

constexpr testing::Kinds kKinds{"adds", "adds", "sets", "removes", "orders", "orders"};

struct Op {
  std::string name;  // the operation's key, or the order's id
  bool is_order = false;
  bool is_repeat = false;   // of one that its writer had seen: nothing is written
  bool cancels = false;     // all that it saw
  std::int64_t copies = 0;  // added, or wanted
  std::uint64_t clock = 0;
  std::size_t writer = 0;
  std::set<std::string> saw{};  // keys, also by what others say that they saw
  Left took{};
};
using Ops = std::vector<const Op*>;
using Replay = testing::Replay<Op, CartLineRow>;

/// The specification: each key's copies count once. They are gone when an operation that cancels
/// had seen the key; else less what orders took of it, each order once: as the earliest of those
/// took it that found any.
Left specified(const Ops& ops) {
  Left left;
  std::map<std::string, const Op*> orders;
  const auto is_earlier = [](const Op& a, const Op& b) {
    return std::pair(a.clock, a.writer) < std::pair(b.clock, b.writer);
  };
  for (const Op* op : ops) {
    if (op->is_repeat) continue;
    if (!op->is_order) left[op->name] = op->copies;
    const Op*& first = orders[op->name];
    if (!op->took.empty() && (first == nullptr || is_earlier(*op, *first))) first = op;
  }
  for (const auto& [id, order] : orders)
    if (order != nullptr)
      for (const auto& [key, copies] : order->took) left[key] -= copies;
  for (const Op* op : ops)
    if (op->cancels)
      for (const std::string& key : op->saw) left[key] = 0;
  std::erase_if(left, [](const auto& each) { return each.second <= 0; });
  return left;
}

Left left_of(const CartLineRow& row) {
  Left left = row.left();
  std::erase_if(left, [](const auto& each) { return each.second == 0; });
  return left;
}

/// What a name stands for: the same wherever it is tried again.
Op meant(const History& history, const Step& step) {
  const bool is_order = step.kind >= 4;
  const Step& first = *std::ranges::find_if(history, [&](const Step& other) {
    return other.name == step.name && (other.kind >= 4) == is_order;
  });
  Op op{(is_order ? "order" : "key") + std::to_string(step.name), is_order};
  op.cancels = first.kind == 2 || first.kind == 3;
  op.copies = first.kind == 3 ? 0 : 1 + first.quantity % 5;
  op.clock = step.clock;
  op.writer = step.writer;
  return op;
}

std::pair<Op, CartLineRow> make(const History& history, const Step& step, const Ops& known,
                                const Replay::Seen& seen, const Merge& merge) {
  Op op = meant(history, step);
  CartLineRow row = seen[step.writer];
  for (const Op* before : known) {
    if (before->is_repeat) continue;
    if (before->name == op.name) op.is_repeat = true;
    if (!before->is_order) op.saw.insert(before->name);
    op.saw.insert(before->saw.begin(), before->saw.end());
  }
  if (op.saw.contains(op.name)) op.is_repeat = true;
  if (op.is_repeat) return {Op{op.name, op.is_order, true}, row};
  if (!op.cancels) op.saw.clear();
  const CartLineRow merged = merge(merge(seen[0], seen[1]), seen[2]);
  if (op.is_order) {
    Taking taking = take(merged, op.copies, op.clock, three_writers()[step.writer]);
    op.took = taking.copies;
    if (!op.took.empty()) row.takings.emplace(op.name, std::move(taking));
  } else {
    if (op.cancels) cancel(row, merged);
    row.operations[op.name] = {op.copies, 0, "r"};
  }
  return {op, row};
}

std::optional<std::string> out_of_bounds(const Ops& ops, const CartLineRow& merged) {
  Left added;
  Left ordered;
  for (const Op* op : ops)
    if (!op->is_repeat) (op->is_order ? ordered : added)[op->name] = op->copies;
  std::int64_t most = 0;
  for (const auto& [key, copies] : added) most += copies;
  for (const auto& [key, copies] : merged.left())
    if (copies < 0 || copies > merged.operations.at(key).added) return "a key out of its bounds";
  for (const Op* op : ops)
    if (op->cancels)
      for (const std::string& key : op->saw) added[key] = 0;
  std::int64_t least = 0;
  for (const auto& [key, copies] : added) least += copies;
  for (const auto& [id, copies] : ordered) least -= copies;
  if (merged.quantity() < least) return "more is missing than was removed and ordered";
  if (merged.quantity() > most) return "more is there than was added";
  return std::nullopt;
}

testing::Check check_with(const Merge& merge) {
  return [merge](const History& history) {
    const Replay replay(history, [&](const Step& step, const Ops& known, const auto& seen) {
      return make(history, step, known, seen, merge);
    });
    return replay.for_each_prefix([&](const Prefix& prefix) -> std::optional<std::string> {
      const auto rows = replay.at(prefix);
      const auto older = replay.at({prefix[0] / 2, prefix[1] / 2, prefix[2] / 2});
      if (auto broken = testing::broken_law(rows, older, merge)) return broken;
      const CartLineRow merged = merge(rows[0], merge(rows[1], rows[2]));
      const Ops ops = replay.visible(prefix);
      if (left_of(merged) != specified(ops)) return "the line is not as specified";
      return out_of_bounds(ops, merged);
    });
  };
}

TEST(CartLineProperties, TheMergeIsAsSpecifiedForEveryReader) {
  testing::expect_holds(check_with(&merge), kKinds);
}

/// That the check would see it.
void expect_found(const Merge& wrong, std::size_t steps_max) {
  testing::expect_found(check_with(wrong), steps_max, kKinds);
}

/// A merge that adds up what both rows say of one of an operation's counts.
Merge adding_up(std::int64_t CartOperation::* count) {
  return [count](const CartLineRow& a, const CartLineRow& b) {
    CartLineRow out = merge(a, b);
    for (auto& [key, operation] : out.operations)
      if (a.operations.contains(key) && b.operations.contains(key))
        operation.*count = a.operations.at(key).*count + b.operations.at(key).*count;
    return out;
  };
}

TEST(CartLineProperties, CancellationsThatAddUpAreFound) {
  expect_found(adding_up(&CartOperation::cancelled), 2);
}

TEST(CartLineProperties, AKeyThatCountsOncePerWriterIsFound) {
  expect_found(adding_up(&CartOperation::added), 2);
}

TEST(CartLineProperties, AnOrderThatTakesItsCopiesAsItCameFirstIsFound) {
  expect_found(
      [](const CartLineRow& a, const CartLineRow& b) {
        CartLineRow out = merge(a, b);
        for (const auto& [order, taking] : a.takings) out.takings[order] = taking;
        return out;
      },
      4);
}

}  // namespace
}  // namespace perpetua::crdt
