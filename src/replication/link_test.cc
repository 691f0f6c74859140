#include "replication/link.h"

#include "replication/link_testing.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

TEST_F(LinkTest, TwoRegionsReplicateOverTls) {
  add("a", {"b"});
  add("b", {"a"});
  open("b", "b", folder_ + "/ca.pem", {{"a", "127.0.0.1", 1}});
  open("a", "a", folder_ + "/ca.pem", {at("b")});
  ASSERT_TRUE(run_until([&] { return both_linked("a", "b"); })) << why_not("a", "b");
  regions_["a"]->history->write("one");
  regions_["b"]->history->write("two");
  EXPECT_TRUE(run_until([&] {
    return regions_["a"]->engine->remote_position() == 1 &&
           regions_["b"]->engine->remote_position() == 1;
  }));
  EXPECT_EQ(regions_["b"]->disk->log({"a", 1}).rows, std::vector<std::string>{"one"});
}

TEST_F(LinkTest, ThreeRegionsHaveALinkBetweenEachTwo) {
  for (const char* name : {"a", "b", "c"}) {
    std::vector<std::string> others{"a", "b", "c"};
    std::erase(others, name);
    add(name, others);
  }
  const std::string ca = folder_ + "/ca.pem";
  open("c", "c", ca, {{"a", "127.0.0.1", 1}, {"b", "127.0.0.1", 1}});
  open("b", "b", ca, {{"a", "127.0.0.1", 1}, at("c")});
  open("a", "a", ca, {at("b"), at("c")});
  EXPECT_TRUE(run_until(
      [&] { return both_linked("a", "b") && both_linked("a", "c") && both_linked("b", "c"); }));
}

TEST_F(LinkTest, ALinkThatEndsIsDialledAgain) {
  add("a", {"b"});
  add("b", {"a"});
  const std::string ca = folder_ + "/ca.pem";
  open("b", "b", ca, {{"a", "127.0.0.1", 1}});
  open("a", "a", ca, {at("b")});
  ASSERT_TRUE(run_until([&] { return both_linked("a", "b"); }));
  const LinkPeer before = at("b");
  // b goes away and comes back on the same disk, at another port.
  regions_["b"]->link->stop();
  ASSERT_TRUE(run_until([&] { return !regions_["a"]->engine->is_connected("b"); }));
  EXPECT_NE(why_not("a", "b"), "");
  const auto disk = regions_["b"]->disk;
  add("b", {"a"});
  regions_["b"]->disk->logs = disk->logs;
  open("b", "b", ca, {{"a", "127.0.0.1", 1}});
  regions_["a"]->link->set_peers({at("b")});
  EXPECT_TRUE(run_until([&] { return both_linked("a", "b"); })) << why_not("a", "b");
}

TEST_F(LinkTest, AnotherAuthoritysRegionIsCutOff) {
  add("a", {"b"});
  add("b", {"a"});
  const Authority other(folder_ + "/other.pem");
  other.issue(folder_, "b");
  open("b", "b", folder_ + "/ca.pem", {{"a", "127.0.0.1", 1}});
  open("a", "a", folder_ + "/ca.pem", {at("b")});
  EXPECT_TRUE(run_until([&] { return why_not("a", "b").starts_with("TLS:"); }))
      << why_not("a", "b");
  EXPECT_FALSE(both_linked("a", "b"));
}

TEST_F(LinkTest, ARegionIsWhomItsCertificateNames) {
  add("a", {"b"});
  add("b", {"a"});
  authority_->issue(folder_, "c");
  open("b", "c", folder_ + "/ca.pem", {{"a", "127.0.0.1", 1}});
  open("a", "a", folder_ + "/ca.pem", {at("b")});
  EXPECT_TRUE(run_until([&] {
    return why_not("a", "b").find("names no region") != std::string::npos;
  })) << why_not("a", "b");
  EXPECT_FALSE(both_linked("a", "b"));
}

TEST_F(LinkTest, FilesThatAreNotWhatTheyShouldBeAreNamed) {
  add("a", {"b"});
  LinkOptions options;
  options.region = "a";
  options.address = "127.0.0.1";
  options.certificate = folder_ + "/no-such.pem";
  const auto link = Link::open(loop_, options, *regions_["a"]->engine);
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().code, ErrorCode::kInvalid);
  EXPECT_NE(link.error().message.find("no-such.pem"), std::string::npos);
}

TEST_F(LinkTest, APeerThatRefusesToMeetIsAskedEverLessOften) {
  add("a", {"b"});
  add("b", {"a"}, "another shop");
  open("b", "b", folder_ + "/ca.pem", {{"a", "127.0.0.1", 1}});
  open("a", "a", folder_ + "/ca.pem", {at("b")});
  const std::int64_t began_ms = regions_["b"]->world.monotonic_ms();
  ASSERT_TRUE(run_until([&] { return regions_["b"]->log.size() >= 6; }));
  // 50, 100, 200, 400 and 500 ms lie between six tries, and up to half as much again.
  EXPECT_GE(regions_["b"]->world.monotonic_ms() - began_ms, 1250);
  EXPECT_NE(why_not("a", "b").find("another"), std::string::npos) << why_not("a", "b");
}

TEST_F(LinkTest, WhoIsDialledKnowsWhetherThePeerCanBeReached) {
  add("a", {"b"});
  add("b", {"a"});
  open("b", "b", folder_ + "/ca.pem", {{"a", "127.0.0.1", 1}});
  EXPECT_TRUE(run_until([&] { return regions_["b"]->engine->has_tried_all_peers(); }));
  EXPECT_NE(why_not("b", "a").find("refused"), std::string::npos) << why_not("b", "a");
}

TEST_F(LinkTest, WhoStopsSaysGoodbye) {
  add("a", {"b"});
  add("b", {"a"});
  open("b", "b", folder_ + "/ca.pem", {{"a", "127.0.0.1", 1}});
  open("a", "a", folder_ + "/ca.pem", {at("b")});
  ASSERT_TRUE(run_until([&] { return both_linked("a", "b"); }));
  regions_["a"]->link->stop();
  EXPECT_TRUE(run_until([&] { return !regions_["b"]->engine->is_connected("a"); }));
  EXPECT_EQ(why_not("b", "a"), "a said goodbye: a is stopping");
}

}  // namespace
}  // namespace perpetua::replication
