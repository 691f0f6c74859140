#include "http/listener.h"

#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "http/connection.h"

namespace perpetua::http {
namespace {

using namespace internal;
using Tcp = asio::ip::tcp;
using Unix = asio::local::stream_protocol;

constexpr std::chrono::milliseconds kSweepInterval{100};
constexpr std::chrono::milliseconds kAcceptRetry{50};

/// What ends waits that have lasted too long, and tells when the last connection is gone. One timer
/// for all connections: setting one for each request would cost more than reading it.
template <class Protocol, class Stream>
class ListenerOf : public Listener,
                   public std::enable_shared_from_this<ListenerOf<Protocol, Stream>> {
 public:
  ListenerOf(asio::io_context& loop, ListenerLimits limits, Service service,
             std::shared_ptr<asio::ssl::context> tls)
      : loop_(loop),
        acceptor_(loop),
        sweeper_(loop),
        retry_(loop),
        tls_(std::move(tls)),
        hub_(std::make_shared<Hub>()) {
    hub_->limits = limits;
    hub_->service = std::move(service);
  }

  Result<void> listen(const typename Protocol::endpoint& endpoint) {
    boost::system::error_code failed;
    acceptor_.open(endpoint.protocol(), failed);
    if (!failed && std::is_same_v<Protocol, Tcp>)
      acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return fail(ErrorCode::kUnavailable, failed.message());
    return {};
  }

  void start() {
    asio::co_spawn(loop_, accept(this->shared_from_this()), asio::detached);
    asio::co_spawn(loop_, sweep(this->shared_from_this()), asio::detached);
  }

  std::uint16_t port() const override {
    if constexpr (std::is_same_v<Protocol, Tcp>)
      return acceptor_.local_endpoint().port();
    else
      return 0;
  }
  std::size_t connections() const override { return hub_->connections.size(); }

  void stop(std::chrono::milliseconds grace, std::function<void()> done) override {
    hub_->is_stopping = true;
    stopped_ = std::move(done);
    close_all_at_ = SteadyClock::now() + grace;
    boost::system::error_code ignored;  // it was closed before: as wanted
    acceptor_.close(ignored);
    retry_.cancel();
    for (ConnectionBase* connection : hub_->connections)
      if (connection->is_idle) connection->cancel();
    sweeper_.cancel();
  }

 private:
  using Self = std::shared_ptr<ListenerOf>;

  static asio::awaitable<void> accept(Self self) {
    while (!self->hub_->is_stopping) {
      if (!self->has_room()) {
        co_await self->pause();
        continue;
      }
      auto [failed, socket] = co_await self->acceptor_.async_accept(kAwait);
      if (self->hub_->is_stopping) break;
      if (failed) {
        // Out of file descriptors, mostly: connections that end give some back.
        co_await self->pause();
        continue;
      }
      self->serve(std::move(socket));
    }
  }

  /// Whether one more may come, if need be at the cost of the one that has been idle longest.
  bool has_room() {
    if (hub_->connections.size() < hub_->limits.connections) return true;
    ConnectionBase* idlest = nullptr;
    for (ConnectionBase* connection : hub_->connections)
      if (connection->is_idle && (idlest == nullptr || connection->deadline < idlest->deadline))
        idlest = connection;
    if (idlest != nullptr) idlest->cancel();
    return false;
  }

  asio::awaitable<void> pause() {
    retry_.expires_after(kAcceptRetry);
    co_await retry_.async_wait(kAwait);
  }

  void serve(typename Protocol::socket socket) {
    if constexpr (std::is_same_v<Protocol, Tcp>) {
      boost::system::error_code ignored;  // the peer is gone already: reading will tell
      socket.set_option(Tcp::no_delay(true), ignored);
    }
    std::shared_ptr<Connection<Stream>> connection;
    if constexpr (kIsTls<Stream>)
      connection = std::make_shared<Connection<Stream>>(Stream(std::move(socket), *tls_), hub_);
    else
      connection = std::make_shared<Connection<Stream>>(std::move(socket), hub_);
    asio::co_spawn(loop_, connection->run(), [connection](std::exception_ptr) {});
  }

  static asio::awaitable<void> sweep(Self self) {
    Hub& hub = *self->hub_;
    while (!hub.is_stopping || !hub.connections.empty()) {
      self->sweeper_.expires_after(kSweepInterval);
      co_await self->sweeper_.async_wait(kAwait);
      const auto now = SteadyClock::now();
      for (ConnectionBase* connection : hub.connections) {
        if (hub.is_stopping && now >= self->close_all_at_) connection->close();
        if (connection->deadline > now) continue;
        connection->timed_out = true;
        connection->cancel();
      }
    }
    if (self->stopped_) self->stopped_();
  }

  asio::io_context& loop_;
  typename Protocol::acceptor acceptor_;
  asio::steady_timer sweeper_;
  asio::steady_timer retry_;
  std::shared_ptr<asio::ssl::context> tls_;
  std::shared_ptr<Hub> hub_;
  std::function<void()> stopped_;
  SteadyClock::time_point close_all_at_;
};

/// Keeps the shared listener, whose coroutines may outlive the owner by a turn of the loop.
class Handle : public Listener {
 public:
  explicit Handle(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}
  ~Handle() override { listener_->stop(std::chrono::milliseconds(0), {}); }
  std::uint16_t port() const override { return listener_->port(); }
  std::size_t connections() const override { return listener_->connections(); }
  void stop(std::chrono::milliseconds grace, std::function<void()> done) override {
    listener_->stop(grace, std::move(done));
  }

 private:
  std::shared_ptr<Listener> listener_;
};

Result<std::shared_ptr<asio::ssl::context>> open_tls(const TlsFiles& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  const auto refuse = [](const std::string& file, const boost::system::error_code& error) {
    return fail(ErrorCode::kInvalid, file + ": " + error.message());
  };
  boost::system::error_code failed;
  context->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failed);
  if (context->use_certificate_chain_file(files.certificate, failed); failed)
    return refuse(files.certificate, failed);
  if (context->use_private_key_file(files.key, asio::ssl::context::pem, failed); failed)
    return refuse(files.key, failed);
  if (context->load_verify_file(files.ca, failed); failed) return refuse(files.ca, failed);
  context->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  // A session that is resumed carries its client's certificate only under a fixed context id.
  constexpr std::string_view kContextId = "perpetua-edge";
  SSL_CTX_set_session_id_context(context->native_handle(),
                                 reinterpret_cast<const unsigned char*>(kContextId.data()),
                                 static_cast<unsigned>(kContextId.size()));
  return context;
}

template <class Protocol, class Stream>
Result<std::unique_ptr<Listener>> open(asio::io_context& loop,
                                       const typename Protocol::endpoint& endpoint,
                                       const std::string& where, ListenerLimits limits,
                                       Service service,
                                       std::shared_ptr<asio::ssl::context> tls = nullptr) {
  auto listener = std::make_shared<ListenerOf<Protocol, Stream>>(loop, limits, std::move(service),
                                                                 std::move(tls));
  if (const auto listening = listener->listen(endpoint); !listening)
    return fail(listening.error().code, where + ": " + listening.error().message);
  listener->start();
  return std::make_unique<Handle>(std::move(listener));
}

Result<Tcp::endpoint> endpoint_of(const std::string& address, std::uint16_t port) {
  boost::system::error_code failed;
  const auto parsed = asio::ip::make_address(address, failed);
  if (failed) return fail(ErrorCode::kInvalid, address + ": not an address");
  return Tcp::endpoint(parsed, port);
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::tcp(asio::io_context& loop, const std::string& address,
                                                std::uint16_t port, ListenerLimits limits,
                                                Service service) {
  const auto endpoint = endpoint_of(address, port);
  if (!endpoint) return std::unexpected(endpoint.error());
  return open<Tcp, TcpStream>(loop, *endpoint, address + ":" + std::to_string(port), limits,
                              std::move(service));
}

Result<std::unique_ptr<Listener>> Listener::tls(asio::io_context& loop, const std::string& address,
                                                std::uint16_t port, const TlsFiles& files,
                                                ListenerLimits limits, Service service) {
  const auto endpoint = endpoint_of(address, port);
  if (!endpoint) return std::unexpected(endpoint.error());
  auto context = open_tls(files);
  if (!context) return std::unexpected(context.error());
  return open<Tcp, TlsStream>(loop, *endpoint, address + ":" + std::to_string(port), limits,
                              std::move(service), std::move(*context));
}

Result<std::unique_ptr<Listener>> Listener::unix_socket(asio::io_context& loop,
                                                        const std::string& path,
                                                        ListenerLimits limits, Service service) {
  if (path.size() >= sizeof(sockaddr_un{}.sun_path))
    return fail(ErrorCode::kInvalid, path + ": too long for a Unix socket");
  std::error_code failed;
  if (std::filesystem::is_socket(path, failed)) std::filesystem::remove(path, failed);
  // Made without rights for others: a chmod afterwards would leave a moment in which they connect.
  const mode_t mask = ::umask(0177);
  auto listener =
      open<Unix, UnixStream>(loop, Unix::endpoint(path), path, limits, std::move(service));
  ::umask(mask);
  return listener;
}

}  // namespace perpetua::http
