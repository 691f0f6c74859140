// Every way in which an owner's end and its mirrors' ends can stand to each other when regions
// meet, in every order of meeting, and what is to come of it (design section 3).

#include <gtest/gtest.h>

#include "replication/testing.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

const Writer kOwner{"a", 1};

/// What a region's disk holds of the owner's history.
struct Copy {
  std::uint64_t entries = 0;
  std::uint64_t same_until = 1000;  // entries after this one are of another history
  std::uint64_t entries_from = 1;   // earlier ones were trimmed
  std::uint64_t hashes_from = 0;    // earlier ones were trimmed
};
constexpr Copy kNothing{};

enum class Owner { kWrites, kStopped, kNewcomer };

struct Row {
  const char* situation;
  const char* action;  // what is expected, in words
  Owner disk;          // kNewcomer: the owner's disk was emptied
  Copy a;
  Copy b;
  Copy c;
  // Afterwards, when all have met.
  std::optional<Owner> owner;  // nothing: depends on the order of meeting
  std::optional<std::uint64_t> a_end;
  std::optional<std::uint64_t> b_end;  // nothing: depends on whom it met first
  std::optional<std::uint64_t> c_end;
  bool by_snapshot = false;
};

// With two regions, c is not there.
const Row kTwo[] = {
    {"equal", "nothing to send", Owner::kWrites, {10}, {10}, kNothing, Owner::kWrites, 10, 10, {}},
    {"mirror behind", "entries", Owner::kWrites, {10}, {6}, kNothing, Owner::kWrites, 10, 10, {}},
    {"mirror behind, entries trimmed",
     "a snapshot, for the hash proves it",
     Owner::kWrites,
     {10, 1000, 9, 5},
     {6},
     kNothing,
     Owner::kWrites,
     10,
     10,
     {},
     true},
    {"mirror ahead",
     "the owner was rolled back: it stops, the mirror keeps all",
     Owner::kWrites,
     {6},
     {10},
     kNothing,
     Owner::kStopped,
     6,
     10,
     {}},
    {"different at the same length",
     "both stop exchanging it, the owner stops writing",
     Owner::kWrites,
     {10, 6},
     {10},
     kNothing,
     Owner::kStopped,
     10,
     10,
     {}},
    {"different, mirror behind",
     "both stop exchanging it, the owner stops writing",
     Owner::kWrites,
     {10, 3},
     {6},
     kNothing,
     Owner::kStopped,
     10,
     6,
     {}},
    {"different, mirror ahead",
     "the owner was rolled back: it stops, the mirror keeps all",
     Owner::kWrites,
     {8, 3},
     {10},
     kNothing,
     Owner::kStopped,
     8,
     10,
     {}},
    {"unknown, for the hash was trimmed",
     "nothing is sent, the owner stops writing",
     Owner::kWrites,
     {10, 1000, 9, 8},
     {6},
     kNothing,
     Owner::kStopped,
     10,
     6,
     {}},
    {"mirror empty",
     "entries from the first",
     Owner::kWrites,
     {10},
     kNothing,
     kNothing,
     Owner::kWrites,
     10,
     10,
     {}},
    {"mirror empty, entries trimmed",
     "a snapshot: everything begins with nothing",
     Owner::kWrites,
     {10, 1000, 9, 8},
     kNothing,
     kNothing,
     Owner::kWrites,
     10,
     10,
     {},
     true},
    {"owner's disk emptied",
     "it is a newcomer and mirrors its own old history",
     Owner::kNewcomer,
     kNothing,
     {10},
     kNothing,
     Owner::kNewcomer,
     10,
     10,
     {}},
    {"owner emptied and written anew under its old name",
     "it was rolled back to nothing: it stops",
     Owner::kWrites,
     kNothing,
     {10},
     kNothing,
     Owner::kStopped,
     0,
     10,
     {}},
    {"both empty",
     "nothing to send",
     Owner::kWrites,
     kNothing,
     kNothing,
     kNothing,
     Owner::kWrites,
     0,
     0,
     {}},
};

const Row kThree[] = {
    {"both mirrors behind",
     "entries to both",
     Owner::kWrites,
     {10},
     {6},
     {3},
     Owner::kWrites,
     10,
     10,
     10},
    {"one mirror empty, one equal",
     "entries",
     Owner::kWrites,
     {10},
     {10},
     kNothing,
     Owner::kWrites,
     10,
     10,
     10},
    {"entries trimmed, one far behind",
     "a snapshot to it",
     Owner::kWrites,
     {10, 1000, 9, 2},
     {3},
     {10},
     Owner::kWrites,
     10,
     10,
     10},
    {"owner behind one mirror, ahead of the other",
     "it stops; what c holds stays whole",
     Owner::kWrites,
     {6},
     {4},
     {10},
     Owner::kStopped,
     6,
     {},
     10},
    {"owner rolled back and written on",
     "it stops; what c holds stays whole",
     Owner::kWrites,
     {12, 6},
     {6},
     {10},
     Owner::kStopped,
     12,
     {},
     10},
    {"owner rolled back to before both",
     "it stops; the mirrors exchange what they hold",
     Owner::kWrites,
     {2},
     {6},
     {10},
     Owner::kStopped,
     2,
     10,
     10},
    {"owner's disk emptied",
     "it mirrors the longest",
     Owner::kNewcomer,
     kNothing,
     {6},
     {10},
     Owner::kNewcomer,
     10,
     10,
     10},
    {"one mirror unknown, for the hash was trimmed",
     "met before c, the owner stops; after c has brought b to what is known, all is well",
     Owner::kWrites,
     {10, 1000, 9, 8},
     {6},
     {9},
     {},
     10,
     {},
     {}},
};

std::string entry_of(const Copy& copy, std::uint64_t n) {
  return (n > copy.same_until ? "another " : "a ") + std::to_string(n);
}

void fill(FakeDisk& disk, const Copy& copy) {
  FakeLog& log = disk.log(kOwner);
  for (std::uint64_t n = 1; n <= copy.entries; ++n) log.add(entry_of(copy, n));
  log.first_entry = copy.entries_from;
  log.first_hash = copy.hashes_from;
}

FakeLog log_of(const Copy& copy) {
  FakeDisk disk;
  fill(disk, copy);
  return disk.log(kOwner);
}

using Order = std::vector<std::pair<std::string, std::string>>;

/// Lays the disks out, lets the regions meet in this order, and checks what came of it.
void check(const Row& row, const std::vector<std::string>& names, const Order& order,
           std::uint64_t seed) {
  TestNetwork net(names, seed);
  const std::map<std::string, const Copy*> copies{{"a", &row.a}, {"b", &row.b}, {"c", &row.c}};
  if (row.disk == Owner::kNewcomer) {
    net["a"].disk->own = {"a", 0};
    net["a"].disk->logs.clear();
  }
  for (const std::string& name : names)
    if (copies.at(name)->entries > 0) fill(*net[name].disk, *copies.at(name));
  net.start_all();
  for (const auto& [left, right] : order) {
    net.link(left, right);
    net.run();
  }
  net.pass(milliseconds(300));

  const std::map<std::string, std::optional<std::uint64_t>> ends{
      {"a", row.a_end}, {"b", row.b_end}, {"c", row.c_end}};
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    FakeLog& log = net[name].disk->log(kOwner);
    EXPECT_EQ(log.rows.size(), ends.at(name).value_or(log.rows.size()));
    // Nobody's copy ever shrinks or changes.
    EXPECT_TRUE(is_prefix(log_of(*copies.at(name)), log));
  }
  const std::string& why = net["a"].history->stopped_because();
  if (row.owner) {
    EXPECT_EQ(!why.empty(), row.owner == Owner::kStopped) << why;
  }
  if (row.owner == Owner::kStopped) {
    EXPECT_NE(why.find("takes no orders"), std::string::npos) << "says what follows: " << why;
    // Not forgotten by a restart, nor by a mirror that knows nothing of it.
    net.kill("a");
    net.start("a");
    EXPECT_FALSE(net["a"].history->stopped_because().empty());
  }
  if (names.size() == 2) {
    EXPECT_EQ(net["b"].history->snapshots_installed(), row.by_snapshot ? 1u : 0u);
  }
}

TEST(Meeting, OfTwoRegions) {
  for (const Row& row : kTwo)
    for (const Order& order : {Order{{"a", "b"}}, Order{{"b", "a"}}})
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        SCOPED_TRACE(std::string(row.situation) + ": " + row.action + "; " + order[0].first +
                     " dials; seed " + std::to_string(seed));
        check(row, {"a", "b"}, order, seed);
      }
}

TEST(Meeting, OfThreeRegionsInEveryOrder) {
  for (const Row& row : kThree) {
    Order order{{"a", "b"}, {"a", "c"}, {"b", "c"}};
    std::ranges::sort(order);
    do {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        std::string words;
        for (const auto& [left, right] : order) words += left + right + " ";
        SCOPED_TRACE(std::string(row.situation) + ": " + row.action + "; meeting " + words +
                     "seed " + std::to_string(seed));
        check(row, {"a", "b", "c"}, order, seed);
      }
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST(Meeting, MirrorsThatDifferStopExchangingAndSaySo) {
  TestNetwork net({"a", "b", "c"});
  fill(*net["b"].disk, {10, 6});
  fill(*net["c"].disk, {10});
  net.start("b");
  net.start("c");
  net.link("b", "c");
  net.run();
  EXPECT_EQ(net["b"].disk->log(kOwner).rows.back(), "another 10");
  EXPECT_EQ(net["c"].disk->log(kOwner).rows.back(), "a 10");
  for (const auto& [here, there] : {std::pair("b", "c"), std::pair("c", "b")}) {
    bool said = false;
    for (const PeerStatus& peer : net[here].engine->status())
      if (peer.region == there)
        for (const WriterStatus& writer : peer.writers)
          said = said || (writer.writer == kOwner && writer.standing == Standing::kDiverged);
    EXPECT_TRUE(said) << here;
    // It is the owner's history that is in doubt, not theirs.
    EXPECT_TRUE(net[here].history->stopped_because().empty());
  }
}

}  // namespace
}  // namespace perpetua::replication
