// The contract of port/store.h for every adapter: transactions.

#include "store/contract_testing.h"

namespace perpetua::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

INSTANTIATE_TEST_SUITE_P(All, StoreContract, every_kind(), name_of);

}  // namespace
}  // namespace perpetua::store
