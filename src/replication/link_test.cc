#include "replication/link.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "replication/engine.h"
#include "replication/fake_history.h"
#include "server/world.h"

namespace perpetua::replication {
namespace {

using std::chrono::milliseconds;

struct Authority {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  std::string path;

  explicit Authority(std::string file) : path(std::move(file)) {
    sign(certificate, key, "ca", {}, *this);
    write(path, certificate);
  }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  ~Authority() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  /// region.pem and region.key in `folder`.
  void issue(const std::string& folder, const std::string& region) const {
    EVP_PKEY* const own = EVP_EC_gen("P-256");
    X509* const leaf = X509_new();
    sign(leaf, own, region, "DNS:" + region + ".region.perpetua.test", *this);
    write(folder + "/" + region + ".pem", leaf);
    std::FILE* const file = std::fopen((folder + "/" + region + ".key").c_str(), "w");
    PEM_write_PrivateKey(file, own, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(leaf);
    EVP_PKEY_free(own);
  }

 private:
  static void sign(X509* certificate, EVP_PKEY* key, const std::string& name,
                   const std::string& alternative, const Authority& by) {
    static long serial = 0;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(by.certificate));
    const bool is_leaf = !alternative.empty();
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(
        nullptr, nullptr, is_leaf ? NID_subject_alt_name : NID_basic_constraints,
        is_leaf ? alternative.c_str() : "critical,CA:TRUE");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(certificate, by.key, EVP_sha256());
  }
  static void write(const std::string& path, X509* certificate) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
  }
};

struct Region {
  Region(boost::asio::io_context& loop, const std::string& name,
         const std::vector<std::string>& others)
      : world(loop) {
    disk->own = {name, 1};
    disk->log({name, 1});
    history = std::make_unique<FakeHistory>(disk);
    EngineOptions options;
    options.project = "test";
    options.region = name;
    options.peers = others;
    engine = std::make_unique<Engine>(options, *history, world, world);
  }
  server::World world;
  std::shared_ptr<FakeDisk> disk = std::make_shared<FakeDisk>();
  std::unique_ptr<FakeHistory> history;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Link> link;
};

class LinkTest : public ::testing::Test {
 protected:
  LinkTest()
      : folder_((std::filesystem::temp_directory_path() /
                 ("perpetua-link-" + std::to_string(::getpid())))
                    .string()) {
    std::filesystem::create_directories(folder_);
    authority_ = std::make_unique<Authority>(folder_ + "/ca.pem");
  }
  ~LinkTest() override {
    for (auto& [name, region] : regions_)
      if (region->link) region->link->stop();
    loop_.run_for(milliseconds(50));
    regions_.clear();
    std::filesystem::remove_all(folder_);
  }

  void add(const std::string& name, const std::vector<std::string>& others) {
    authority_->issue(folder_, name);
    regions_[name] = std::make_unique<Region>(loop_, name, others);
  }
  /// Listens as `name`, by the certificate of `certified`; peers are told of by connect().
  void open(const std::string& name, const std::string& certified, const std::string& ca,
            std::vector<LinkPeer> peers) {
    LinkOptions options;
    options.region = name;
    options.address = "127.0.0.1";
    options.certificate = folder_ + "/" + certified + ".pem";
    options.key = folder_ + "/" + certified + ".key";
    options.ca = ca;
    options.peers = std::move(peers);
    auto link = Link::open(loop_, std::move(options), *regions_[name]->engine);
    ASSERT_TRUE(link) << link.error().message;
    regions_[name]->link = std::move(*link);
  }
  [[nodiscard]] LinkPeer at(const std::string& name) {
    return {name, "127.0.0.1", regions_[name]->link->port()};
  }
  /// Runs the loop, syncing everybody's disk, until `is_done`; false after five seconds.
  template <class IsDone>
  bool run_until(IsDone is_done) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!is_done()) {
      if (std::chrono::steady_clock::now() > until) return false;
      loop_.restart();
      loop_.run_for(milliseconds(2));
      for (auto& [name, region] : regions_) region->history->sync();
    }
    return true;
  }
  bool both_linked(const std::string& a, const std::string& b) {
    return regions_[a]->engine->is_connected(b) && regions_[b]->engine->is_connected(a);
  }
  /// Why `name` has no link to `peer`.
  std::string why_not(const std::string& name, const std::string& peer) {
    for (const PeerStatus& status : regions_[name]->engine->status())
      if (status.region == peer) return status.why_not;
    return "";
  }

  std::string folder_;
  std::unique_ptr<Authority> authority_;
  boost::asio::io_context loop_;
  std::map<std::string, std::unique_ptr<Region>> regions_;
};

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

}  // namespace
}  // namespace perpetua::replication
