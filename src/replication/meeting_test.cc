// Every way in which an owner's copy of its history and its mirrors' copies can stand to each other
// when regions meet, in every order of meeting, and what is to come of it (design section 3).

#include <gtest/gtest.h>

#include "replication/fake_history.h"
#include "replication/meeting_model.h"
#include "replication/testing.h"

namespace perpetua::replication {
namespace {

using model::Copy;
using model::kAlways;
using std::chrono::milliseconds;

const Writer kOwner{"a", 1};

// The owner has 10 entries, or lost its disk.
struct OwnersCopy {
  const char* what;
  Copy copy;
  bool is_newcomer = false;
};
const OwnersCopy kOwners[] = {
    {"whole", {10}},
    {"entries trimmed", {10, kAlways, 10, 5}},
    {"entries and hashes trimmed", {10, kAlways, 10, 8}},
    {"disk emptied", {}, true},
    {"emptied and begun anew under its old name", {}},
};

// What comes of it when two meet.
enum class Action {
  kNothing,   // both have the same
  kEntries,   // to the mirror
  kSnapshot,  // to the mirror, whose end is proven
  kBack,      // entries to the owner, a newcomer now
  kBackBySnapshot,
  kBehind,    // the owner was rolled back: it stops, each keeps what it has
  kDiverged,  // they differ: the owner stops, each keeps what it has
  kUnproven,  // the owner cannot know: it stops, each keeps what it has
};
using enum Action;

struct MirrorsCopy {
  const char* what;
  Copy copy;
  Action actions[std::size(kOwners)];  // expected, beside each of kOwners
};
const MirrorsCopy kMirrors[] = {
    {"empty", {}, {kEntries, kSnapshot, kSnapshot, kNothing, kNothing}},
    {"behind", {6}, {kEntries, kSnapshot, kUnproven, kBack, kBehind}},
    {"behind, trimmed",
     {6, kAlways, 7, 6},
     {kEntries, kSnapshot, kUnproven, kBackBySnapshot, kBehind}},
    {"equal", {10}, {kNothing, kNothing, kNothing, kBack, kBehind}},
    {"equal, trimmed",
     {10, kAlways, 11, 10},
     {kNothing, kNothing, kNothing, kBackBySnapshot, kBehind}},
    {"ahead", {13}, {kBehind, kBehind, kBehind, kBack, kBehind}},
    {"ahead, trimmed",
     {13, kAlways, 14, 12},
     {kBehind, kBehind, kBehind, kBackBySnapshot, kBehind}},
    {"different and behind", {6, 3}, {kDiverged, kDiverged, kUnproven, kBack, kBehind}},
    {"different and equal", {10, 6}, {kDiverged, kDiverged, kDiverged, kBack, kBehind}},
    {"different and ahead", {13, 6}, {kDiverged, kDiverged, kDiverged, kBack, kBehind}},
};

Copy of(const MirrorsCopy& mirror, const std::string& region) {
  Copy copy = mirror.copy;
  if (copy.same_until != kAlways) copy.fork = region;
  return copy;
}

std::vector<std::string> rows_of(const Copy& copy) {
  std::vector<std::string> rows;
  for (std::uint64_t n = 1; n <= copy.end; ++n)
    rows.push_back((n > copy.same_until ? copy.fork : "") + " " + std::to_string(n));
  return rows;
}

void fill(FakeDisk& disk, const Copy& copy) {
  FakeLog& log = disk.log(kOwner);
  for (const std::string& row : rows_of(copy)) log.add(row);
  log.first_entry = copy.first_entry;
  log.first_hash = copy.first_hash;
}

using Order = std::vector<std::pair<std::string, std::string>>;

struct Case {
  std::map<std::string, Copy> copies;
  bool owner_is_newcomer;
  Order order;
  std::uint64_t seed;
};

/// Lays the disks out and lets the regions meet in this order.
std::unique_ptr<TestNetwork<FakeStore>> play(const Case& given) {
  std::vector<std::string> names;
  for (const auto& [name, copy] : given.copies) names.push_back(name);
  auto net = std::make_unique<TestNetwork<FakeStore>>(names, given.seed);
  if (given.owner_is_newcomer) (*net)["a"].store.wipe();
  for (const auto& [name, copy] : given.copies)
    if (copy.end > 0) fill(*(*net)[name].store.disk, copy);
  net->start_all();
  for (const auto& [left, right] : given.order) {
    net->link(left, right);
    net->run();
  }
  net->pass(milliseconds(300));
  return net;
}

Standing standing(TestNetwork<FakeStore>& net, const std::string& here, const std::string& there) {
  const auto seen = seen_by(*net[here].engine, there, kOwner);
  return seen ? seen->standing : Standing::kProven;
}

/// The copies, how each two stand to each other on both sides, and whether the owner writes.
void expect(TestNetwork<FakeStore>& net, const Case& given, const model::Shop& shop) {
  for (const auto& [name, expected] : shop.copies()) {
    SCOPED_TRACE(name);
    const FakeLog& log = net[name].store.disk->log(kOwner);
    EXPECT_EQ(log.rows, rows_of(expected));
    EXPECT_EQ(log.first_entry, expected.first_entry);
    EXPECT_EQ(log.first_hash, expected.first_hash);
    const auto before = rows_of(given.copies.at(name));
    EXPECT_EQ(std::ranges::mismatch(before, log.rows).in1, before.end())
        << "a copy shrinks or changes";
    EXPECT_TRUE(name == "a" || net[name].store.history().stopped_because().empty());
  }
  for (const auto& [link, expected] : shop.standings()) {
    SCOPED_TRACE(link.first + link.second);
    EXPECT_EQ(standing(net, link.first, link.second), expected);
    EXPECT_EQ(standing(net, link.second, link.first), expected);
  }
  const std::string& why = net["a"].store.history().stopped_because();
  EXPECT_EQ(!why.empty(), shop.is_stopped()) << why;
  if (!shop.is_stopped()) return;
  EXPECT_NE(why.find("takes no orders"), std::string::npos) << "says what follows: " << why;
  // Not forgotten by a restart.
  net.kill("a");
  net.start("a");
  EXPECT_FALSE(net["a"].store.history().stopped_because().empty());
}

/// The table's action for two, in terms of what is there afterwards.
void expect(TestNetwork<FakeStore>& net, Action action, const Copy& owner, const Copy& mirror) {
  const bool is_sent = action == kEntries || action == kSnapshot;
  const bool is_sent_back = action == kBack || action == kBackBySnapshot;
  const FakeLog& a = net["a"].store.disk->log(kOwner);
  const FakeLog& b = net["b"].store.disk->log(kOwner);
  EXPECT_EQ(a.rows, rows_of(is_sent_back ? mirror : owner));
  EXPECT_EQ(b.rows, rows_of(is_sent ? owner : mirror));
  EXPECT_EQ(b.first_entry, action == kSnapshot ? owner.end + 1 : mirror.first_entry);
  EXPECT_EQ(a.first_entry, action == kBackBySnapshot ? mirror.end + 1 : owner.first_entry);
  const Standing expected = action == kBehind     ? Standing::kOwnerBehind
                            : action == kDiverged ? Standing::kDiverged
                            : action == kUnproven ? Standing::kCannotProve
                                                  : Standing::kProven;
  EXPECT_EQ(standing(net, "a", "b"), expected);
  EXPECT_EQ(standing(net, "b", "a"), expected);
  EXPECT_EQ(!net["a"].store.history().stopped_because().empty(), expected != Standing::kProven);
}

TEST(Meeting, OfTwoRegions) {
  for (std::size_t column = 0; column < std::size(kOwners); ++column)
    for (const MirrorsCopy& mirror : kMirrors)
      for (const Order& order : {Order{{"a", "b"}}, Order{{"b", "a"}}})
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
          const OwnersCopy& owner = kOwners[column];
          SCOPED_TRACE(std::string("the owner ") + owner.what + ", the mirror " + mirror.what +
                       "; " + order[0].first + " dials; seed " + std::to_string(seed));
          const Case given{
              {{"a", owner.copy}, {"b", of(mirror, "b")}}, owner.is_newcomer, order, seed};
          const auto net = play(given);
          expect(*net, mirror.actions[column], owner.copy, of(mirror, "b"));
          model::Shop shop(given.copies, given.owner_is_newcomer);
          shop.meet({"a", "b"});
          expect(*net, given, shop);
        }
}

class MeetingOfThree : public ::testing::TestWithParam<std::size_t> {};

TEST_P(MeetingOfThree, InEveryOrder) {
  const OwnersCopy& owner = kOwners[GetParam()];
  std::uint64_t seed = 0;
  for (const MirrorsCopy& b : kMirrors)
    for (const MirrorsCopy& c : kMirrors) {
      Order order{{"a", "b"}, {"a", "c"}, {"b", "c"}};
      do {
        const Case given{{{"a", owner.copy}, {"b", of(b, "b")}, {"c", of(c, "c")}},
                         owner.is_newcomer,
                         order,
                         ++seed};
        model::Shop shop(given.copies, given.owner_is_newcomer);
        for (const auto& link : order) shop.meet(link);
        SCOPED_TRACE(std::string("the owner ") + owner.what + ", b " + b.what + ", c " + c.what +
                     "; expected " + shop.what_happens() + "seed " + std::to_string(seed));
        expect(*play(given), given, shop);
        if (HasFailure()) return;  // one is enough to look into
      } while (std::ranges::next_permutation(order).found);
    }
}

INSTANTIATE_TEST_SUITE_P(Owners, MeetingOfThree,
                         ::testing::Range<std::size_t>(0, std::size(kOwners)));

}  // namespace
}  // namespace perpetua::replication
