// What one side makes of messages that a well-meaning peer sends at a bad moment, and others never.

#include "replication/session.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "replication/fake_history.h"
#include "replication/puppet.h"

namespace perpetua::replication {
namespace {

const Writer kA{"a", 1};
const Writer kB{"b", 1};
const Writer kC{"c", 1};

/// The true history of a, or one that differs from entry 7 on.
port::End end_at(std::uint64_t n, const std::string& after_six = "") {
  port::End end{0, port::genesis_hash(kA)};
  while (end.n < n) {
    ++end.n;
    end.hash = port::chain_hash(end.hash, (end.n > 6 ? after_six : "") + std::to_string(end.n));
  }
  return end;
}

/// Region b, which holds 6 entries of a.
class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    for (int n = 1; n <= 6; ++n) store_.disk->log(kA).add(std::to_string(n));
    store_.open();
    EngineOptions options;
    options.project = "test";
    options.region = "b";
    options.peers = {"a", "c"};
    engine_ = std::make_unique<Engine>(options, store_.history(), world_, world_);
  }
  static Hello hello(const Writer& own, const std::optional<port::End>& of_a) {
    Hello hello;
    hello.project = "test";
    hello.region = own.region;
    hello.own_writer = own;
    if (of_a) hello.held = {{kA, *of_a, false}};
    return hello;
  }
  /// The goodbye that `peer` was sent, if it was.
  static std::optional<Goodbye> goodbye(Puppet& peer) {
    for (const Message& message : peer.hear())
      if (const auto* const said = std::get_if<Goodbye>(&message)) return *said;
    return std::nullopt;
  }
  static std::optional<Judgement> verdict(Puppet& peer) {
    std::optional<Judgement> last;
    for (const Message& message : peer.hear())
      if (const auto* const said = std::get_if<Verdict>(&message); said && said->writer == kA)
        last = said->judgement;
    return last;
  }
  Standing standing(const std::string& peer) {
    for (const PeerStatus& status : engine_->status())
      if (status.region == peer)
        for (const WriterStatus& writer : status.writers)
          if (writer.writer == kA) return writer.standing;
    return Standing::kProven;
  }

  port::TestWorld world_;
  FakeStore store_{kB, world_};
  std::unique_ptr<Engine> engine_;
};

TEST_F(SessionTest, AnEndIsJudgedAsSoonAsAsMuchIsHeld) {
  Puppet c(*engine_, "c");
  c.say(hello(kC, end_at(8, "another ")));
  EXPECT_EQ(verdict(c), std::nullopt) << "c holds more: it will tell";
  // Before it does, a brings us past it.
  Puppet a(*engine_, "a");
  a.say(hello(kA, end_at(10)));
  a.say(Verdict{kA, end_at(6), Judgement::kContains});
  std::uint32_t stream = 0;
  for (const Message& message : a.hear())
    if (const auto* const want = std::get_if<Want>(&message)) stream = want->stream;
  a.say(Entries{stream, 7, {"7", "8", "9", "10"}, end_at(10).hash});
  store_.sync();
  EXPECT_EQ(verdict(c), Judgement::kDiverged);
  EXPECT_EQ(standing("c"), Standing::kDiverged);
}

TEST_F(SessionTest, IgnoranceOfWhatIsKnownCountsForNothing) {
  Puppet c(*engine_, "c");
  c.say(hello(kC, end_at(6)));
  ASSERT_EQ(verdict(c), Judgement::kContains);
  c.say(Verdict{kA, end_at(6), Judgement::kCannotProve});
  EXPECT_EQ(standing("c"), Standing::kProven);
  c.say(Verdict{kA, end_at(7), Judgement::kCannotProve});
  EXPECT_EQ(standing("c"), Standing::kCannotProve);
  c.say(Verdict{kA, end_at(7), Judgement::kContains});
  EXPECT_EQ(standing("c"), Standing::kProven);
}

TEST_F(SessionTest, AMirrorsIgnoranceDoesNotStopTheOwner) {
  Puppet c(*engine_, "c");
  c.say(hello(kC, {}));
  c.say(Verdict{kB, {9, hash("9")}, Judgement::kCannotProve});
  EXPECT_EQ(store_.history().stopped_because(), "");
  c.say(Verdict{kB, {9, hash("9")}, Judgement::kDiverged});
  EXPECT_NE(store_.history().stopped_because(), "");
}

TEST_F(SessionTest, TimesThatNoClockShowsAreRefused) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  for (const Ping& ping : {Ping{kLeast, 0, 0, 0}, Ping{0, kLeast, 0, 0}, Ping{0, 0, kLeast, 0},
                           Ping{0, 0, 0, kLeast}, Ping{kMillisecondsMax + 1, 0, 0, 0}}) {
    Puppet c(*engine_, "c");
    c.say(hello(kC, {}));
    c.say(ping);
    EXPECT_EQ(goodbye(c).value().parting, Parting::kMisbehaved);
  }
  Puppet c(*engine_, "c");
  Hello late = hello(kC, {});
  late.wall_ms = kLeast;
  c.say(late);
  EXPECT_EQ(goodbye(c).value().parting, Parting::kMisbehaved);
}

TEST_F(SessionTest, WhoNamesEverMoreWritersIsLeft) {
  Puppet c(*engine_, "c");
  c.say(hello(kC, {}));
  for (std::uint32_t batch = 0; batch < 3 && !c.is_closed(); ++batch) {
    Ack ack;
    for (std::uint32_t i = 1; i <= port::kWritersMax; ++i)
      ack.held.push_back({{"r" + std::to_string(batch), i}, {1, hash("1")}});
    c.say(ack);
  }
  EXPECT_EQ(goodbye(c).value().parting, Parting::kMisbehaved);
}

TEST_F(SessionTest, WhoAsksAndNeverReadsIsLeft) {
  engine_->set_answerer([this](Writer, std::string) -> Task<std::string> {
    co_return world_.bytes(kAnswerSizeMax);  // not to be compressed
  });
  Puppet c(*engine_, "c");
  c.say(hello(kC, {}));
  int asked = 0;
  while (!c.is_closed() && asked < 1000) c.say(Question{static_cast<std::uint64_t>(++asked), ""});
  EXPECT_TRUE(c.is_closed()) << "answers pile up without end";
}

TEST_F(SessionTest, WhoSendsMoreThanIsAcknowledgedIsLeft) {
  store_.history().pending_max = 0;
  Puppet a(*engine_, "a");
  a.say(hello(kA, end_at(100)));
  a.say(Verdict{kA, end_at(6), Judgement::kContains});
  std::uint32_t stream = 0;
  for (const Message& message : a.hear())
    if (const auto* const want = std::get_if<Want>(&message)) stream = want->stream;
  const std::string entry(1024 * 1024, 'x');
  port::End end = end_at(6);
  int sent = 0;
  for (; !a.is_closed() && sent < 100; ++sent) {
    end = {end.n + 1, port::chain_hash(end.hash, entry)};
    a.say(Entries{stream, end.n, {entry}, end.hash});
  }
  EXPECT_GT(sent, 8) << "a window of 4 MiB, and a frame more, must have room";
  EXPECT_LT(sent, 12);
  EXPECT_EQ(goodbye(a).value().parting, Parting::kMisbehaved);
}

}  // namespace
}  // namespace perpetua::replication
