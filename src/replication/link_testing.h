#pragma once
// For tests of links: regions with certificates of an authority made for the test, on real sockets
// of one loop.

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "replication/engine.h"
#include "replication/fake_history.h"
#include "replication/link.h"
#include "server/world.h"

namespace perpetua::replication {

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

  /// NAME.pem and NAME.key in `folder`, of a region or what else has certificates.
  void issue(const std::string& folder, const std::string& name,
             const std::string& kind = "region") const {
    EVP_PKEY* const own = EVP_EC_gen("P-256");
    X509* const leaf = X509_new();
    sign(leaf, own, name, "DNS:" + name + "." + kind + ".perpetua.test", *this);
    write(folder + "/" + name + ".pem", leaf);
    std::FILE* const file = std::fopen((folder + "/" + name + ".key").c_str(), "w");
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
         const std::vector<std::string>& others, const std::string& project)
      : world(loop) {
    disk->own = {name, 1};
    disk->log({name, 1});
    history = std::make_unique<FakeHistory>(disk);
    EngineOptions options;
    options.project = project;
    options.region = name;
    options.peers = others;
    options.log = [this](const std::string& line) { log.push_back(line); };
    engine = std::make_unique<Engine>(options, *history, world, world);
  }
  server::World world;
  std::shared_ptr<FakeDisk> disk = std::make_shared<FakeDisk>();
  std::unique_ptr<FakeHistory> history;
  std::vector<std::string> log;
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

  void add(const std::string& name, const std::vector<std::string>& others,
           const std::string& project = "test") {
    authority_->issue(folder_, name);
    regions_[name] = std::make_unique<Region>(loop_, name, others, project);
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

}  // namespace perpetua::replication
