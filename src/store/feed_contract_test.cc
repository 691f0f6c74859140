// The contract of port/store.h for every adapter: positions, changes, whole tables.

#include "store/contract_testing.h"

namespace perpetua::store {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class FeedContract : public StoreContract {};

TEST_P(FeedContract, WaitsForAPosition) {
  ASSERT_TRUE(put(b_, "k", "v"));
  Position wanted = b_.position();
  Running<bool> waits(world_, a_.wait_for(wanted, milliseconds(150)));
  Running<bool> gives_up(world_, a_.wait_for({{kB, 1'000'000}}, milliseconds(150)));
  EXPECT_FALSE(waits.is_done());
  pair_->exchange();
  EXPECT_TRUE(waits.wait());
  EXPECT_FALSE(gives_up.is_done());
  world_.advance(milliseconds(150));
  EXPECT_FALSE(gives_up.wait());
  EXPECT_TRUE(run(world_, a_.wait_for(wanted, milliseconds(0))));
  EXPECT_FALSE(run(world_, a_.wait_for({{kB, 1'000'000}}, milliseconds(0))));
}

TEST_P(FeedContract, ChangesComeInOrderFromAnyPosition) {
  const std::uint64_t before = a_.position()[kA];
  for (const char* value : {"1", "2", "3"}) ASSERT_TRUE(put(a_, "k", value));
  const auto all = run(world_, a_.changes(kA, before, 100));
  ASSERT_EQ(all->changes.size(), 3u);
  EXPECT_FALSE(all->reset);
  EXPECT_EQ(all->position, before + 3);
  const port::KeyedRow expected{{"t", "p", "k"}, {kA, before + 2, "2"}};
  EXPECT_EQ(all->changes[1].n, before + 2);
  EXPECT_THAT(all->changes[1].rows, ElementsAre(expected));
  const auto some = run(world_, a_.changes(kA, before + 1, 1));
  ASSERT_EQ(some->changes.size(), 1u);
  EXPECT_EQ(some->position, before + 2);
  EXPECT_EQ(some->changes[0].rows, all->changes[1].rows);
  const auto none = run(world_, a_.changes(kA, before + 3, 100));
  EXPECT_TRUE(none->changes.empty());
  EXPECT_EQ(none->position, before + 3);
  EXPECT_FALSE(none->reset);
}

TEST_P(FeedContract, ChangesOfOtherWritersComeToo) {
  EXPECT_TRUE(run(world_, a_.changes(kB, 0, 100))->changes.empty());
  ASSERT_TRUE(put_rows(world_, b_, {{"k", "1"}, {"l", "2"}}));
  pair_->exchange();
  const auto changes = run(world_, a_.changes(kB, 0, 100));
  ASSERT_FALSE(changes->changes.empty());
  EXPECT_EQ(changes->position, b_.position().at(kB));
  EXPECT_EQ(changes->changes.back().rows.size(), 2u);
  EXPECT_EQ(changes->changes.back().rows[1].row.writer, kB);
}

TEST_P(FeedContract, SubscribersHearOfEachMoveUntilTheyLeave) {
  int heard = 0;
  std::uint64_t seen = 0;
  auto token = a_.subscribe([&] {
    ++heard;
    seen = a_.position()[kA];
  });
  const auto committed = put(a_, "k", "v");
  EXPECT_TRUE(world_.run_until([&] { return heard > 0; }));
  EXPECT_EQ(seen, committed->n);
  token.reset();
  const int before = heard;
  ASSERT_TRUE(put(a_, "k", "w"));
  EXPECT_EQ(heard, before);
}

TEST_P(FeedContract, ATableIsReadInPages) {
  for (const char* partition : {"p1", "p2", "p3"})
    ASSERT_TRUE(put_rows(world_, a_, {{"1", "v"}, {"2", "v"}}, partition));
  ASSERT_TRUE(put_rows(world_, b_, {{"2", "theirs"}}, "p1"));
  pair_->exchange();
  std::vector<std::string> found;
  std::optional<port::Key> after;
  for (;;) {
    const auto page = run(world_, a_.scan_table("t", after, 4));
    ASSERT_TRUE(page);
    if (page->empty()) break;
    for (const port::KeyedRow& row : *page)
      found.push_back(row.key.partition + row.key.sort + row.row.writer.region);
    after = page->back().key;
  }
  EXPECT_THAT(found, ElementsAre("p11a", "p12a", "p12b", "p21a", "p22a", "p31a", "p32a"));
  EXPECT_THAT(run(world_, a_.scan_table("u", std::nullopt, 10)).value(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, FeedContract, every_kind(), name_of);

}  // namespace
}  // namespace perpetua::store
