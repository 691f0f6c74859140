// The contract of store/engine.h, for every engine that a journal runs on.

#include <gmock/gmock.h>

#include "store/memory/memory_engine.h"
#include "store/rocks/rocks_engine.h"
#include "store/testing.h"

namespace perpetua::store {
namespace {

class EngineContract : public testing::TestWithParam<EngineKind> {
 protected:
  static Batch put(std::string key, std::string value) {
    Batch batch;
    batch.put(std::move(key), std::move(value));
    return batch;
  }
  void write(Batch batch) {
    bool is_done = false;
    engine_->write(std::move(batch), [&](Result<void> written) { is_done = written.has_value(); });
    ASSERT_TRUE(world_.run_until([&] { return is_done; }));
  }
  std::shared_ptr<Engine> open() {
    if (GetParam() == EngineKind::kMemory) return std::make_shared<MemoryEngine>(world_);
    RocksEngine::Options options;
    options.folder = (folder_.path() / "store").string();
    auto engine = RocksEngine::open(options, world_);
    if (!engine) throw std::runtime_error(engine.error().message);
    return *engine;
  }

  StoreWorld world_;
  TestFolder folder_;
  std::shared_ptr<Engine> engine_ = open();
};

TEST_P(EngineContract, AViewStaysAsItWas) {
  write(put("k", "1"));
  const auto view = engine_->snapshot();
  Batch batch = put("k", "2");
  batch.put("l", "2");
  write(std::move(batch));
  EXPECT_EQ(view->get("k").value(), "1");
  EXPECT_EQ(view->get("l").value(), std::nullopt);
  EXPECT_EQ(engine_->get("k").value(), "2");
}

TEST_P(EngineContract, AViewIsNeverAheadOfWhatTheLoopWasTold) {
  write(put("k", "1"));
  bool is_done = false;
  engine_->write(put("k", "2"), [&](Result<void>) { is_done = true; });
  world_.wait_posted();  // written, and nobody was told
  const auto before = engine_->snapshot();
  EXPECT_EQ(before->get("k").value(), "1");
  ASSERT_TRUE(world_.run_until([&] { return is_done; }));
  EXPECT_EQ(before->get("k").value(), "1");
  EXPECT_EQ(engine_->snapshot()->get("k").value(), "2");
}

// Its next line would abort a process whose disk is full.
TEST_P(EngineContract, NothingIsLoggedBesideTheRows) {
  write(put("k", "1"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "store" / "LOG"));
}

INSTANTIATE_TEST_SUITE_P(All, EngineContract, every_engine(), name_of_engine);

}  // namespace
}  // namespace perpetua::store
