#include "server/readiness.h"

#include <gtest/gtest.h>

#include "port/testing.h"
#include "store/memory/memory_store.h"

namespace perpetua::server {
namespace {

/// Time that moves while the store's own does not, as with a disk that hangs.
class SettableClock : public port::Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override { return now_ms; }
  [[nodiscard]] std::int64_t monotonic_ms() const override { return now_ms; }
  std::int64_t now_ms = 0;
};

class ReadinessTest : public ::testing::Test {
 protected:
  std::string ask_after(std::int64_t ms) {
    clock_.now_ms += ms;
    return readiness_.why_not();
  }
  port::TestWorld world_;
  std::unique_ptr<store::Journal> store_ =
      store::found_in_memory(Writer{"eu-west-1", 1}, {{{"t", "p", ""}, "v"}}, world_);
  SettableClock clock_;
  std::string other_;
  Readiness readiness_{*store_, clock_, [this] { return other_; }};
};

TEST_F(ReadinessTest, AStoreThatAnswersIsReady) {
  ask_after(0);
  world_.drain();
  EXPECT_EQ(ask_after(0), "");
}

TEST_F(ReadinessTest, SaysWhatSpeaksAgainstIt) {
  ask_after(0);
  world_.drain();
  other_ = "rolled back";
  EXPECT_EQ(ask_after(0), "rolled back");
  readiness_.set_draining();
  EXPECT_EQ(ask_after(0), "shutting down");
}

TEST_F(ReadinessTest, AStoreThatHangsIsNotReady) {
  ask_after(0);
  world_.drain();
  const std::shared_ptr<port::Transaction> write = store_->begin();
  write->put({"t", "p", "s"}, "w");
  detach(write->commit(), std::move_only_function<void(Result<port::Committed>)>(
                              [write](Result<port::Committed>) {}));
  EXPECT_EQ(ask_after(Readiness::kMaxAgeMs), "");  // a slow fsync is no outage
  EXPECT_EQ(ask_after(Readiness::kHungMs), "the store does not answer");
  world_.drain();  // the disk is back
  EXPECT_EQ(ask_after(0), "");
}

TEST_F(ReadinessTest, AStoreThatHasFailedIsNotReady) {
  ask_after(0);
  world_.drain();
  EXPECT_EQ(ask_after(0), "");
  store_->close();
  ask_after(Readiness::kMaxAgeMs);
  world_.drain();
  EXPECT_EQ(ask_after(0), "the store is closed");
}

TEST_F(ReadinessTest, ARegionThatTakesNoWritesIsNotReady) {
  const auto newcomer = store::newcomer_in_memory("eu-west-1", world_);
  Readiness readiness(*newcomer, clock_, [&] { return newcomer->not_writing_because(); });
  EXPECT_NE(readiness.why_not(), "");
  world_.drain();
  EXPECT_TRUE(readiness.why_not().starts_with("region eu-west-1 is a newcomer"));
}

}  // namespace
}  // namespace perpetua::server
