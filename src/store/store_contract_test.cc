// The contract of port/store.h, for every adapter.

#include <gmock/gmock.h>

#include "store/memory/memory_store.h"
#include "store/memory/unordered_store.h"
#include "store/rocks/rocks_store.h"
#include "store/testing.h"

namespace perpetua::store {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

const Writer kA{"a", 1};
const Writer kB{"b", 1};

class JournalPair : public StorePair {
 public:
  port::Store& a() override { return *a_; }
  port::Store& b() override { return *b_; }
  void exchange() override {
    mirror_all(*a_, *b_);
    mirror_all(*b_, *a_);
    EXPECT_TRUE(world.run_until([this] {
      return covers(a_->position(), b_->position()) && covers(b_->position(), a_->position());
    }));
  }

 protected:
  std::unique_ptr<Journal> a_;
  std::unique_ptr<Journal> b_;
};

class MemoryPair final : public JournalPair {
 public:
  MemoryPair() {
    a_ = found_in_memory(kA, {}, world);
    b_ = found_in_memory(kB, {}, world);
  }
};

class RocksPair final : public JournalPair {
 public:
  RocksPair() {
    a_ = make(kA);
    b_ = make(kB);
  }
  ~RocksPair() override {
    a_.reset();
    b_.reset();
  }

 private:
  std::unique_ptr<Journal> make(const Writer& self) {
    const std::string folder = (folder_.path() / self.region).string();
    const Result<void> founded = found_rocks_store(folder, self, {}, world.wall_ms());
    EXPECT_TRUE(founded) << founded.error().message;
    JournalOptions options;
    options.region = self.region;
    auto store = open_rocks_store(folder, std::move(options), {world, world, world});
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  TestFolder folder_;
};

/// Each writer's rows arrive singly and in any order.
class UnorderedPair final : public StorePair {
 public:
  port::Store& a() override { return a_; }
  port::Store& b() override { return b_; }
  void exchange() override {
    a_.receive_from(b_);
    b_.receive_from(a_);
    while (a_.deliver_one(random_) || b_.deliver_one(random_)) {
    }
    EXPECT_TRUE(world.run_until([this] {
      return covers(a_.position(), b_.position()) && covers(b_.position(), a_.position());
    }));
  }

 private:
  std::mt19937_64 random_{1};
  UnorderedStore a_{kA, world};
  UnorderedStore b_{kB, world};
};

struct Kind {
  const char* name;
  std::unique_ptr<StorePair> (*make)();
};

template <class Pair>
std::unique_ptr<StorePair> make() {
  return std::make_unique<Pair>();
}

class StoreContract : public testing::TestWithParam<Kind> {
 protected:
  Result<port::Committed> put(port::Store& store, const std::string& sort,
                              const std::string& value) {
    return put_rows(world_, store, {{sort, value}});
  }
  std::vector<std::string> values(port::Store& store, const std::string& sort) {
    return values_of(world_, store, sort);
  }
  auto gather(port::Transaction& transaction, const std::string& sort) {
    port::Key key{"t", "p", sort};
    return run(world_, transaction.gather(std::move(key)));
  }
  auto scan(port::Transaction& transaction, const std::string& prefix,
            const std::string& after = "", std::size_t limit = port::kScanLimitMax) {
    port::Scan wanted{"t", "p", prefix, after, limit};
    return run(world_, transaction.scan(std::move(wanted)));
  }
  std::vector<std::string> sorts(const Result<std::vector<port::KeyedRow>>& rows) {
    std::vector<std::string> out;
    EXPECT_TRUE(rows.has_value());
    if (rows)
      for (const port::KeyedRow& row : *rows) out.push_back(row.key.sort);
    return out;
  }
  ErrorCode commit_fails(port::Transaction& transaction) {
    const auto committed = run(world_, transaction.commit());
    EXPECT_FALSE(committed.has_value());
    return committed ? ErrorCode::kInvalid : committed.error().code;
  }

  std::unique_ptr<StorePair> pair_ = GetParam().make();
  StoreWorld& world_ = pair_->world;
  port::Store& a_ = pair_->a();
  port::Store& b_ = pair_->b();
};

TEST_P(StoreContract, RowsAreGatheredWithTheirWriterAndEntry) {
  EXPECT_THAT(values(a_, "k"), IsEmpty());
  const auto committed = put(a_, "k", "v");
  ASSERT_TRUE(committed);
  const auto transaction = a_.begin();
  const auto rows = gather(*transaction, "k");
  EXPECT_THAT(rows.value(), ElementsAre(port::Row{kA, committed->n, "v"}));
  EXPECT_EQ(transaction->position(), a_.position());
  EXPECT_EQ(committed->position, a_.position());
  EXPECT_EQ(a_.position().at(kA), committed->n);
}

TEST_P(StoreContract, EntriesCountUpByOne) {
  const auto first = put(a_, "k", "1");
  const auto second = put(a_, "k", "2");
  EXPECT_EQ(second->n, first->n + 1);
  EXPECT_THAT(values(a_, "k"), ElementsAre("2"));
}

TEST_P(StoreContract, GatherMergesNothingAndListsWritersInOrder) {
  ASSERT_TRUE(put(b_, "k", "theirs"));
  ASSERT_TRUE(put(a_, "k", "ours"));
  pair_->exchange();
  EXPECT_THAT(values(a_, "k"), ElementsAre("ours", "theirs"));
  EXPECT_THAT(values(b_, "k"), ElementsAre("ours", "theirs"));
}

TEST_P(StoreContract, GatherSeesOwnPutsAndScanDoesNot) {
  ASSERT_TRUE(put(b_, "k", "theirs"));
  pair_->exchange();
  const auto transaction = a_.begin();
  transaction->put({"t", "p", "k"}, "first");
  transaction->put({"t", "p", "k"}, "second");
  const auto rows = gather(*transaction, "k");
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].writer, kA);
  EXPECT_EQ((*rows)[0].value, "second");
  const auto scanned = scan(*transaction, "");
  ASSERT_EQ(scanned->size(), 1u);
  EXPECT_EQ(scanned->front().row.value, "theirs");
}

TEST_P(StoreContract, ScansAreOrderedBytewiseWithinOnePartition) {
  using std::string_literals::operator""s;
  const std::vector<std::string> expected{"",      "\0"s, "\0\1"s, "\0\xff"s, "a",        "a\0"s,
                                          "a\0b"s, "ab",  "b",     "\xff"s,   "\xff\xff"s};
  for (auto at = expected.rbegin(); at != expected.rend(); ++at) ASSERT_TRUE(put(a_, *at, "v"));
  ASSERT_TRUE(put_rows(world_, a_, {{"x", "other partition"}}, "p2"));
  ASSERT_TRUE(put_rows(world_, a_, {{"x", "other partition"}}, "o"));
  const auto transaction = a_.begin();
  EXPECT_EQ(sorts(scan(*transaction, "")), expected);
  EXPECT_EQ(sorts(scan(*transaction, "a")), (std::vector{"a"s, "a\0"s, "a\0b"s, "ab"s}));
  EXPECT_EQ(sorts(scan(*transaction, "a\0"s)), (std::vector{"a\0"s, "a\0b"s}));
  EXPECT_EQ(sorts(scan(*transaction, "\xff"s)), (std::vector{"\xff"s, "\xff\xff"s}));
  EXPECT_EQ(sorts(scan(*transaction, "", "a\0"s)),
            (std::vector{"a\0b"s, "ab"s, "b"s, "\xff"s, "\xff\xff"s}));
  EXPECT_EQ(sorts(scan(*transaction, "a", "\0"s, 2)), (std::vector{"a"s, "a\0"s}));
  EXPECT_EQ(sorts(scan(*transaction, "a", "b")), std::vector<std::string>{});
}

TEST_P(StoreContract, AScansLimitCountsKeysWithAllTheirWriters) {
  for (const char* sort : {"1", "2", "3"}) {
    ASSERT_TRUE(put(a_, sort, "ours"));
    ASSERT_TRUE(put(b_, sort, "theirs"));
  }
  pair_->exchange();
  const auto transaction = a_.begin();
  EXPECT_EQ(sorts(scan(*transaction, "", "", 2)), (std::vector<std::string>{"1", "1", "2", "2"}));
  EXPECT_EQ(sorts(scan(*transaction, "", "2", 2)), (std::vector<std::string>{"3", "3"}));
}

TEST_P(StoreContract, OneOfTwoWhoReadAndWriteTheSameRowConflicts) {
  ASSERT_TRUE(put(a_, "k", "0"));
  const auto first = a_.begin();
  const auto second = a_.begin();
  ASSERT_TRUE(gather(*first, "k"));
  ASSERT_TRUE(gather(*second, "k"));
  first->put({"t", "p", "k"}, "1");
  second->put({"t", "p", "k"}, "2");
  ASSERT_TRUE(run(world_, first->commit()));
  EXPECT_EQ(commit_fails(*second), ErrorCode::kConflict);
  EXPECT_THAT(values(a_, "k"), ElementsAre("1"));
}

TEST_P(StoreContract, WritersWhoReadEachOthersRowsDoNotBothCommit) {  // write skew
  const auto first = a_.begin();
  const auto second = a_.begin();
  ASSERT_TRUE(gather(*first, "y"));
  ASSERT_TRUE(gather(*second, "x"));
  first->put({"t", "p", "x"}, "1");
  second->put({"t", "p", "y"}, "1");
  Running<Result<port::Committed>> one(world_, first->commit());
  Running<Result<port::Committed>> two(world_, second->commit());
  EXPECT_TRUE(one.wait());
  EXPECT_EQ(two.wait().error().code, ErrorCode::kConflict);
}

TEST_P(StoreContract, AnAbsentRowThatAppearsIsAConflict) {
  const auto transaction = a_.begin();
  ASSERT_TRUE(gather(*transaction, "k"));
  ASSERT_TRUE(put(a_, "k", "now there"));
  transaction->put({"t", "p", "other"}, "v");
  EXPECT_EQ(commit_fails(*transaction), ErrorCode::kConflict);
  EXPECT_THAT(values(a_, "other"), IsEmpty());
}

TEST_P(StoreContract, ARowThatAppearsInAScannedRangeIsAConflict) {
  const auto transaction = a_.begin();
  ASSERT_TRUE(scan(*transaction, "k"));
  ASSERT_TRUE(put(a_, "k1", "now there"));
  transaction->put({"t", "p", "other"}, "v");
  EXPECT_EQ(commit_fails(*transaction), ErrorCode::kConflict);
}

TEST_P(StoreContract, AnotherWritersRowThatArrivesIsAConflict) {
  const auto gathered = a_.begin();
  const auto scanned = a_.begin();
  ASSERT_TRUE(gather(*gathered, "k"));
  ASSERT_TRUE(scan(*scanned, ""));
  ASSERT_TRUE(put(b_, "k", "theirs"));
  pair_->exchange();
  gathered->put({"t", "p", "other"}, "v");
  scanned->put({"t", "p", "other"}, "v");
  EXPECT_EQ(commit_fails(*gathered), ErrorCode::kConflict);
  EXPECT_EQ(commit_fails(*scanned), ErrorCode::kConflict);
}

TEST_P(StoreContract, WhatHasChangedSinceTheSnapshotCannotBeRead) {
  const auto transaction = a_.begin();
  ASSERT_TRUE(put(a_, "k", "later"));
  EXPECT_EQ(gather(*transaction, "k").error().code, ErrorCode::kConflict);
  EXPECT_EQ(scan(*transaction, "").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(gather(*transaction, "untouched"));
}

TEST_P(StoreContract, WritesOfOtherKeysDoNotConflict) {
  const auto transaction = a_.begin();
  ASSERT_TRUE(gather(*transaction, "k"));
  ASSERT_TRUE(put(a_, "elsewhere", "v"));
  transaction->put({"t", "p", "blind"}, "v");
  EXPECT_TRUE(run(world_, transaction->commit()));
}

TEST_P(StoreContract, ACommitAnswersOnceItIsDurableAndSoDoesAReaderOfIt) {
  const auto writer = a_.begin();
  writer->put({"t", "p", "k"}, "v");
  Running<Result<port::Committed>> written(world_, writer->commit());
  const auto reader = a_.begin();
  port::Key key{"t", "p", "k"};
  Running<Result<std::vector<port::Row>>> seen(world_, reader->gather(std::move(key)));
  Running<Result<port::Committed>> read(world_, reader->commit());
  EXPECT_FALSE(written.is_done());
  EXPECT_FALSE(read.is_done());
  EXPECT_THAT(a_.position()[kA], testing::Lt(reader->position().at(kA)));
  const auto answer = written.wait();
  EXPECT_EQ(a_.position().at(kA), answer->n);
  EXPECT_TRUE(read.wait());
  EXPECT_EQ(seen.wait()->size(), 1u);
}

TEST_P(StoreContract, ATransactionWithoutPutsHasNoEntry) {
  ASSERT_TRUE(put(a_, "k", "v"));
  const auto transaction = a_.begin();
  ASSERT_TRUE(gather(*transaction, "k"));
  const auto committed = run(world_, transaction->commit());
  EXPECT_EQ(committed->n, 0u);
  EXPECT_EQ(committed->position, a_.position());
}

TEST_P(StoreContract, BoundsAreRefusedAndNothingIsWritten) {
  const Position before = a_.position();
  const auto many = a_.begin();
  for (std::size_t i = 0; i <= port::kRowsPerTransaction; ++i)
    many->put({"t", "p", std::to_string(i)}, "v");
  EXPECT_EQ(commit_fails(*many), ErrorCode::kLimit);
  const auto large = a_.begin();
  large->put({"t", "p", "k"}, std::string(port::kRowSizeMax + 1, 'x'));
  EXPECT_EQ(commit_fails(*large), ErrorCode::kLimit);
  const auto empty = a_.begin();
  empty->put({"t", "p", "k"}, "");
  EXPECT_EQ(commit_fails(*empty), ErrorCode::kInvalid);
  for (const port::Key& bad :
       {port::Key{"T", "p", "k"}, port::Key{"t", "", "k"}, port::Key{"", "p", "k"},
        port::Key{"t", std::string(2049, 'p'), "k"}, port::Key{"t", "p", std::string(1025, 'k')}}) {
    const auto transaction = a_.begin();
    transaction->put(bad, "v");
    EXPECT_EQ(commit_fails(*transaction), ErrorCode::kInvalid);
  }
  EXPECT_EQ(a_.position(), before);
  const auto largest = a_.begin();
  largest->put({"t", std::string(2048, '\0'), std::string(1024, '\xff')},
               std::string(port::kRowSizeMax, 'x'));
  EXPECT_TRUE(run(world_, largest->commit()));
}

TEST_P(StoreContract, WaitsForAPosition) {
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

TEST_P(StoreContract, ChangesComeInOrderFromAnyPosition) {
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

TEST_P(StoreContract, ChangesOfOtherWritersComeToo) {
  EXPECT_TRUE(run(world_, a_.changes(kB, 0, 100))->changes.empty());
  ASSERT_TRUE(put_rows(world_, b_, {{"k", "1"}, {"l", "2"}}));
  pair_->exchange();
  const auto changes = run(world_, a_.changes(kB, 0, 100));
  ASSERT_FALSE(changes->changes.empty());
  EXPECT_EQ(changes->position, b_.position().at(kB));
  EXPECT_EQ(changes->changes.back().rows.size(), 2u);
  EXPECT_EQ(changes->changes.back().rows[1].row.writer, kB);
}

TEST_P(StoreContract, SubscribersHearOfEachMoveUntilTheyLeave) {
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

TEST_P(StoreContract, ATableIsReadInPages) {
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

std::string name_of(const testing::TestParamInfo<Kind>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(All, StoreContract,
                         testing::Values(Kind{"memory", make<MemoryPair>},
                                         Kind{"rocks", make<RocksPair>},
                                         Kind{"unordered", make<UnorderedPair>}),
                         name_of);

}  // namespace
}  // namespace perpetua::store
