// The contract of port/history.h, for every adapter that keeps histories; with restarts.

#include "store/history_contract_testing.h"

namespace perpetua::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(HistoryContract, AFoundersLogBeginsWithItsFoundingRows) {
  const auto held = a_->holding(kA);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->end.n, 1u);
  EXPECT_EQ(held->first_entry, 1u);
  EXPECT_EQ(held->first_hash, 0u);
  EXPECT_EQ(a_->own_writer(), kA);
  EXPECT_EQ(a_->not_writing_because(), "");
  const auto entries = a_->read(kA, 0, 1);
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(held->end.hash, port::chain_hash(port::genesis_hash(kA), entries->front()));
  EXPECT_THAT(values_of(world_, *a_, "founding"), ElementsAre("v"));
}

TEST_P(HistoryContract, ANewcomerHoldsOthersAndWritesNothing) {
  EXPECT_EQ(b_->own_writer(), (Writer{"b", 0}));
  EXPECT_NE(b_->not_writing_because(), "");
  EXPECT_THAT(b_->holdings(), IsEmpty());
  EXPECT_EQ(put_rows(world_, *b_, {{"k", "v"}}).error().code, ErrorCode::kUnavailable);
  mirror_a();
  b_.reopen();
  EXPECT_EQ(b_->own_writer(), (Writer{"b", 0}));
  EXPECT_EQ(b_->holdings(), a_->holdings());
  EXPECT_THAT(values_of(world_, *b_, "founding"), ElementsAre("v"));
  const auto reading = b_->begin();
  EXPECT_TRUE(run(world_, reading->commit()));
}

TEST_P(HistoryContract, AMirrorIsEqualAndStaysSoAfterARestart) {
  for (const char* value : {"1", "2", "3"}) put("k", value);
  mirror_a();
  for (int restart = 0; restart < 2; ++restart) {
    EXPECT_EQ(b_->holding(kA), a_->holding(kA));
    EXPECT_EQ(b_->read(kA, 0, 1 << 20).value(), a_->read(kA, 0, 1 << 20).value());
    for (std::uint64_t n = 0; n <= 4; ++n) EXPECT_EQ(b_->hash_at(kA, n), a_->hash_at(kA, n)) << n;
    EXPECT_FALSE(b_->hash_at(kA, 5));
    EXPECT_THAT(values_of(world_, *b_, "k"), ElementsAre("3"));
    EXPECT_EQ(b_->log_bytes(kA), a_->log_bytes(kA));
    a_.reopen();
    b_.reopen();
  }
}

TEST_P(HistoryContract, WritingGoesOnAfterARestart) {
  put("k", "1");
  const auto before = a_->holding(kA);
  a_.reopen();
  EXPECT_EQ(a_->holding(kA), before);
  put("k", "2");
  EXPECT_EQ(a_->holding(kA)->end.n, before->end.n + 1);
  EXPECT_THAT(values_of(world_, *a_, "k"), ElementsAre("2"));
}

TEST_P(HistoryContract, ReadIsBoundedAndGivesAtLeastOne) {
  for (const char* value : {"1", "2", "3"}) put("k", value);
  EXPECT_EQ(a_->read(kA, 1, 0)->size(), 1u);
  EXPECT_EQ(a_->read(kA, 1, 1)->size(), 1u);
  EXPECT_EQ(a_->read(kA, 1, 1 << 20)->size(), 3u);
  EXPECT_THAT(a_->read(kA, 4, 1 << 20).value(), IsEmpty());
  EXPECT_EQ(a_->read(kB, 0, 1).error().code, ErrorCode::kNotFound);
}

TEST_P(HistoryContract, AppendTakesOnlyWhatContinuesTheHistory) {
  put("k", "1");
  const auto entries = a_->read(kA, 0, 1 << 20).value();
  const auto hash = [&](std::uint64_t n) { return a_->hash_at(kA, n).value(); };
  EXPECT_EQ(b_->append(kA, 2, entries[1], hash(2)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(b_->append(kA, 1, entries[0], hash(2)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(b_->append(kA, 1, entries[1], hash(1)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(b_->append(kA, 1, "garbage", port::chain_hash(port::genesis_hash(kA), "garbage"))
                .error()
                .code,
            ErrorCode::kCorrupt);
  EXPECT_EQ(b_->append(kA, 1, entries[1], port::chain_hash(port::genesis_hash(kA), entries[1]))
                .error()
                .code,
            ErrorCode::kCorrupt);  // says that it is entry 2
  EXPECT_EQ(b_->append(Writer{"c", 0}, 1, entries[0], hash(1)).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(a_->append(kA, 3, entries[1], hash(2)).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(b_->appended(kA), (port::End{0, port::genesis_hash(kA)}));

  ASSERT_TRUE(b_->append(kA, 1, entries[0], hash(1)));
  EXPECT_EQ(b_->appended(kA).n, 1u);
  EXPECT_FALSE(b_->holding(kA)) << "durable before the disk said so";
  ASSERT_TRUE(b_->append(kA, 2, entries[1], hash(2)));
  EXPECT_EQ(b_->append(kA, 2, entries[1], hash(2)).error().code, ErrorCode::kConflict);
  settle(*b_, kA, 2);
  EXPECT_EQ(b_->holding(kA), a_->holding(kA));
}

TEST_P(HistoryContract, OnChangeTellsOfMirrorsToo) {
  std::uint64_t seen = 0;
  const auto token = b_->on_change([&] { seen = b_->holding(kA)->end.n; });
  mirror_a();
  EXPECT_TRUE(world_.run_until([&] { return seen == 1; }));
}

TEST_P(HistoryContract, TrimmedEntriesAreGoneAndTheirHashesStay) {
  put_many(600);
  const std::uint64_t end = a_->holding(kA)->end.n;
  const std::string hash_at_200 = a_->hash_at(kA, 200).value();
  const auto kept = a_->read(kA, 400, 1 << 20).value();
  std::uint64_t kept_bytes = 0;
  for (const std::string& entry : kept) kept_bytes += entry.size();

  a_->trim(kA, 400, 100);
  put("k", "durable with the trim");
  for (int restart = 0; restart < 2; ++restart) {
    const auto held = a_->holding(kA);
    EXPECT_EQ(held->first_entry, 401u);
    EXPECT_EQ(held->first_hash, 100u);
    EXPECT_EQ(held->end.n, end + 1);
    EXPECT_EQ(a_->read(kA, 399, 1).error().code, ErrorCode::kNotFound);
    auto now = a_->read(kA, 400, 1 << 20).value();
    EXPECT_EQ(a_->log_bytes(kA), kept_bytes + now.back().size());
    now.pop_back();
    EXPECT_EQ(now, kept);
    EXPECT_EQ(a_->hash_at(kA, 200), hash_at_200);
    EXPECT_TRUE(a_->hash_at(kA, 100));
    EXPECT_FALSE(a_->hash_at(kA, 99));
    EXPECT_FALSE(a_->hash_at(kA, 0));
    a_.reopen();
  }
  EXPECT_TRUE(run(world_, a_->changes(kA, 10, 10))->reset);
  EXPECT_FALSE(run(world_, a_->changes(kA, 400, 10))->reset);
}

TEST_P(HistoryContract, TrimNeverGoesPastTheEndNorBack) {
  put("k", "v");
  a_->trim(kA, 1000, 1000);
  EXPECT_EQ(a_->holding(kA)->first_entry, 3u);
  EXPECT_EQ(a_->holding(kA)->first_hash, 2u);
  EXPECT_EQ(a_->hash_at(kA, 2), a_->holding(kA)->end.hash);
  EXPECT_EQ(a_->log_bytes(kA), 0u);
  a_->trim(kA, 1, 0);
  EXPECT_EQ(a_->holding(kA)->first_entry, 3u);
  a_->trim(kB, 1, 1);
  put("k", "w");
  EXPECT_EQ(a_->read(kA, 2, 1)->size(), 1u);
  a_.reopen();
  EXPECT_THAT(values_of(world_, *a_, "k"), ElementsAre("w"));
}

TEST_P(HistoryContract, HashesStayWhereEntriesNeedThem) {
  for (int i = 0; i < 5; ++i) put("k", "v");
  a_->trim(kA, 2, 5);
  EXPECT_EQ(a_->holding(kA)->first_entry, 3u);
  EXPECT_EQ(a_->holding(kA)->first_hash, 2u);
}

TEST_P(HistoryContract, ARegionThatWasStoppedStaysStopped) {
  put("k", "v");
  a_->stop_writing("contradicted by b");
  a_->stop_writing("another reason");
  EXPECT_EQ(a_->not_writing_because(), "contradicted by b");
  const auto refused = put_rows(world_, *a_, {{"k", "w"}});
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().message, "contradicted by b");
  mirror_a();  // b's events run the world until a's are durable too
  ASSERT_TRUE(run(world_, a_->begin()->commit()));
  a_.reopen();
  EXPECT_EQ(a_->not_writing_because(), "contradicted by b");
  EXPECT_THAT(values_of(world_, *a_, "k"), ElementsAre("v"));
}

INSTANTIATE_TEST_SUITE_P(All, HistoryContract, every_engine(), name_of_engine);

}  // namespace
}  // namespace perpetua::store
