// Crash safety: a load of commits, mirrored entries and a snapshot, stopped at every operation that
// changes the disk, the power cut, the store opened again. Every acknowledged commit is there, no
// commit is there in part, the hash chain is whole. The same suite finds losses when nothing is
// synced, so it can tell.

#include <gmock/gmock.h>
#include <rocksdb/env.h>
#include <rocksdb/system_clock.h>

#include <fstream>
#include <set>
#include <thread>

#include "store/memory/memory_store.h"
#include "store/recovery.h"
#include "store/rocks/faulty_file_system.h"
#include "store/rocks/rocks_engine.h"
#include "store/testing.h"

namespace perpetua::store {
namespace {

using Fault = FaultyFileSystem::Fault;
using Tail = FaultyFileSystem::Tail;
using Violations = std::vector<std::string>;

constexpr int kClients = 4;
constexpr int kCommitsEach = 6;
constexpr std::uint64_t kEntriesBySnapshot = 10;

std::string value_of(int commit, const char* row) {
  return row + std::to_string(commit) + std::string(5000, static_cast<char>('a' + commit % 26));
}
port::Key key_of(int commit, const char* row) {
  return {"t", "p", row + std::to_string(commit)};
}
const char* const kRows[] = {"x", "y", "z"};

/// RocksDB sleeps for a second after each error in the background; thousands of errors are made
/// here.
class ImpatientClock final : public rocksdb::SystemClockWrapper {
 public:
  ImpatientClock() : SystemClockWrapper(SystemClock::Default()) {}
  const char* Name() const override { return "ImpatientClock"; }
  void SleepForMicroseconds(int) override { std::this_thread::yield(); }
};

class FaultyEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FaultyEnv(const std::shared_ptr<rocksdb::FileSystem>& fs)
      : EnvWrapper(rocksdb::NewCompositeEnv(fs)) {
    system_clock_ = std::make_shared<ImpatientClock>();
  }
  const char* Name() const override { return "FaultyEnv"; }
};

/// b's history, which the load mirrors: first by entries, later by a snapshot, then by entries.
class Source {
 public:
  Source() {
    write(kEntriesBySnapshot);
    begins_ = *store_->read(kB, 0, 1 << 20);
    write(kEntriesBySnapshot);
    auto reader = store_->read_snapshot(kB);
    snapshot_end_ = (*reader)->end();
    for (;;) {
      const auto chunk = (*reader)->next(2000);
      if (chunk->empty()) break;
      chunks_.push_back(*chunk);
    }
    write(kEntriesBySnapshot);
    ends_ = *store_->read(kB, snapshot_end_.n, 1 << 20);
  }

  /// All that there is to do to a mirror, a step at a time; false when there is nothing left.
  bool step(Journal& mirror, std::size_t at) const {
    if (at < begins_.size()) return append(mirror, at + 1, begins_[at]);
    at -= begins_.size();
    if (at == 0) return mirror.begin_snapshot(kB, snapshot_end_).has_value();
    at -= 1;
    if (at < chunks_.size()) return mirror.add_snapshot_chunk(kB, chunks_[at]).has_value();
    at -= chunks_.size();
    if (at == 0) return mirror.install_snapshot(kB).has_value();
    at -= 1;
    return at < ends_.size() && append(mirror, snapshot_end_.n + at + 1, ends_[at]);
  }

  [[nodiscard]] const Journal& store() const { return *store_; }

 private:
  void write(std::uint64_t entries) {
    for (std::uint64_t i = 0; i < entries; ++i)
      ASSERT_TRUE(put_rows(world_, *store_,
                           {{"n", std::to_string(++written_)},
                            {"s" + std::to_string(written_), std::string(1000, 's')}}));
  }
  bool append(Journal& mirror, std::uint64_t n, const std::string& entry) const {
    return mirror.append(kB, n, entry, *store_->hash_at(kB, n)).has_value();
  }

  StoreWorld world_;
  std::unique_ptr<Journal> store_ = found_in_memory(kB, {}, world_);
  int written_ = 0;
  std::vector<std::string> begins_;
  port::End snapshot_end_;
  std::vector<std::string> chunks_;
  std::vector<std::string> ends_;
};

/// What the load was told.
struct Told {
  std::map<int, std::uint64_t> acknowledged;  // commit -> entry
  std::set<int> begun;
  std::uint64_t mirrored = 0;
  bool has_failed = false;
  bool has_acknowledged_after_failure = false;
};

class CrashTest : public testing::Test {
 protected:
  void SetUp() override {
    auto engine = open_engine(true);
    ASSERT_TRUE(engine) << engine.error().message;
    const auto batch = found(**engine, kA, {{{"t", "p", "founding"}, "v"}}, 0);
    ASSERT_TRUE((*engine)->write_now(*batch));
    engine->reset();
    fs_->cut_power(Tail::kDropped);
    std::filesystem::rename(folder(), template_folder());
  }

  [[nodiscard]] std::filesystem::path folder() const { return temp_.path() / "store"; }
  [[nodiscard]] std::filesystem::path template_folder() const { return temp_.path() / "founded"; }

  Result<std::shared_ptr<RocksEngine>> open_engine(bool sync) {
    RocksEngine::Options options;
    options.folder = folder().string();
    options.env = &env_;
    options.write_buffer_bytes = 64 * 1024;  // so that files are written and compacted in the load
    options.sync = sync;
    return RocksEngine::open(options, world_);
  }

  Result<std::unique_ptr<Journal>> open(bool sync, Told* told) {
    auto engine = open_engine(sync);
    if (!engine) return std::unexpected(engine.error());
    JournalOptions options;
    options.region = "a";
    if (told != nullptr)
      options.on_failed = [told](const std::string&) { told->has_failed = true; };
    return Journal::open(std::move(*engine), {world_, world_}, std::move(options));
  }

  static Task<void> client(Journal& store, int first, Told& told, int& running) {
    for (int commit = first; commit < kClients * kCommitsEach; commit += kClients) {
      told.begun.insert(commit);
      const auto transaction = store.begin();
      for (const char* row : kRows) transaction->put(key_of(commit, row), value_of(commit, row));
      transaction->put({"t", "p", "last"}, std::to_string(commit));
      const auto committed = co_await transaction->commit();
      if (!committed) break;
      told.acknowledged[commit] = committed->n;
      told.has_acknowledged_after_failure |= told.has_failed;
    }
    --running;
  }

  /// One life of a region, until the load is done or the store has failed.
  Told live(bool sync) {
    Told told;
    auto store = open(sync, &told);
    if (!store) return told;
    std::size_t step = 0;
    bool is_mirroring = true;
    const auto token = (*store)->on_change([&] {
      if (const auto held = (*store)->holding(kB)) told.mirrored = held->end.n;
      for (int i = 0; i < 3 && is_mirroring; ++i) is_mirroring = source_.step(**store, step++);
    });
    int running = kClients;
    for (int i = 0; i < kClients; ++i) detach(client(**store, i, told, running));
    const port::History& history = **store;
    EXPECT_TRUE(world_.run_until([&] {
      return told.has_failed ||
             (running == 0 && !is_mirroring && history.appended(kB).n == told.mirrored);
    }));
    EXPECT_TRUE(world_.run_until([&] { return running == 0; }));
    if (told.has_failed)
      told.has_acknowledged_after_failure |= run(world_, (*store)->begin()->commit()).has_value();
    return told;
  }

  void check_commits(Journal& store, const Told& told, Violations& violations) {
    for (const int commit : told.begun) {
      std::size_t whole = 0;
      for (const char* row : kRows) {
        const auto found = values_of(world_, store, std::string(row) + std::to_string(commit));
        if (found == std::vector{value_of(commit, row)}) ++whole;
        if (found.size() > 1 || (found.size() == 1 && found[0] != value_of(commit, row)))
          violations.push_back("commit " + std::to_string(commit) + " has another value");
      }
      const bool is_there = whole == std::size(kRows);
      if (whole != 0 && !is_there)
        violations.push_back("commit " + std::to_string(commit) + " is there in part");
      if (told.acknowledged.contains(commit) && !is_there)
        violations.push_back("commit " + std::to_string(commit) + " was acknowledged and is gone");
    }
    const auto held = store.holding(kA);
    for (const auto& [commit, n] : told.acknowledged)
      if (held->end.n < n) violations.push_back("the log ends before an acknowledged entry");
  }

  /// Every entry from the first on, against the hashes, and the rows against the entries.
  void check_log(Journal& store, const Writer& writer, Violations& violations) {
    const auto held = store.holding(writer);
    if (!held) return;
    std::string hash = store.hash_at(writer, held->first_entry - 1).value_or("");
    const auto entries = store.read(writer, held->first_entry - 1, std::size_t{1} << 30);
    if (!entries) return violations.push_back("the log cannot be read");
    for (const std::string& entry : *entries) hash = port::chain_hash(hash, entry);
    if (held->first_entry + entries->size() != held->end.n + 1 || hash != held->end.hash)
      violations.push_back("the log of " + writer.text() + " does not lead to its end");
    if (entries->empty()) return;
    const auto last = decode_entry(entries->back());
    for (const EntryRow& row : last->rows)
      if (const auto found = values_of(world_, store, row.key.sort);
          std::ranges::find(found, row.value) == found.end())
        violations.push_back("the last entry's rows are not there");
  }

  void check_mirror(Journal& store, const Told& told, Violations& violations) {
    const auto held = store.holding(kB);
    const std::uint64_t n = held ? held->end.n : 0;
    if (n < told.mirrored) violations.push_back("the mirror lost what it had acknowledged");
    if (held && held->end.hash != source_.store().hash_at(kB, n))
      violations.push_back("the mirror is no prefix of its owner's history");
    const auto rows = values_of(world_, store, "n");
    const std::string expected = std::to_string(n > 0 ? n - 1 : 0);
    if (n > 1 && rows != std::vector{expected})
      violations.push_back("the mirror's rows are not those of its end");
    for (std::uint64_t i = 1; i < n; ++i)
      if (values_of(world_, store, "s" + std::to_string(i)).size() != 1)
        violations.push_back("the mirror lacks a row");
  }

  /// Opens what is left, and once more after writing on. A refusal to open is a violation unless
  /// `may_refuse` and it says that the store is damaged.
  Violations check(const Told& told, bool may_refuse) {
    Violations violations;
    for (int life = 0; life < 2; ++life) {
      auto store = open(true, nullptr);
      if (!store) {
        if (!may_refuse || store.error().code != ErrorCode::kCorrupt)
          violations.push_back("does not open: " + store.error().message);
        return violations;
      }
      check_commits(**store, told, violations);
      check_log(**store, kA, violations);
      check_log(**store, kB, violations);
      check_mirror(**store, told, violations);
      if (!put_rows(world_, **store, {{"after", "v"}})) violations.push_back("does not go on");
    }
    return violations;
  }

  /// One load with a fault at operation `at`, and what was wrong after it. False when the load came
  /// to its end before.
  bool crash_at(Fault fault, Tail tail, std::uint64_t at, bool sync, Violations& violations) {
    std::filesystem::remove_all(folder());
    std::filesystem::copy(template_folder(), folder());
    fs_->arm(fault, at, at);
    const Told told = live(sync);
    const bool has_struck = fs_->has_struck();
    acknowledged_ += told.acknowledged.size();
    fs_->cut_power(tail);
    fs_->arm(fault, 0, 0);
    Violations found = check(told, tail == Tail::kGarbled);
    fs_->cut_power(Tail::kDropped);
    if (told.has_acknowledged_after_failure) found.push_back("acknowledged after a failure");
    for (const std::string& what : found)
      violations.push_back("fault at operation " + std::to_string(at) + ": " + what);
    return has_struck;
  }

  /// A fault at every operation of the load.
  Violations crash_everywhere(Fault fault, Tail tail, bool sync) {
    Violations violations;
    std::uint64_t at = 1;
    while (crash_at(fault, tail, at, sync, violations) && violations.size() < 20) ++at;
    RecordProperty("operations", std::to_string(at));
    // The last one had no fault: the load is not so small as to prove nothing.
    if (violations.empty()) {
      EXPECT_GT(at, 100u);
      EXPECT_GT(acknowledged_, at * 2);
    }
    return violations;
  }

  TestFolder temp_;
  StoreWorld world_;
  std::shared_ptr<FaultyFileSystem> fs_ = std::make_shared<FaultyFileSystem>();
  FaultyEnv env_{fs_};
  Source source_;
  std::size_t acknowledged_ = 0;
};

using testing::IsEmpty;

TEST_F(CrashTest, NothingAcknowledgedIsLostWhenUnsyncedBytesAre) {
  EXPECT_THAT(crash_everywhere(Fault::kCrash, Tail::kDropped, true), IsEmpty());
}

TEST_F(CrashTest, NothingAcknowledgedIsLostWhenTheLastWriteIsTorn) {
  EXPECT_THAT(crash_everywhere(Fault::kCrash, Tail::kTorn, true), IsEmpty());
}

TEST_F(CrashTest, NothingAcknowledgedIsLostWhenTheProcessAloneDies) {
  EXPECT_THAT(crash_everywhere(Fault::kCrash, Tail::kKept, true), IsEmpty());
}

TEST_F(CrashTest, NothingAcknowledgedIsLostSilentlyWhenTheLastWriteIsGarbled) {
  EXPECT_THAT(crash_everywhere(Fault::kCrash, Tail::kGarbled, true), IsEmpty());
}

TEST_F(CrashTest, NothingIsAcknowledgedAfterAFailedSync) {
  EXPECT_THAT(crash_everywhere(Fault::kSyncFails, Tail::kDropped, true), IsEmpty());
}

TEST_F(CrashTest, NothingIsAcknowledgedWhenTheDiskIsFull) {
  EXPECT_THAT(crash_everywhere(Fault::kDiskFull, Tail::kTorn, true), IsEmpty());
}

TEST_F(CrashTest, DamageToWhatWasAcknowledgedIsNotOpened) {
  std::filesystem::copy(template_folder(), folder());
  {
    const auto store = open(true, nullptr);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(put_rows(world_, **store, {{"k", value_of(i, "x")}}));
  }
  std::filesystem::path log;
  for (const auto& file : std::filesystem::directory_iterator(folder()))
    if (file.path().extension() == ".log" && file.file_size() > 0) log = file.path();
  ASSERT_FALSE(log.empty());
  const std::uint64_t middle = std::filesystem::file_size(log) / 2;
  std::fstream file(log, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(static_cast<std::streamoff>(middle));
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(middle));
  file.put(byte);
  file.close();
  const auto opened = open(true, nullptr);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt) << opened.error().message;
}

TEST_F(CrashTest, WithoutSyncingTheSuiteFindsLosses) {
  EXPECT_THAT(crash_everywhere(Fault::kCrash, Tail::kDropped, false),
              testing::Contains(testing::HasSubstr("was acknowledged and is gone")));
}

}  // namespace
}  // namespace perpetua::store
