#include "replication/link.h"

#include <boost/asio/io_context.hpp>
#include <random>
#include <set>

#include "replication/link_connection.h"

namespace perpetua::replication {
namespace {

using namespace internal;
using std::chrono::milliseconds;

constexpr milliseconds kDialTime{2000};
constexpr milliseconds kBackoffMin{50};
constexpr milliseconds kBackoffMax{500};
// Longer than the engine gives two regions to meet: a link that lasts so long has met.
constexpr milliseconds kLastingTime{4000};
constexpr milliseconds kAcceptRetry{100};
// More than any topology has; whoever connects beyond is not answered.
constexpr std::size_t kConnectionsMax = 64;

/// Whether the certificate is that region's.
bool names(X509* certificate, const std::string& region) {
  const std::string host = region + ".region.perpetua.test";
  return X509_check_host(certificate, host.data(), host.size(),
                         X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS,
                         nullptr) == 1;
}

/// Who is dialled or knocked at, and how long to wait before the next try.
struct Dialer {
  explicit Dialer(asio::io_context& loop, LinkPeer target) : peer(std::move(target)), timer(loop) {}
  LinkPeer peer;
  asio::steady_timer timer;
  milliseconds backoff = kBackoffMin;
};

class LinkOverTls : public Link, public std::enable_shared_from_this<LinkOverTls> {
 public:
  LinkOverTls(asio::io_context& loop, LinkOptions options, Engine& engine)
      : loop_(loop),
        options_(std::move(options)),
        engine_(engine),
        tls_(asio::ssl::context::tls),
        acceptor_(loop),
        retry_(loop) {}

  Result<void> open();
  void start();

  std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }
  void set_peers(std::vector<LinkPeer> peers) override;
  void stop() override;

 private:
  using Self = std::shared_ptr<LinkOverTls>;

  Result<void> read_files();
  void accept();
  void accepted(Tcp::socket socket);
  void dial(const std::shared_ptr<Dialer>& dialer);
  void dialled(const std::shared_ptr<Dialer>& dialer, Tcp::socket socket);
  void dial_again(const std::shared_ptr<Dialer>& dialer, const std::string& why);
  void knock(const std::shared_ptr<Dialer>& dialer);
  template <class Done>
  void connect(const std::shared_ptr<Dialer>& dialer, Done done);

  asio::io_context& loop_;
  LinkOptions options_;
  Engine& engine_;
  asio::ssl::context tls_;
  Tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::vector<std::shared_ptr<Dialer>> dialers_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::minstd_rand jitter_{std::random_device{}()};
  bool stopped_ = false;
};

Result<void> LinkOverTls::read_files() {
  error_code failed;
  const auto check = [&failed](const std::string& what, const std::string& path) -> Result<void> {
    if (!failed) return {};
    return fail(ErrorCode::kInvalid, path + " is no " + what + ": " + failed.message());
  };
  SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_3_VERSION);
  tls_.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  tls_.use_certificate_chain_file(options_.certificate, failed);
  if (const auto bad = check("certificate", options_.certificate); !bad) return bad;
  tls_.use_private_key_file(options_.key, asio::ssl::context::pem, failed);
  if (const auto bad = check("key of the certificate", options_.key); !bad) return bad;
  tls_.load_verify_file(options_.ca, failed);
  return check("certificate authority", options_.ca);
}

Result<void> LinkOverTls::open() {
  if (const auto read = read_files(); !read) return read;
  error_code failed;
  const auto address = asio::ip::make_address(options_.address, failed);
  const Tcp::endpoint endpoint(address, options_.port);
  if (!failed) acceptor_.open(endpoint.protocol(), failed);
  if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor_.bind(endpoint, failed);
  if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  if (failed)
    return fail(ErrorCode::kUnavailable, options_.address + ":" + std::to_string(options_.port) +
                                             " for replication: " + failed.message());
  return {};
}

void LinkOverTls::start() {
  accept();
  for (const LinkPeer& peer : options_.peers) {
    dialers_.push_back(std::make_shared<Dialer>(loop_, peer));
    if (options_.region < peer.region)
      dial(dialers_.back());
    else
      knock(dialers_.back());
  }
}

void LinkOverTls::set_peers(std::vector<LinkPeer> peers) {
  for (const LinkPeer& peer : peers)
    for (const auto& dialer : dialers_)
      if (dialer->peer.region == peer.region) dialer->peer = peer;
  options_.peers = std::move(peers);
}

void LinkOverTls::accept() {
  acceptor_.async_accept([self = shared_from_this()](const error_code& failed, Tcp::socket socket) {
    if (self->stopped_) return;
    if (!failed) {
      self->accepted(std::move(socket));
      return self->accept();
    }
    // Out of descriptors, most likely: not a reason to spin.
    self->retry_.expires_after(kAcceptRetry);
    self->retry_.async_wait([self](const error_code& cancelled) {
      if (!cancelled && !self->stopped_) self->accept();
    });
  });
}

void LinkOverTls::accepted(Tcp::socket socket) {
  if (connections_.size() >= kConnectionsMax) return;
  const auto connection = std::make_shared<Connection>(std::move(socket), tls_, engine_);
  connections_.insert(connection);
  const auto known = [self = shared_from_this()](X509* certificate) {
    for (const LinkPeer& peer : self->options_.peers)
      if (names(certificate, peer.region)) return peer.region;
    return std::string();
  };
  connection->start(asio::ssl::stream_base::server, known,
                    [self = shared_from_this(), weak = std::weak_ptr(connection)](
                        const std::string&) { self->connections_.erase(weak.lock()); });
}

/// Calls `done` with the socket, or with why there is none.
template <class Done>
void LinkOverTls::connect(const std::shared_ptr<Dialer>& dialer, Done done) {
  if (stopped_) return;
  error_code failed;
  const auto address = asio::ip::make_address(dialer->peer.address, failed);
  const auto socket = std::make_shared<Tcp::socket>(loop_);
  if (failed) return done(std::move(*socket), "'" + dialer->peer.address + "' is no address");
  dialer->timer.expires_after(kDialTime);
  // Closing makes the connect below fail, when time is over and when the link stops.
  dialer->timer.async_wait([socket](const error_code&) {
    error_code ignored;
    socket->close(ignored);
  });
  socket->async_connect(Tcp::endpoint(address, dialer->peer.port),
                        [self = shared_from_this(), dialer, socket,
                         done = std::move(done)](const error_code& not_connected) {
                          if (self->stopped_) return;
                          Tcp::socket connected = std::move(*socket);
                          dialer->timer.cancel();
                          done(std::move(connected), not_connected ? not_connected.message() : "");
                        });
}

void LinkOverTls::dial(const std::shared_ptr<Dialer>& dialer) {
  connect(dialer, [this, dialer](Tcp::socket socket, const std::string& why_not) {
    if (!why_not.empty()) return dial_again(dialer, why_not);
    dialled(dialer, std::move(socket));
  });
}

/// Whether somebody listens there; it is the peer that dials.
void LinkOverTls::knock(const std::shared_ptr<Dialer>& dialer) {
  connect(dialer, [this, dialer](const Tcp::socket&, const std::string& why_not) {
    if (!why_not.empty()) engine_.unreachable(dialer->peer.region, why_not);
  });
}

void LinkOverTls::dialled(const std::shared_ptr<Dialer>& dialer, Tcp::socket socket) {
  const auto connection = std::make_shared<Connection>(std::move(socket), tls_, engine_);
  connections_.insert(connection);
  const auto known = [dialer](X509* certificate) {
    return names(certificate, dialer->peer.region) ? dialer->peer.region : std::string();
  };
  connection->start(asio::ssl::stream_base::client, known,
                    [self = shared_from_this(), dialer, began = std::chrono::steady_clock::now(),
                     weak = std::weak_ptr(connection)](const std::string& why) {
                      // Whom a meeting fails with is not asked ever again in a hurry.
                      if (std::chrono::steady_clock::now() - began > kLastingTime)
                        dialer->backoff = kBackoffMin;
                      self->connections_.erase(weak.lock());
                      self->dial_again(dialer, why);
                    });
}

void LinkOverTls::dial_again(const std::shared_ptr<Dialer>& dialer, const std::string& why) {
  if (stopped_) return;
  if (!why.empty()) engine_.unreachable(dialer->peer.region, why);
  // Jitter, so that many regions do not come back in step.
  const auto spread = static_cast<std::uint64_t>(dialer->backoff.count()) / 2 + 1;
  const milliseconds delay =
      dialer->backoff + milliseconds(static_cast<std::int64_t>(jitter_() % spread));
  dialer->backoff = std::min(2 * dialer->backoff, kBackoffMax);
  dialer->timer.expires_after(delay);
  dialer->timer.async_wait([self = shared_from_this(), dialer](const error_code& cancelled) {
    if (!cancelled) self->dial(dialer);
  });
}

void LinkOverTls::stop() {
  if (std::exchange(stopped_, true)) return;
  error_code ignored;  // closed before: as wanted
  acceptor_.close(ignored);
  retry_.cancel();
  for (const auto& dialer : dialers_) dialer->timer.cancel();
  engine_.stop();
  // Those that never met a session have nothing to say.
  const auto connections = connections_;
  for (const auto& connection : connections)
    if (connection->peer().empty()) connection->abort("stopping");
}

/// What callers own: the link itself lives on until its last handler has run.
class Owner : public Link {
 public:
  explicit Owner(std::shared_ptr<LinkOverTls> link) : link_(std::move(link)) {}
  ~Owner() override { link_->stop(); }
  std::uint16_t port() const override { return link_->port(); }
  void set_peers(std::vector<LinkPeer> peers) override { link_->set_peers(std::move(peers)); }
  void stop() override { link_->stop(); }

 private:
  std::shared_ptr<LinkOverTls> link_;
};

}  // namespace

Result<std::unique_ptr<Link>> Link::open(boost::asio::io_context& loop, LinkOptions options,
                                         Engine& engine) {
  auto link = std::make_shared<LinkOverTls>(loop, std::move(options), engine);
  if (const auto opened = link->open(); !opened) return std::unexpected(opened.error());
  link->start();
  return std::make_unique<Owner>(std::move(link));
}

}  // namespace perpetua::replication
