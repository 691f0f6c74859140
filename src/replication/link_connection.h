#pragma once
// One TLS connection between two regions, as a Wire of the engine.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "replication/engine.h"

namespace perpetua::replication::internal {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

/// Keeps itself alive until the socket is closed and the engine has let go.
class Connection : public Wire, public std::enable_shared_from_this<Connection> {
 public:
  /// `why` is empty when there was a session: the engine knows why that ended.
  using Ended = std::function<void(const std::string& why)>;

  Connection(Tcp::socket socket, asio::ssl::context& tls, Engine& engine);

  /// Shakes hands and names the peer by its certificate; `known` decides whether that is one of
  /// ours. `ended` is called once, whatever happens.
  void start(asio::ssl::stream_base::handshake_type type,
             std::function<std::string(X509* certificate)> known, Ended ended);
  /// At once.
  void abort(const std::string& why);
  [[nodiscard]] const std::string& peer() const { return peer_; }

  void output_ready() override;
  void close(std::string last) override;

 private:
  void shake_hands_done(const std::function<std::string(X509*)>& known);
  void read();
  void write();
  void finish(const std::string& why);
  void set_deadline(std::chrono::milliseconds delay, const std::string& why);

  asio::ssl::stream<Tcp::socket> stream_;
  asio::steady_timer deadline_;
  Engine& engine_;
  Ended ended_;
  std::string peer_;
  std::optional<Engine::SessionId> session_;
  bool is_writing_ = false;
  bool is_closing_ = false;  // the engine has let go
  bool is_finished_ = false;
  std::string last_;
  std::string out_;
  std::array<char, 64 * 1024> in_{};
};

}  // namespace perpetua::replication::internal
