// Whoever is not a region of the topology, by a certificate of the project's authority and TLS 1.3,
// is cut off before the engine hears of it.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <ranges>

#include "replication/link_testing.h"

namespace perpetua::replication {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// A client that speaks TLS, and reads until it is cut off.
class TlsStranger {
 public:
  TlsStranger(asio::io_context& loop, std::uint16_t port,
              const std::function<void(asio::ssl::context&)>& configure)
      : context_(asio::ssl::context::tls_client), stream_(loop, configured(configure)) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    stream_.async_handshake(asio::ssl::stream_base::client, [this](const error_code& failed) {
      if (failed) return cut_off();
      asio::async_read(stream_, asio::buffer(heard_),
                       [this](const error_code&, std::size_t) { cut_off(); });
    });
  }
  [[nodiscard]] bool is_cut_off() const { return is_cut_off_; }

 private:
  asio::ssl::context& configured(const std::function<void(asio::ssl::context&)>& configure) {
    configure(context_);
    return context_;
  }
  void cut_off() { is_cut_off_ = true; }

  asio::ssl::context context_;
  asio::ssl::stream<tcp::socket> stream_;
  std::array<char, 4096> heard_{};
  bool is_cut_off_ = false;
};

/// A client that opens a connection, says `words`, and reads until it is cut off.
class PlainStranger {
 public:
  PlainStranger(asio::io_context& loop, std::uint16_t port, const std::string& words)
      : socket_(loop) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    if (!words.empty()) asio::write(socket_, asio::buffer(words));
    asio::async_read(socket_, asio::buffer(heard_),
                     [this](const error_code&, std::size_t) { is_cut_off_ = true; });
  }
  [[nodiscard]] bool is_cut_off() const { return is_cut_off_; }

 private:
  tcp::socket socket_;
  std::array<char, 4096> heard_{};
  bool is_cut_off_ = false;
};

class StrangerTest : public LinkTest {
 protected:
  StrangerTest() {
    add("b", {"a"});
    authority_->issue(folder_, "a");
    open("b", "b", folder_ + "/ca.pem", {{"a", "127.0.0.1", 1}});
    // The knock at a, which is not there.
    EXPECT_TRUE(run_until([&] { return regions_["b"]->engine->has_tried_all_peers(); }));
    why_not_before_ = why_not("b", "a");
  }
  auto with(const std::string& name) {
    return [this, name](asio::ssl::context& context) {
      context.use_certificate_chain_file(folder_ + "/" + name + ".pem");
      context.use_private_key_file(folder_ + "/" + name + ".key", asio::ssl::context::pem);
    };
  }
  void expect_cut_off(const std::function<void(asio::ssl::context&)>& configure) {
    const TlsStranger stranger(loop_, regions_["b"]->link->port(), configure);
    EXPECT_TRUE(run_until([&] { return stranger.is_cut_off(); }));
    expect_unheard();
  }
  void expect_unheard() {
    EXPECT_EQ(why_not("b", "a"), why_not_before_);
    EXPECT_TRUE(regions_["b"]->log.empty()) << regions_["b"]->log.front();
  }

  std::string why_not_before_;
};

TEST_F(StrangerTest, WithARegionsCertificateIsNone) {
  const TlsStranger region(loop_, regions_["b"]->link->port(), with("a"));
  EXPECT_TRUE(run_until([&] { return why_not("b", "a") == "linked, not introduced yet"; }));
}

TEST_F(StrangerTest, WithoutACertificate) {
  expect_cut_off([](asio::ssl::context&) {});
}

TEST_F(StrangerTest, WithACertificateOfAnotherAuthority) {
  const Authority other(folder_ + "/other.pem");
  other.issue(folder_, "a");
  expect_cut_off(with("a"));
}

TEST_F(StrangerTest, WithACertificateOfWhatIsNoRegionOfTheTopology) {
  authority_->issue(folder_, "edge", "edge");
  authority_->issue(folder_, "sessions", "session");
  authority_->issue(folder_, "z");
  authority_->issue(folder_, "a.b");
  for (const char* name : {"edge", "sessions", "z", "a.b", "b"}) {
    SCOPED_TRACE(name);
    expect_cut_off(with(name));
  }
}

TEST_F(StrangerTest, WithAnOlderTls) {
  expect_cut_off([this](asio::ssl::context& context) {
    with("a")(context);
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
  });
}

TEST_F(StrangerTest, WithoutTls) {
  const PlainStranger stranger(loop_, regions_["b"]->link->port(), "GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(run_until([&] { return stranger.is_cut_off(); }));
  expect_unheard();
}

TEST_F(StrangerTest, WhoSaysNothingIsNotWaitedForLong) {
  const PlainStranger stranger(loop_, regions_["b"]->link->port(), "");
  EXPECT_TRUE(run_until([&] { return stranger.is_cut_off(); }));
  expect_unheard();
}

TEST_F(StrangerTest, BeyondAsManyAsAnyTopologyHas) {
  std::vector<std::unique_ptr<PlainStranger>> strangers;
  for (int i = 0; i < 80; ++i)
    strangers.push_back(std::make_unique<PlainStranger>(loop_, regions_["b"]->link->port(), ""));
  const auto cut_off = [](const auto& some) {
    return std::ranges::count_if(some, [](const auto& each) { return each->is_cut_off(); });
  };
  // Those beyond 64 at once, the others when their time to shake hands is over.
  const auto beyond = std::views::drop(strangers, 64);
  EXPECT_TRUE(run_until([&] { return cut_off(beyond) == 16; }));
  EXPECT_EQ(cut_off(strangers), 16);
  EXPECT_TRUE(run_until([&] { return cut_off(strangers) == 80; }));
  expect_unheard();
}

}  // namespace
}  // namespace perpetua::replication
