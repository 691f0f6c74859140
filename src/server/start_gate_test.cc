#include "server/start_gate.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "port/testing.h"
#include "replication/puppet.h"
#include "store/memory/memory_store.h"

namespace perpetua::server {
namespace {

using std::chrono::milliseconds;

const Writer kOwn{"a", 1};

class StartGateTest : public ::testing::Test {
 protected:
  std::unique_ptr<replication::Engine> engine(const std::vector<std::string>& peers) {
    replication::EngineOptions options;
    options.project = "test";
    options.region = kOwn.region;
    options.peers = peers;
    return std::make_unique<replication::Engine>(options, *journal_, world_, world_);
  }
  /// The peer's first words: how much it holds of our history.
  static replication::Hello hello(std::uint64_t holds) {
    replication::Hello hello;
    hello.project = "test";
    hello.region = "b";
    hello.own_writer = {"b", 1};
    if (holds > 0) hello.held = {{kOwn, {holds, hash("of another end")}, false}};
    return hello;
  }
  Result<port::Committed> commit() {
    const std::shared_ptr<port::Transaction> transaction = journal_->begin();
    transaction->put({"t", "p", "s"}, "v");
    std::optional<Result<port::Committed>> done;
    detach<Result<port::Committed>>(
        transaction->commit(),
        [&done](Result<port::Committed> committed) { done.emplace(std::move(committed)); });
    world_.drain();
    return done.value();
  }

  port::TestWorld world_;
  std::unique_ptr<store::Journal> journal_ = store::found_in_memory(kOwn, {}, world_);
};

TEST_F(StartGateTest, ARegionAloneIsOpenAtOnce) {
  const auto replication = engine({});
  const StartGate gate(*journal_, *replication, world_);
  EXPECT_EQ(gate.why_closed(), "");
  EXPECT_TRUE(commit());
}

TEST_F(StartGateTest, OpensOnceEveryPeerWasMetOrCannotBeReached) {
  const auto replication = engine({"b", "c"});
  const StartGate gate(*journal_, *replication, world_);
  const auto refused = commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().message, gate.why_closed());
  EXPECT_EQ(journal_->stopped_because(), "") << "for now, not for good";

  replication->unreachable("c", "connection refused");
  world_.advance(milliseconds(100));
  EXPECT_NE(gate.why_closed(), "");
  replication::Puppet peer(*replication, "b");
  world_.advance(milliseconds(100));
  EXPECT_NE(gate.why_closed(), "") << "a link is not yet a meeting";
  peer.say(hello(0));
  world_.advance(milliseconds(100));
  EXPECT_EQ(gate.why_closed(), "");
  EXPECT_TRUE(commit());
}

TEST_F(StartGateTest, WaitsForNobodyForLong) {
  const auto replication = engine({"b"});
  const StartGate gate(*journal_, *replication, world_);
  world_.advance(StartGate::kWaitMax - milliseconds(100));
  EXPECT_FALSE(commit());
  world_.advance(milliseconds(100));
  EXPECT_TRUE(commit());
}

TEST_F(StartGateTest, ARegionThatWasRolledBackTakesNoWriteAtAll) {
  const auto replication = engine({"b"});
  const StartGate gate(*journal_, *replication, world_);
  EXPECT_FALSE(commit());
  replication::Puppet peer(*replication, "b");
  peer.say(hello(7));
  EXPECT_FALSE(commit());
  world_.advance(StartGate::kWaitMax);
  EXPECT_FALSE(commit());
  EXPECT_NE(journal_->not_writing_because().find("rolled back"), std::string::npos);
}

TEST_F(StartGateTest, CanBeStopped) {
  const auto replication = engine({"b"});
  StartGate gate(*journal_, *replication, world_);
  gate.stop();
  world_.advance(2 * StartGate::kWaitMax);
  EXPECT_NE(gate.why_closed(), "");
}

}  // namespace
}  // namespace perpetua::server
