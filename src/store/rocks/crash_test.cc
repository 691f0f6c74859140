// Crash safety: a load stopped at every operation that changes the disk, the power cut (once more
// while the store recovers), the store opened again. Every acknowledged commit is there, no commit
// is there in part, the hash chain is whole, a region that was stopped stays so. The same suite
// finds losses when nothing is synced, so it can tell.

#include <rocksdb/env.h>
#include <rocksdb/system_clock.h>

#include <fstream>
#include <thread>

#include "store/recovery.h"
#include "store/rocks/crash_load.h"
#include "store/rocks/faulty_file_system.h"
#include "store/rocks/rocks_engine.h"
#include "store/rocks/rocks_store.h"

namespace perpetua::store {
namespace {

using Fault = FaultyFileSystem::Fault;
using Tail = FaultyFileSystem::Tail;
using Violations = std::vector<std::string>;

/// Opening has about as many operations.
constexpr std::uint64_t kRecoveryOperations = 40;

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

struct Crash {
  Fault fault;
  Tail tail;
  bool goes_on = false;  // the process dies alone and is started again before the power is cut
  bool sync = true;
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
    options.removed_at_once = 2;
    if (told != nullptr)
      options.on_failed = [told](const std::string&) { told->has_failed = true; };
    return Journal::open(std::move(*engine), {world_, world_}, std::move(options));
  }

  /// One life of a region. What a full disk holds can be read all the while.
  void live(const Crash& crash, Told& told, Violations& violations) {
    told.has_failed = false;
    auto store = open(crash.sync, &told);
    const bool may_fail = crash.fault != Fault::kDiskFull;
    if (!store && !may_fail) violations.push_back("does not open: " + store.error().message);
    if (!store) return;
    Load(world_, source_, told).run(**store);
    if (!told.has_failed) return check_commits(**store, told, violations);
    if (!may_fail) violations.push_back("fails where it can be read");
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

  void check_stop(Journal& store, const Told& told, Violations& violations) {
    const std::string& why = store.stopped_because();
    if (!why.empty() && why != kStopped) violations.push_back("stopped, because " + why);
    if (told.is_stopped && why.empty()) violations.push_back("was stopped and writes again");
    if (put_rows(world_, store, {{"after", "v"}}).has_value() != why.empty())
      violations.push_back("does not go on, or goes on though it was stopped");
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
      check_stop(**store, told, violations);
    }
    return violations;
  }

  /// One load with a fault at operation `at`, and what was wrong after it. False when the load came
  /// to its end before.
  bool crash_at(const Crash& crash, std::uint64_t at, Violations& violations) {
    std::filesystem::remove_all(folder());
    std::filesystem::copy(template_folder(), folder());
    Told told;
    Violations found;
    fs_->arm(crash.fault, at, at);
    live(crash, told, found);
    const bool has_struck = fs_->has_struck();
    if (crash.fault == Fault::kDiskFull && has_struck) live(crash, told, found);
    if (crash.goes_on) {
      // Not to the end: what was read back must be safe as soon as anything is built on it.
      fs_->arm(Fault::kCrash, 1 + at * 7 % (2 * kRecoveryOperations), at);
      live({Fault::kCrash, crash.tail}, told, found);
    }
    acknowledged_ += told.acknowledged.size();
    fs_->cut_power(crash.tail);
    fs_->arm(Fault::kCrash, 1 + at % kRecoveryOperations, at);
    static_cast<void>(open(true, nullptr));
    fs_->cut_power(crash.tail);
    fs_->arm(Fault::kCrash, 0, 0);
    std::ranges::move(check(told, crash.tail == Tail::kGarbled), std::back_inserter(found));
    fs_->cut_power(Tail::kDropped);
    if (told.has_acknowledged_after_failure) found.push_back("acknowledged after a failure");
    for (const std::string& what : found)
      violations.push_back("fault at operation " + std::to_string(at) + ": " + what);
    return has_struck;
  }

  /// A fault at every operation of the load.
  Violations crash_everywhere(const Crash& crash) {
    Violations violations;
    std::uint64_t at = 1;
    while (crash_at(crash, at, violations) && violations.size() < 20) ++at;
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
  EXPECT_THAT(crash_everywhere({Fault::kCrash, Tail::kDropped}), IsEmpty());
}

TEST_F(CrashTest, NothingAcknowledgedIsLostWhenTheLastWriteIsTorn) {
  EXPECT_THAT(crash_everywhere({Fault::kCrash, Tail::kTorn}), IsEmpty());
}

TEST_F(CrashTest, NothingAcknowledgedIsLostSilentlyWhenTheLastWriteIsGarbled) {
  EXPECT_THAT(crash_everywhere({Fault::kCrash, Tail::kGarbled}), IsEmpty());
}

TEST_F(CrashTest, NothingAcknowledgedIsLostWhenTheProcessDiesAloneAndThenThePowerGoes) {
  EXPECT_THAT(crash_everywhere({Fault::kCrash, Tail::kDropped, true}), IsEmpty());
}

TEST_F(CrashTest, NothingIsAcknowledgedAfterAFailedSync) {
  EXPECT_THAT(crash_everywhere({Fault::kSyncFails, Tail::kDropped}), IsEmpty());
}

/// What the sync should have saved is read back from memory by the next process.
TEST_F(CrashTest, NothingAcknowledgedIsLostWhenARestartBuildsOnAFailedSync) {
  EXPECT_THAT(crash_everywhere({Fault::kSyncFails, Tail::kDropped, true}), IsEmpty());
}

TEST_F(CrashTest, WhatAFullDiskHoldsIsReadAndNothingIsAcknowledged) {
  EXPECT_THAT(crash_everywhere({Fault::kDiskFull, Tail::kTorn}), IsEmpty());
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
  JournalOptions options;
  options.region = "a";
  const auto refused = open_rocks_store(folder().string(), options, {world_, world_, world_});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("keep " + folder().string() + " aside"));
}

TEST_F(CrashTest, WithoutSyncingTheSuiteFindsLosses) {
  EXPECT_THAT(crash_everywhere({Fault::kCrash, Tail::kDropped, false, false}),
              testing::Contains(testing::HasSubstr("was acknowledged and is gone")));
}

}  // namespace
}  // namespace perpetua::store
