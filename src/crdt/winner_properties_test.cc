// What one of several rows stands for all: an order's winner, a register's latest value.

#include <gtest/gtest.h>

#include "crdt/history_testing.h"
#include "crdt/order.h"
#include "crdt/register.h"

namespace perpetua::crdt {
namespace {

using testing::History;
using testing::Prefix;
using testing::Step;
using testing::three_writers;

// --- an order: each writer takes it once at most, unless it sees it taken

constexpr testing::Kinds kTakes{"takes", "takes", "takes", "takes", "takes", "takes"};

struct Taken {
  bool is_repeat = false;
  std::uint64_t clock = 0;
  std::size_t writer = 0;
};
using OrderReplay = testing::Replay<Taken, std::optional<OrderRow>>;
using Winner = std::function<Writer(const std::map<Writer, OrderRow>&)>;

/// The specification: of all who took it, the earliest by (clock, writer).
std::optional<Writer> specified(const std::vector<const Taken*>& all) {
  std::optional<std::pair<std::uint64_t, Writer>> first;
  for (const Taken* taken : all)
    if (const std::pair at(taken->clock, three_writers()[taken->writer]);
        !taken->is_repeat && (!first || at < *first))
      first = at;
  if (!first) return std::nullopt;
  return first->second;
}

std::map<Writer, OrderRow> rows_of(const OrderReplay::Seen& seen) {
  std::map<Writer, OrderRow> rows;
  for (std::size_t w = 0; w < 3; ++w)
    if (seen[w]) rows.emplace(three_writers()[w], *seen[w]);
  return rows;
}

/// A writer whose row has lost releases its copies: it must not win after all.
std::optional<std::string> won_after_all(const OrderReplay& replay, const Prefix& prefix,
                                         const Winner& winner) {
  const auto rows = rows_of(replay.at(prefix));
  for (std::size_t other = 0; other < 3; ++other) {
    Prefix later = prefix;
    if (++later[other] >= replay.rows[other].size()) continue;
    const Writer after = winner(rows_of(replay.at(later)));
    if (rows.contains(after) && winner(rows) != after) return after.region + " lost, and then won";
  }
  return std::nullopt;
}

testing::Check order_check(const Winner& winner) {
  return [winner](const History& history) {
    const OrderReplay replay(history, [](const Step& step, const auto& known, const auto& seen) {
      Taken taken{!known.empty(), step.clock, step.writer};
      std::optional<OrderRow> row = seen[step.writer];
      if (!taken.is_repeat) row = OrderRow{"customer", "cart", "EUR", {}, {}, step.clock};
      return std::pair(taken, row);
    });
    return replay.for_each_prefix([&](const Prefix& prefix) -> std::optional<std::string> {
      const auto rows = rows_of(replay.at(prefix));
      const std::optional<Writer> expected = specified(replay.visible(prefix));
      if (rows.empty() != !expected) return "a row without its order";
      if (rows.empty()) return std::nullopt;
      if (winner(rows) != *expected) return "the winner is not as specified";
      return won_after_all(replay, prefix, winner);
    });
  };
}

TEST(OrderProperties, TheWinnerIsAsSpecifiedForEveryReader) {
  testing::expect_holds(order_check(&winner), kTakes);
}

TEST(OrderProperties, AWinnerByWriterAloneIsFound) {
  testing::expect_found(
      order_check([](const std::map<Writer, OrderRow>& rows) { return rows.begin()->first; }), 2,
      kTakes);
}

// --- a register

constexpr testing::Kinds kWrites{"writes", "writes", "writes", "writes", "writes", "writes"};

struct Write {
  std::string value;
  std::size_t writer = 0;
  std::uint64_t version = 0;  // one above the highest of the clock and of all versions seen
  std::vector<std::string> saw{};
};
struct Held {
  Versioned row;
  Writer writer;
  bool operator==(const Held&) const = default;
};
using RegisterReplay = testing::Replay<Write, std::optional<Held>>;
using Wins = std::function<bool(const Held&, const Held&)>;

/// The specification: the highest version, of two alike the higher writer's.
const Write* specified(const std::vector<const Write*>& writes) {
  const Write* latest = nullptr;
  for (const Write* write : writes)
    if (latest == nullptr ||
        std::pair(write->version, write->writer) > std::pair(latest->version, latest->writer))
      latest = write;
  return latest;
}

std::pair<Write, std::optional<Held>> make(const Step& step, const std::vector<const Write*>& known,
                                           std::size_t count) {
  Write write{"value " + std::to_string(count), step.writer, step.clock};
  for (const Write* before : known) {
    write.version = std::max(write.version, before->version);
    write.saw.push_back(before->value);
  }
  ++write.version;
  return {write, Held{{write.version, write.value}, three_writers()[step.writer]}};
}

testing::Check register_check(const Wins& wins) {
  const auto later = [wins](const std::optional<Held>& a, const std::optional<Held>& b) {
    if (!a || !b) return a ? a : b;
    return wins(*a, *b) ? a : b;
  };
  return [later](const History& history) {
    std::size_t count = 0;
    const RegisterReplay replay(history,
                                [&count](const Step& step, const auto& known, const auto&) {
                                  return make(step, known, ++count);
                                });
    return replay.for_each_prefix([&](const Prefix& prefix) -> std::optional<std::string> {
      const auto rows = replay.at(prefix);
      const auto older = replay.at({prefix[0] / 2, prefix[1] / 2, prefix[2] / 2});
      if (auto broken = testing::broken_law(rows, older, later)) return broken;
      const auto held = later(later(rows[0], rows[1]), rows[2]);
      const auto writes = replay.visible(prefix);
      if (!held) return writes.empty() ? std::nullopt : std::optional("nothing is held");
      if (held->row.value != specified(writes)->value) return "the value is not as specified";
      for (const Write* write : writes)
        if (std::ranges::find(write->saw, held->row.value) != write->saw.end())
          return "a value stands that a write had seen and replaced";
      return std::nullopt;
    });
  };
}

TEST(RegisterProperties, TheLatestIsAsSpecifiedForEveryReader) {
  testing::expect_holds(register_check([](const Held& a, const Held& b) {
                          return wins(a.row, a.writer, b.row, b.writer);
                        }),
                        kWrites);
}

TEST(RegisterProperties, AWriterThatBreaksNoTiesIsFound) {
  testing::expect_found(
      register_check([](const Held& a, const Held& b) { return a.row.version > b.row.version; }), 2,
      kWrites);
}

TEST(RegisterProperties, AHigherWriterThatAlwaysWinsIsFound) {
  testing::expect_found(
      register_check([](const Held& a, const Held& b) { return a.writer > b.writer; }), 2, kWrites);
}

}  // namespace
}  // namespace perpetua::crdt
