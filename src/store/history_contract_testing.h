#pragma once
// Regions' stores that can be closed and opened again, and the fixture of the suites that hold each
// adapter to the contract of port/history.h.

#include <gmock/gmock.h>

#include "store/memory/memory_store.h"
#include "store/recovery.h"
#include "store/rocks/rocks_engine.h"
#include "store/testing.h"

namespace perpetua::store {

/// One region's store that can be closed and opened again.
class Region {
 public:
  Region(StoreWorld& world, EngineKind kind, const std::string& name)
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
    if (kind_ == EngineKind::kMemory) {
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
  EngineKind kind_;
  std::string name_;
  TestFolder folder_;
  std::shared_ptr<MemoryEngine> memory_;
  std::unique_ptr<Journal> journal_;
};

class HistoryContract : public testing::TestWithParam<EngineKind> {
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

}  // namespace perpetua::store
