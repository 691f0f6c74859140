#pragma once
// HTTP/1.1 servers on the loop's thread: TCP, mutual TLS and Unix socket. Every connection is
// bounded in bytes, time and number; requests of one connection are answered in order.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "http/request_parser.h"

namespace boost::asio {
class io_context;
}

namespace perpetua::http {

struct ListenerLimits {
  MessageLimits message;
  // Further connections take the place of the one that has been idle longest, or wait in the
  // system's queue until one ends.
  std::size_t connections = 4096;
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds head{10'000};   // from its first byte: 408
  std::chrono::milliseconds body{10'000};   // from the end of the head: 408
  std::chrono::milliseconds idle{60'000};   // between requests
  std::chrono::milliseconds write{30'000};  // for a client to take an answer
};

/// PEM files. Clients must show a certificate of `ca`.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string ca;
};

/// What a listener needs of the program. Both outlive it; calls come on the loop's thread.
struct Service {
  /// The request's target is parsed, and what a stranger may not say about itself
  /// (X-Forwarded-*, Forwarded, Perpetua-* but Perpetua-Position) is removed. The request outlives
  /// the task.
  std::function<Task<Response>(Request& request)> handle;
  /// Sees the answers that the listener itself gives to what never became a request.
  std::function<void(Response& response)> finish;
};

class Listener {
 public:
  virtual ~Listener() = default;

  /// Port 0 takes a free one. kUnavailable: the address cannot be had.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> tcp(boost::asio::io_context& loop,
                                                             const std::string& address,
                                                             std::uint16_t port,
                                                             ListenerLimits limits,
                                                             Service service);
  /// Trust::kEdge. Clients whose certificate does not name `*.edge.perpetua.test` are cut off.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> tls(
      boost::asio::io_context& loop, const std::string& address, std::uint16_t port,
      const TlsFiles& files, ListenerLimits limits, Service service);
  /// A socket file with mode 0600, in place of one left behind. Trust::kOperator.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> unix_socket(boost::asio::io_context& loop,
                                                                     const std::string& path,
                                                                     ListenerLimits limits,
                                                                     Service service);

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual std::size_t connections() const = 0;

  /// Stops accepting, closes idle connections, lets requests under way finish within `grace`, and
  /// then closes the rest. Calls `done` once, from the loop, when no connection is left.
  virtual void stop(std::chrono::milliseconds grace, std::function<void()> done) = 0;
};

}  // namespace perpetua::http
