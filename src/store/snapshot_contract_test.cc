// The part of port/history.h's contract about snapshots.

#include "store/history_contract_testing.h"
#include "store/snapshot_chunk.h"

namespace perpetua::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SnapshotContract : public HistoryContract {};

TEST_P(SnapshotContract, ASnapshotTakesAMirrorsPlace) {
  put("old", "1");
  mirror_a();
  for (int i = 0; i < 300; ++i) put("k" + std::to_string(i % 7), std::string(1000, 'x'));
  put("old", "2");
  a_->trim(kA, a_->holding(kA)->end.n, 0);
  const auto chunks = snapshot_of(*a_, 2000);
  ASSERT_GT(chunks.size(), 2u);

  ASSERT_TRUE(b_->begin_snapshot(kA, a_->holding(kA)->end));
  for (const std::string& chunk : chunks) ASSERT_TRUE(b_->add_snapshot_chunk(kA, chunk));
  EXPECT_THAT(values_of(world_, *b_, "old"), ElementsAre("1")) << "seen before it is installed";
  auto reading = b_->begin();
  ASSERT_TRUE(b_->install_snapshot(kA));
  EXPECT_THAT(values_of(world_, *b_, "old"), ElementsAre("1")) << "seen before it is durable";
  EXPECT_EQ(b_->appended(kA), a_->appended(kA));
  settle(*b_, kA, a_->holding(kA)->end.n);

  port::Key key{"t", "p", "old"};
  EXPECT_EQ(run(world_, reading->gather(std::move(key))).error().code, ErrorCode::kConflict);
  reading.reset();
  for (int restart = 0; restart < 2; ++restart) {
    EXPECT_THAT(values_of(world_, *b_, "old"), ElementsAre("2"));
    EXPECT_THAT(values_of(world_, *b_, "k3"), ElementsAre(std::string(1000, 'x')));
    EXPECT_EQ(b_->holding(kA)->end, a_->holding(kA)->end);
    EXPECT_EQ(b_->holding(kA)->first_entry, a_->holding(kA)->end.n + 1);
    EXPECT_EQ(b_->hash_at(kA, b_->holding(kA)->end.n), a_->holding(kA)->end.hash);
    EXPECT_TRUE(run(world_, b_->changes(kA, 2, 10))->reset);
    EXPECT_EQ(snapshot_of(*b_, 2000), chunks);
    b_.reopen();
  }
  put("after", "v");
  mirror_a();
  EXPECT_THAT(values_of(world_, *b_, "after"), ElementsAre("v"));
}

TEST_P(SnapshotContract, EntriesFollowASnapshotThatIsNotDurableYet) {
  put("k", "1");
  const auto chunks = snapshot_of(*a_, 1 << 20);
  ASSERT_TRUE(b_->begin_snapshot(kA, a_->holding(kA)->end));
  ASSERT_TRUE(b_->add_snapshot_chunk(kA, chunks.at(0)));
  ASSERT_TRUE(b_->install_snapshot(kA));
  EXPECT_EQ(b_->begin_snapshot(kA, {9, port::genesis_hash(kA)}).error().code,
            ErrorCode::kUnavailable);
  put("k", "2");
  const auto entry = a_->read(kA, 2, 1)->front();
  ASSERT_TRUE(b_->append(kA, 3, entry, a_->hash_at(kA, 3).value()));
  settle(*b_, kA, 3);
  EXPECT_THAT(values_of(world_, *b_, "k"), ElementsAre("2"));
  EXPECT_EQ(b_->position(), a_->position());
  b_.reopen();
  EXPECT_THAT(values_of(world_, *b_, "k"), ElementsAre("2"));
}

TEST_P(SnapshotContract, ASnapshotWithAHoleOrOfAnotherIsRefused) {
  for (int i = 0; i < 5; ++i) put("k" + std::to_string(i), std::string(1000, 'x'));
  const port::End end = a_->holding(kA)->end;
  const auto chunks = snapshot_of(*a_, 1000);
  ASSERT_GE(chunks.size(), 3u);
  EXPECT_EQ(b_->add_snapshot_chunk(kA, chunks[0]).error().code, ErrorCode::kConflict);
  EXPECT_EQ(b_->install_snapshot(kA).error().code, ErrorCode::kConflict);
  EXPECT_EQ(a_->begin_snapshot(kA, end).error().code, ErrorCode::kInvalid);
  ASSERT_TRUE(b_->begin_snapshot(kA, end));
  ASSERT_TRUE(b_->add_snapshot_chunk(kA, chunks[0]));
  EXPECT_EQ(b_->install_snapshot(kA).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(b_->add_snapshot_chunk(kA, chunks[2]).error().code, ErrorCode::kCorrupt);
  std::string flipped = chunks[1];
  flipped[flipped.size() / 2] ^= 1;
  EXPECT_EQ(b_->add_snapshot_chunk(kA, flipped).error().code, ErrorCode::kCorrupt);
  ASSERT_TRUE(b_->begin_snapshot(kB, end));
  EXPECT_EQ(b_->add_snapshot_chunk(kB, chunks[0]).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(b_->holding(kA));
  // Begun anew, or after a restart, nothing of it is left.
  b_.reopen();
  EXPECT_EQ(b_->add_snapshot_chunk(kA, chunks[1]).error().code, ErrorCode::kConflict);
  EXPECT_THAT(values_of(world_, *b_, "k0"), IsEmpty());
  mirror_a();
  EXPECT_EQ(b_->holding(kA), a_->holding(kA));
}

TEST_P(SnapshotContract, ASnapshotReaderIsOfOneMoment) {
  put("k", "1");
  auto reader = a_->read_snapshot(kA);
  const port::End end = (*reader)->end();
  put("k", "2");
  const auto chunk = (*reader)->next(1 << 20);
  EXPECT_TRUE((*reader)->next(1 << 20)->empty());
  ASSERT_TRUE(b_->begin_snapshot(kA, end));
  ASSERT_TRUE(b_->add_snapshot_chunk(kA, *chunk));
  ASSERT_TRUE(b_->install_snapshot(kA));
  settle(*b_, kA, end.n);
  EXPECT_THAT(values_of(world_, *b_, "k"), ElementsAre("1"));
  EXPECT_EQ(a_->read_snapshot(kB).error().code, ErrorCode::kNotFound);
}

TEST_P(SnapshotContract, ASnapshotBringsTheHashesThatItsSourceKnows) {
  put_many(600);
  const auto hash_at_100 = a_->hash_at(kA, 100);
  a_->trim(kA, 400, 100);
  put("k", "durable with the trim");
  const port::Holding source = *a_->holding(kA);
  ASSERT_EQ(source.first_hash, 100u);
  const auto chunks = snapshot_of(*a_, 1000);
  mirror_a();
  for (int restart = 0; restart < 2; ++restart) {
    EXPECT_EQ(b_->holding(kA)->end, source.end);
    EXPECT_EQ(b_->holding(kA)->first_entry, source.end.n + 1) << "not by a snapshot";
    EXPECT_EQ(b_->holding(kA)->first_hash, 100u);
    EXPECT_EQ(b_->hash_at(kA, 100), hash_at_100);
    EXPECT_FALSE(b_->hash_at(kA, 99));
    for (std::uint64_t n = 100; n <= source.end.n; ++n)
      ASSERT_EQ(b_->hash_at(kA, n), a_->hash_at(kA, n)) << n;
    EXPECT_EQ(snapshot_of(*b_, 1000), chunks) << "a mirror serves what its source did";
    b_.reopen();
  }
  b_->trim(kA, source.end.n, 500);
  EXPECT_TRUE(b_->hash_at(kA, 500));
  EXPECT_FALSE(b_->hash_at(kA, 499));
}

TEST_P(SnapshotContract, ASnapshotOfAnotherHistoryOrWithoutItsHashesIsRefused) {
  put("k", "1");
  mirror_a();
  put("k", "2");
  put("k", "3");
  const port::End end = a_->holding(kA)->end;
  const SnapshotChunk whole = decode_chunk(snapshot_of(*a_, 1 << 20).at(0)).value();
  ASSERT_EQ(whole.hashes.size(), end.n - 1);
  SnapshotChunk other = whole;
  other.hashes.at(b_->holding(kA)->end.n - 1) = end.hash;
  SnapshotChunk more = whole;
  more.hashes.push_back(end.hash);
  for (const SnapshotChunk& bad : {other, more}) {
    ASSERT_TRUE(b_->begin_snapshot(kA, end));
    EXPECT_EQ(b_->add_snapshot_chunk(kA, encode(bad)).error().code, ErrorCode::kCorrupt);
  }
  SnapshotChunk less = whole;
  less.hashes.pop_back();
  ASSERT_TRUE(b_->begin_snapshot(kA, end));
  ASSERT_TRUE(b_->add_snapshot_chunk(kA, encode(less)));
  EXPECT_EQ(b_->install_snapshot(kA).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(b_->appended(kA).n, end.n - 2) << "the mirror stays as it was";
}

/// c takes a snapshot and an entry of a, and validates a transaction at each step of its disk.
TEST_P(SnapshotContract, WhatWasValidatedWithoutItIsDurableBeforeItIsToldOf) {
  put("taken", "v");
  const auto chunks = snapshot_of(*a_, 1 << 20);
  const port::End end = a_->holding(kA)->end;
  put("later", "v");
  Region c(world_, GetParam(), "c");
  c.found();
  c.open();
  const Writer own{"c", 1};
  std::uint64_t last_without = 0;
  const auto token =
      c->on_change([&] { EXPECT_TRUE(!c->holding(kA) || c->holding(own)->end.n >= last_without); });
  ASSERT_TRUE(c->begin_snapshot(kA, end));
  for (const std::string& chunk : chunks) ASSERT_TRUE(c->add_snapshot_chunk(kA, chunk));
  ASSERT_TRUE(c->install_snapshot(kA));
  ASSERT_TRUE(c->append(kA, end.n + 1, a_->read(kA, end.n, 1)->front(), a_->appended(kA).hash));

  std::vector<Running<Result<port::Committed>>> commits;
  for (bool is_seen = false; !is_seen;) {
    const auto transaction = c->begin();
    is_seen = true;
    for (const char* sort : {"taken", "later"}) {
      port::Key key{"t", "p", sort};
      is_seen &= !run(world_, transaction->gather(std::move(key)))->empty();
    }
    transaction->put({"t", "p", "own"}, "v");
    commits.emplace_back(world_, transaction->commit());
    if (!is_seen) last_without = c->appended(own).n;
    bool has_stepped = false;
    ASSERT_TRUE(world_.run_until([&] { return std::exchange(has_stepped, true); }));
  }
  EXPECT_GT(last_without, 2u) << "too little was validated without it to show anything";
  for (auto& commit : commits) ASSERT_TRUE(commit.wait());
  settle(*c, kA, end.n + 1);
}

INSTANTIATE_TEST_SUITE_P(All, SnapshotContract, every_engine(), name_of_engine);

}  // namespace
}  // namespace perpetua::store
