// The contract of port/history.h, for every adapter that keeps histories; with restarts.

#include <gmock/gmock.h>

#include "store/memory/memory_store.h"
#include "store/recovery.h"
#include "store/rocks/rocks_engine.h"
#include "store/testing.h"

namespace perpetua::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Writer kA{"a", 1};
const Writer kB{"b", 1};

enum class Kind { kMemory, kRocks };

/// One region's store that can be closed and opened again.
class Region {
 public:
  Region(StoreWorld& world, Kind kind, const std::string& name)
      : world_(world), kind_(kind), name_(name) {}

  void found() {
    const auto engine = open_engine();
    const auto batch = store::found(*engine, Writer{name_, 1}, {{{"t", "p", "founding"}, "v"}}, 0);
    ASSERT_TRUE(batch) << batch.error().message;
    bool is_done = false;
    engine->write(*batch, [&](Result<void> written) { is_done = written.has_value(); });
    ASSERT_TRUE(world_.run_until([&] { return is_done; }));
  }
  void open() {
    JournalOptions options;
    options.region = name_;
    auto opened = Journal::open(open_engine(), {world_, world_}, std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
  }
  void reopen() {
    journal_.reset();
    open();
  }
  Journal& operator*() { return *journal_; }
  Journal* operator->() { return journal_.get(); }

 private:
  std::shared_ptr<Engine> open_engine() {
    if (kind_ == Kind::kMemory) {
      if (!memory_) memory_ = std::make_shared<MemoryEngine>(world_);
      return memory_;
    }
    RocksEngine::Options options;
    options.folder = (folder_.path() / name_).string();
    auto engine = RocksEngine::open(options, world_);
    if (!engine) throw std::runtime_error(engine.error().message);
    return *engine;
  }

  StoreWorld& world_;
  Kind kind_;
  std::string name_;
  TestFolder folder_;
  std::shared_ptr<MemoryEngine> memory_;
  std::unique_ptr<Journal> journal_;
};

class HistoryContract : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    a_.found();
    a_.open();
    b_.open();
  }

  void put(const std::string& sort, const std::string& value) {
    ASSERT_TRUE(put_rows(world_, *a_, {{sort, value}}));
  }
  void put_many(int count) {
    std::vector<std::unique_ptr<port::Transaction>> transactions;
    std::vector<Running<Result<port::Committed>>> running;
    for (int i = 0; i < count; ++i) {
      transactions.push_back(a_->begin());
      transactions.back()->put({"t", "p", "many"}, std::to_string(i));
      running.emplace_back(world_, transactions.back()->commit());
    }
    for (auto& commit : running) ASSERT_TRUE(commit.wait());
  }
  void settle(const Journal& journal, const Writer& writer, std::uint64_t n) {
    ASSERT_TRUE(world_.run_until([&] {
      const auto held = journal.holding(writer);
      return held && held->end.n >= n;
    }));
  }
  /// b's mirror of a, durable.
  void mirror_a() {
    mirror(*a_, *b_, kA);
    settle(*b_, kA, a_->holding(kA)->end.n);
  }
  std::vector<std::string> snapshot_of(port::History& history, std::size_t chunk_bytes) {
    auto reader = history.read_snapshot(kA);
    std::vector<std::string> chunks;
    for (;;) {
      auto chunk = (*reader)->next(chunk_bytes);
      EXPECT_TRUE(chunk);
      if (!chunk || chunk->empty()) return chunks;
      chunks.push_back(*chunk);
    }
  }

  StoreWorld world_;
  Region a_{world_, GetParam(), "a"};
  Region b_{world_, GetParam(), "b"};
};

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

TEST_P(HistoryContract, ASnapshotTakesAMirrorsPlace) {
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

TEST_P(HistoryContract, EntriesFollowASnapshotThatIsNotDurableYet) {
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

TEST_P(HistoryContract, ASnapshotWithAHoleOrOfAnotherIsRefused) {
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

TEST_P(HistoryContract, ASnapshotReaderIsOfOneMoment) {
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

INSTANTIATE_TEST_SUITE_P(All, HistoryContract, testing::Values(Kind::kMemory, Kind::kRocks),
                         [](const auto& kind) {
                           return kind.param == Kind::kMemory ? "memory" : "rocks";
                         });

}  // namespace
}  // namespace perpetua::store
