// What the contracts do not say of the journal: its bounds, what it does when the disk fails or
// returns what was not written, and what it refuses to open.

#include <gmock/gmock.h>

#include "store/memory/unordered_store.h"
#include "store/recovery.h"
#include "store/testing.h"

namespace perpetua::store {
namespace {

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    engine_->apply(*found(*engine_, kA, {{{"t", "p", "founding"}, "v"}}, 0));
    options_.region = "a";
    options_.on_failed = [this](const std::string& why) { failures_.push_back(why); };
  }
  Result<std::unique_ptr<Journal>> open() {
    return Journal::open(engine_, {world_, world_}, options_);
  }
  /// What opening says after one key's value was replaced; empty: it opens.
  std::string open_with(const std::string& key, const std::string& value) {
    Batch batch;
    batch.put(key, value);
    engine_->apply(batch);
    const auto opened = open();
    if (opened) return "";
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    return opened.error().message;
  }
  std::string open_without(const std::string& key) {
    Batch batch;
    batch.remove_range(key, key + '\0');
    engine_->apply(batch);
    const auto opened = open();
    if (opened) return "";
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    return opened.error().message;
  }

  StoreWorld world_;
  std::shared_ptr<MemoryEngine> engine_ = std::make_shared<MemoryEngine>(world_);
  JournalOptions options_;
  std::vector<std::string> failures_;
};

TEST_F(JournalTest, AFailedWriteFailsAllThatWaitsAndAllThatComes) {
  const auto store = open();
  ASSERT_TRUE(put_rows(world_, **store, {{"k", "durable"}}));
  engine_->fail_writes({ErrorCode::kUnavailable, "fsync has failed"});
  std::vector<Running<Result<port::Committed>>> running;
  for (int i = 0; i < 3; ++i) {
    const auto transaction = (*store)->begin();
    transaction->put({"t", "p", "k"}, std::to_string(i));
    running.emplace_back(world_, transaction->commit());
  }
  const auto reader = (*store)->begin();
  running.emplace_back(world_, reader->commit());
  Running<bool> waits(world_, (*store)->wait_for({{kA, 5}}, std::chrono::seconds(1)));
  for (auto& commit : running) {
    EXPECT_EQ(commit.wait().error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(commit.wait().error().message, testing::HasSubstr("fsync has failed"));
  }
  EXPECT_FALSE(waits.wait());
  EXPECT_EQ(failures_, std::vector<std::string>{"fsync has failed"});
  EXPECT_EQ(put_rows(world_, **store, {{"k", "v"}}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ((*store)->append(kB, 1, "", "").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(run(world_, (*store)->begin()->commit()).error().code, ErrorCode::kUnavailable);
  port::Key key{"t", "p", "k"};
  const auto late = (*store)->begin();
  EXPECT_EQ(run(world_, late->gather(std::move(key))).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ((*store)->position(), (Position{{kA, 2}}));
}

TEST_F(JournalTest, ADiskWithLittleRoomTakesNoWritesUntilThereIsMore) {
  const auto store = open();
  ASSERT_TRUE(put_rows(world_, **store, {{"k", "before"}}));
  engine_->set_free_bytes(options_.reserve_bytes - 1);
  EXPECT_THAT((*store)->not_writing_because(), testing::HasSubstr("disk is full"));
  EXPECT_EQ((*store)->stopped_because(), "");
  const auto refused = put_rows(world_, **store, {{"k", "v"}});
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().message, (*store)->not_writing_because());
  EXPECT_EQ((*store)->append(kB, 1, "", "").error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(values_of(world_, **store, "k"), testing::ElementsAre("before"));
  EXPECT_TRUE(run(world_, (*store)->begin()->commit()));
  engine_->set_free_bytes(options_.reserve_bytes);
  EXPECT_EQ((*store)->not_writing_because(), "");
  EXPECT_TRUE(put_rows(world_, **store, {{"k", "after"}}));
  EXPECT_TRUE(failures_.empty());
}

TEST_F(JournalTest, ADiskThatIsFullInTheMiddleOfAWriteIsReadUntilThereIsRoom) {
  const auto store = open();
  ASSERT_TRUE(put_rows(world_, **store, {{"k", "durable"}}));
  const auto held = (*store)->holding(kA);
  engine_->fail_writes({ErrorCode::kLimit, "no space left"});
  std::vector<Running<Result<port::Committed>>> running;
  for (const char* value : {"1", "2"}) {
    const auto transaction = (*store)->begin();
    transaction->put({"t", "p", "k"}, value);
    running.emplace_back(world_, transaction->commit());
  }
  EXPECT_THAT(values_of(world_, **store, "k"), testing::ElementsAre("2")) << "accepted";
  const auto reader = (*store)->begin();
  for (auto& commit : running) {
    EXPECT_EQ(commit.wait().error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(commit.wait().error().message, "no space left");
  }
  engine_->set_free_bytes(0);

  EXPECT_THAT(values_of(world_, **store, "k"), testing::ElementsAre("durable"));
  EXPECT_TRUE(run(world_, (*store)->begin()->commit()));
  port::Key key{"t", "p", "k"};
  EXPECT_EQ(run(world_, reader->gather(std::move(key))).error().code, ErrorCode::kConflict);
  EXPECT_EQ((*store)->holding(kA), held);
  EXPECT_EQ((*store)->appended(kA), held->end);
  EXPECT_TRUE((*store)->read_snapshot(kA));
  EXPECT_EQ((*store)->not_writing_because(), "no space left");
  EXPECT_EQ(put_rows(world_, **store, {{"k", "v"}}).error().message, "no space left");

  world_.advance(std::chrono::seconds(10));
  EXPECT_TRUE(failures_.empty());
  engine_->set_free_bytes(options_.reserve_bytes);
  world_.advance(std::chrono::seconds(1));
  EXPECT_EQ(failures_.size(), 1u) << "what failed may be on the disk: only a restart can tell";
  EXPECT_EQ(put_rows(world_, **store, {{"k", "v"}}).error().code, ErrorCode::kUnavailable);
}

TEST_F(JournalTest, WhatWaitsIsToldWhenTheStoreIsClosed) {
  auto store = open();
  const auto transaction = (*store)->begin();
  transaction->put({"t", "p", "k"}, "v");
  Running<Result<port::Committed>> commit(world_, transaction->commit());
  Running<bool> waits(world_, (*store)->wait_for({{kB, 1}}, std::chrono::hours(1)));
  store->reset();
  EXPECT_EQ(commit.wait().error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(waits.wait());
  EXPECT_TRUE(failures_.empty());
}

TEST_F(JournalTest, WhatWaitsForTheDiskIsBounded) {
  options_.pending_bytes_max = 10'000;
  const auto store = open();
  std::vector<Running<Result<port::Committed>>> running;
  for (int i = 0; i < 10; ++i) {
    const auto transaction = (*store)->begin();
    transaction->put({"t", "p", std::to_string(i)}, std::string(2000, 'x'));
    running.emplace_back(world_, transaction->commit());
  }
  std::size_t refused = 0;
  for (auto& commit : running) {
    const auto result = commit.wait();
    if (result) continue;
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    ++refused;
  }
  EXPECT_GT(refused, 0u);
  EXPECT_LT(refused, 9u);
  EXPECT_TRUE(put_rows(world_, **store, {{"k", "later"}}));
}

TEST_F(JournalTest, ManyCommitsShareFewWrites) {
  options_.group_bytes_max = 1 << 20;
  const auto store = open();
  int moves = 0;
  const auto token = (*store)->on_change([&] { ++moves; });
  std::vector<Running<Result<port::Committed>>> running;
  for (int i = 0; i < 50; ++i) {
    const auto transaction = (*store)->begin();
    transaction->put({"t", "p", std::to_string(i)}, "v");
    running.emplace_back(world_, transaction->commit());
  }
  for (auto& commit : running) ASSERT_TRUE(commit.wait());
  EXPECT_EQ(moves, 2) << "the first alone, then all that came meanwhile";
}

TEST_F(JournalTest, AnEntryIsBounded) {
  const auto store = open();
  const auto transaction = (*store)->begin();
  for (int i = 0; i < 11; ++i)
    transaction->put({"t", "p", std::to_string(i)}, std::string(port::kRowSizeMax, 'x'));
  EXPECT_EQ(run(world_, transaction->commit()).error().code, ErrorCode::kLimit);
}

TEST_F(JournalTest, HistoriesAreBounded) {
  const auto store = open();
  const auto end_of = [](const Writer& writer, const std::string& entry) {
    return port::End{1, port::chain_hash(port::genesis_hash(writer), entry)};
  };
  const std::string entry = encode(Entry{1, 0, {}});
  std::uint32_t held = 1;  // our own
  for (;; ++held) {
    const Writer other{"b", held};
    const bool is_snapshot = held % 2 == 0;
    const Result<void> taken = is_snapshot
                                   ? (*store)->begin_snapshot(other, end_of(other, entry))
                                   : (*store)->append(other, 1, entry, end_of(other, entry).hash);
    if (!taken) break;
    ASSERT_LT(held, 5000u);
  }
  EXPECT_EQ(held, 1024u);
  const Writer more{"b", held};
  EXPECT_EQ((*store)->append(more, 1, entry, end_of(more, entry).hash).error().code,
            ErrorCode::kLimit);
  EXPECT_EQ((*store)->begin_snapshot(more, end_of(more, entry)).error().code, ErrorCode::kLimit);
  EXPECT_TRUE((*store)->begin_snapshot(Writer{"b", 2}, end_of({"b", 2}, entry))) << "begun anew";
}

TEST_F(JournalTest, AReadOfARottenRowFailsTheStore) {
  const auto store = open();
  ASSERT_TRUE(put_rows(world_, **store, {{"k", "v"}, {"l", "v"}}));
  Batch rot;
  rot.put(row_key(1, encode_key({"t", "p", "k"})), "rotten");
  engine_->apply(rot);
  const auto transaction = (*store)->begin();
  port::Key key{"t", "p", "k"};
  EXPECT_EQ(run(world_, transaction->gather(std::move(key))).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(failures_.size(), 1u);
}

TEST_F(JournalTest, ASnapshotOfARottenRowFailsTheStore) {
  const auto store = open();
  ASSERT_TRUE(put_rows(world_, **store, {{"k", "v"}, {"l", "v"}}));
  Batch rot;
  rot.put(row_key(1, encode_key({"t", "p", "l"})), "rotten");
  engine_->apply(rot);
  const auto reader = (*store)->read_snapshot(kA);
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->next(1 << 20).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(failures_.size(), 1u);
  EXPECT_EQ((*store)->read_snapshot(kA).error().code, ErrorCode::kUnavailable);
}

TEST_F(JournalTest, AReadOfARottenEntryFailsTheStore) {
  const auto store = open();
  Batch rot;
  rot.put(log_key(1, 1), "rotten");
  engine_->apply(rot);
  EXPECT_EQ((*store)->read(kA, 0, 1).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(failures_.size(), 1u);
}

TEST_F(JournalTest, DamageToWhatItReliesOnIsNotOpened) {
  {
    ASSERT_TRUE(put_rows(world_, **open(), {{"k", "v"}}));
  }
  const std::map<std::string, std::string> whole = [&] {
    std::map<std::string, std::string> out;
    for (auto cursor = engine_->scan("", "\xff"); cursor->valid(); cursor->next())
      if (cursor->key()[0] != 'r') out.emplace(cursor->key(), cursor->value());
    return out;
  }();
  ASSERT_EQ(whole.size(), 6u) << "two records, two entries, two hashes";
  const std::string unused_hash = hash_key(1, 1);  // not needed to verify a tail that is all there
  for (const auto& [key, value] : whole) {
    if (key == unused_hash || key == hash_key(1, 2)) continue;
    std::string flipped = value;
    flipped[value.size() / 2] ^= 1;
    EXPECT_NE(open_with(key, flipped), "") << key;
    if (key != writer_record_key(kA)) {
      EXPECT_NE(open_without(key), "") << key;
    }
    EXPECT_EQ(open_with(key, value), "") << key;
  }
  EXPECT_NE(open_without(writer_record_key(kA)), "");
}

TEST_F(JournalTest, ALogThatDoesNotLeadToItsRecordedHashIsNotOpened) {
  const std::string other = encode(Entry{1, 0, {{{"t", "p", "other"}, "v"}}});
  EXPECT_THAT(open_with(log_key(1, 1), seal(log_key(1, 1), other)),
              testing::HasSubstr("does not lead to the hash"));
}

TEST_F(JournalTest, ALogThatGoesOnPastItsRecordedEndIsNotOpened) {
  const std::string more = encode(Entry{2, 0, {{{"t", "p", "more"}, "v"}}});
  EXPECT_THAT(open_with(log_key(1, 2), seal(log_key(1, 2), more)),
              testing::HasSubstr("out of place"));
}

TEST_F(JournalTest, AnotherRegionsStoreIsNotOpened) {
  options_.region = "b";
  EXPECT_EQ(open().error().code, ErrorCode::kInvalid);
}

TEST_F(JournalTest, AStoreIsFoundedOnce) {
  EXPECT_EQ(found(*engine_, kA, {}, 0).error().code, ErrorCode::kInvalid);
  const MemoryEngine empty(world_);
  EXPECT_EQ(found(empty, Writer{"a", 0}, {}, 0).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(found(empty, kA, {{{"BAD", "p", ""}, "v"}}, 0).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(found(empty, kA, {{{"u", "p", ""}, "v"}, {{"t", "p", ""}, "v"}}, 0));
  EXPECT_FALSE(found(empty, kA, {{{"t", "p", ""}, "v"}, {{"t", "p", ""}, "w"}}, 0));
}

TEST_F(JournalTest, WhatNobodyNamesIsRemovedWhenTheStoreOpens) {
  Batch left;
  left.put(row_key(7, encode_key({"t", "p", "k"})), "left over");
  left.put(log_key(8, 1), "left over");
  left.put(store_record_key(), encode_store(store_record_key(), {kA, 9, ""}));
  engine_->apply(left);
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_TRUE(put_rows(world_, **store, {{"k", "v"}}));
  EXPECT_FALSE(engine_->scan(slot_rows(7).from, slot_rows(7).to)->valid());
  EXPECT_FALSE(engine_->scan(slot_log(8).from, slot_log(8).to)->valid());
  EXPECT_THAT(values_of(world_, **store, "k"), testing::ElementsAre("v"));
}

TEST(UnorderedStore, ItsPositionIsOfEntriesOfWhichNothingIsMissing) {
  StoreWorld world;
  UnorderedStore a(kA, world);
  UnorderedStore b(kB, world);
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(put_rows(world, b, {{"k", std::to_string(i)}, {"l" + std::to_string(i), "v"}}));
  a.receive_from(b);
  std::mt19937_64 random(1);
  std::uint64_t last_seen = 0;
  bool was_behind_its_rows = false;
  while (a.deliver_one(random)) {
    ASSERT_TRUE(run(world, a.begin()->commit()));
    const std::uint64_t n = a.position().contains(kB) ? a.position().at(kB) : 0;
    for (std::uint64_t i = 1; i <= n; ++i)
      ASSERT_EQ(values_of(world, a, "l" + std::to_string(i - 1)).size(), 1u);
    const auto rows = values_of(world, a, "k");
    const std::uint64_t seen = rows.empty() ? 0 : std::stoull(rows[0]) + 1;
    EXPECT_GE(seen, last_seen) << "an older row replaced a newer one";
    was_behind_its_rows |= seen > n;
    last_seen = seen;
  }
  EXPECT_TRUE(was_behind_its_rows) << "everything came in order: this shows nothing";
  EXPECT_EQ(a.position(), b.position());
}

}  // namespace
}  // namespace perpetua::store
