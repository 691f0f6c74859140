#include <gtest/gtest.h>

#include <set>

#include "crdt/history_testing.h"
#include "crdt/stock.h"

namespace perpetua::crdt {
namespace {

using testing::History;
using testing::Prefix;
using testing::Step;
using testing::three_writers;

constexpr testing::Kinds kKinds{"is delivered", "sells",  "sells",
                                "releases",     "grants", "writes off"};

/// What a writer has written of one book: its counters, and the deliveries it was told of.
struct Row {
  StockRow counts;
  std::map<std::string, Delivery> deliveries;  // by id
};

struct Op {
  enum class Kind { kDeliver, kSell, kRelease, kGrant, kWriteOff } kind = Kind::kSell;
  std::size_t writer = 0;
  std::size_t receiver = 0;
  std::string name{};         // of the delivery
  std::int64_t quantity = 0;  // what came of it, by the rights that the writer saw
};
using Ops = std::vector<const Op*>;
using Replay = testing::Replay<Op, Row>;
using Rights = std::function<std::int64_t(const Stock&, const Writer&)>;

Stock stock_of(const Replay::Seen& rows) {
  Stock stock;
  for (std::size_t w = 0; w < 3; ++w) {
    stock.rows[three_writers()[w]] = rows[w].counts;
    stock.deliveries.insert(rows[w].deliveries.begin(), rows[w].deliveries.end());
  }
  return stock;
}

/// The specification: shares of each delivery once, as often as it was told of; what was released
/// and granted to the writer; less what it sold, wrote off and granted. Unclamped.
std::int64_t specified(const Ops& ops, std::size_t writer) {
  std::int64_t rights = 0;
  std::set<std::pair<std::string, std::int64_t>> delivered;
  for (const Op* op : ops) {
    if (op->kind == Op::Kind::kDeliver && delivered.emplace(op->name, op->quantity).second)
      rights += make_delivery("book", op->name, op->quantity, three_writers())
                    .shares.at(three_writers()[writer]);
    if (op->kind == Op::Kind::kGrant && op->receiver == writer) rights += op->quantity;
    if (op->kind == Op::Kind::kDeliver || op->writer != writer) continue;
    rights += op->kind == Op::Kind::kRelease ? op->quantity : -op->quantity;
  }
  return rights;
}

std::pair<Op, Row> make(const Step& step, const Replay::Seen& seen, const Rights& rights) {
  constexpr std::array kKindOf{Op::Kind::kDeliver, Op::Kind::kSell,  Op::Kind::kSell,
                               Op::Kind::kRelease, Op::Kind::kGrant, Op::Kind::kWriteOff};
  Op op{kKindOf.at(step.kind), step.writer, (step.writer + 1 + step.name % 2) % 3};
  Row row = seen[step.writer];
  const Writer& self = three_writers()[step.writer];
  const std::int64_t has = std::max<std::int64_t>(0, rights(stock_of(seen), self));
  op.quantity = std::min(step.quantity, has);
  switch (op.kind) {
    case Op::Kind::kDeliver:
      op.name = "delivery " + std::to_string(step.name);
      op.quantity = step.quantity;
      row.deliveries.emplace(delivery_id("book", op.name, op.quantity),
                             make_delivery("book", op.name, op.quantity, three_writers()));
      break;
    case Op::Kind::kSell:
      row.counts.sold += op.quantity;
      break;
    case Op::Kind::kRelease:
      op.quantity = std::min(step.quantity, row.counts.sold - row.counts.released);
      row.counts.released += op.quantity;
      break;
    case Op::Kind::kGrant:
      grant(row.counts, self, three_writers()[op.receiver], op.quantity);
      break;
    case Op::Kind::kWriteOff:
      row.counts.written_off += op.quantity;
      break;
  }
  return {op, row};
}

std::int64_t quantity_of(const Stock& stock) {
  std::int64_t sum = 0;
  for (const auto& [id, delivery] : stock.deliveries) sum += delivery.quantity;
  return sum;
}

std::int64_t gone_of(const Stock& stock) {
  std::int64_t sum = 0;
  for (const auto& [writer, row] : stock.rows) sum += row.sold - row.released + row.written_off;
  return sum;
}

/// Whoever sees all that was written at some moment.
std::optional<std::string> oversold(const Stock& stock, const Rights& rights) {
  std::int64_t left = 0;
  for (const Writer& writer : three_writers()) {
    const std::int64_t has = rights(stock, writer);
    if (has < 0) return writer.region + " gave what it had not";
    left += has;
  }
  if (gone_of(stock) > quantity_of(stock)) return "more is gone than was delivered";
  if (gone_of(stock) + left != quantity_of(stock)) return "rights do not add up";
  return std::nullopt;
}

/// What a writer sees late of others only makes it too careful.
std::optional<std::string> careless(const Replay& replay, const Prefix& prefix,
                                    const Rights& rights) {
  const Stock stock = stock_of(replay.at(prefix));
  for (std::size_t other = 0; other < 3; ++other) {
    Prefix later = prefix;
    if (++later[other] >= replay.rows[other].size()) continue;
    const Stock after = stock_of(replay.at(later));
    for (std::size_t w = 0; w < 3; ++w)
      if (w != other && rights(after, three_writers()[w]) < rights(stock, three_writers()[w]))
        return "another's row lowers the rights of " + three_writers()[w].region;
  }
  return std::nullopt;
}

testing::Check check_with(const Rights& rights) {
  return [rights](const History& history) -> std::optional<std::string> {
    const Replay replay(history, [&](const Step& step, const Ops&, const auto& seen) {
      return make(step, seen, rights);
    });
    for (const Prefix& moment : replay.written)
      if (auto why = oversold(stock_of(replay.at(moment)), rights)) return why;
    return replay.for_each_prefix([&](const Prefix& prefix) -> std::optional<std::string> {
      const Stock stock = stock_of(replay.at(prefix));
      const Ops ops = replay.visible(prefix);
      for (std::size_t w = 0; w < 3; ++w)
        if (rights(stock, three_writers()[w]) != specified(ops, w))
          return "the rights of " + three_writers()[w].region + " are not as specified";
      return careless(replay, prefix, rights);
    });
  };
}

std::int64_t product_rights(const Stock& stock, const Writer& writer) {
  return stock.rights(writer);
}

TEST(StockProperties, RightsAreAsSpecifiedForEveryReaderAndNeverOversold) {
  testing::expect_holds(check_with(product_rights), kKinds);
}

/// That the check would see it.
void expect_found(const Rights& wrong, std::size_t steps_max) {
  testing::expect_found(check_with(wrong), steps_max, kKinds);
}

TEST(StockProperties, AGrantThatCountsTwiceIsFound) {
  expect_found([](const Stock& stock,
                  const Writer& writer) { return stock.rights(writer) + stock.granted_to(writer); },
               2);
}

TEST(StockProperties, AGrantThatIsKeptByWhoGaveItIsFound) {
  expect_found(
      [](const Stock& stock, const Writer& writer) {
        std::int64_t rights = stock.rights(writer);
        for (const auto& [receiver, granted] : stock.rows.at(writer).granted) rights += granted;
        return rights;
      },
      2);
}

TEST(StockProperties, AClampIsFound) {
  expect_found([](const Stock& stock,
                  const Writer& writer) { return std::max<std::int64_t>(0, stock.rights(writer)); },
               4);
}

TEST(StockProperties, AReleaseThatIsForgottenIsFound) {
  expect_found(
      [](const Stock& stock, const Writer& writer) {
        return stock.rights(writer) - stock.rows.at(writer).released;
      },
      3);
}

}  // namespace
}  // namespace perpetua::crdt
