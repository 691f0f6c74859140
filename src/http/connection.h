#pragma once
// One connection of a listener: a coroutine that reads a request, has it answered, writes the
// answer, and again. Included by listener.cc alone (Asio's coroutines are slow to compile).

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <unordered_set>

#include "http/certificate.h"
#include "http/listener.h"
#include "http/response_writer.h"
#include "http/uri.h"

namespace perpetua::http::internal {
namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

class ConnectionBase {
 public:
  virtual ~ConnectionBase() = default;
  /// Ends the wait under way.
  virtual void cancel() = 0;
  virtual void close() = 0;

  SteadyClock::time_point deadline = SteadyClock::time_point::max();
  bool is_idle = false;  // between requests
  bool timed_out = false;

  void allow(std::chrono::milliseconds time) {
    timed_out = false;
    deadline = SteadyClock::now() + time;
  }
  void allow_any_time() { deadline = SteadyClock::time_point::max(); }
};

/// What a listener's connections share with it, and outlives both.
struct Hub {
  ListenerLimits limits;
  Service service;
  bool is_stopping = false;
  std::unordered_set<ConnectionBase*> connections;
};

using TcpStream = asio::ip::tcp::socket;
using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;
using UnixStream = asio::local::stream_protocol::socket;

template <class Stream>
constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

template <class Stream>
class Connection : public ConnectionBase {
 public:
  Connection(Stream stream, std::shared_ptr<Hub> hub)
      : stream_(std::move(stream)), answered_(stream_.get_executor()), hub_(std::move(hub)) {
    hub_->connections.insert(this);
  }
  ~Connection() override { hub_->connections.erase(this); }

  void cancel() override {
    boost::system::error_code ignored;  // already closed: nothing to cancel
    socket().cancel(ignored);
  }
  void close() override {
    boost::system::error_code ignored;
    socket().close(ignored);
  }

  /// The caller keeps the connection alive until it is done.
  asio::awaitable<void> run() {
    if constexpr (kIsTls<Stream>) {
      allow(hub_->limits.handshake);
      const auto [failed] =
          co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
      // Only edges have business here: another member of the project is no stranger, but no edge.
      if (failed || !is_edge()) co_return;
      trust_ = Trust::kEdge;
    }
    bool open = true;
    while (open) open = co_await serve_one();
  }

 private:
  auto& socket() {
    if constexpr (kIsTls<Stream>)
      return stream_.next_layer();
    else
      return stream_;
  }

  bool is_edge() {
    const X509Ptr peer(SSL_get1_peer_certificate(stream_.native_handle()));
    return peer && has_name_under(*peer, ".edge.perpetua.test");
  }

  /// Appends to the buffer; false when nothing more comes, or not in time.
  asio::awaitable<bool> read_some() {
    constexpr std::size_t kChunk = 4096;
    const std::size_t size = buffer_.size();
    buffer_.resize(size + kChunk);
    const auto [failed, count] =
        co_await stream_.async_read_some(asio::buffer(buffer_.data() + size, kChunk), kAwait);
    buffer_.resize(size + (failed ? 0 : count));
    co_return !failed;
  }

  asio::awaitable<bool> write(std::string_view head, std::string_view content) {
    allow(hub_->limits.write);
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(content)};
    const auto [failed, count] = co_await asio::async_write(stream_, parts, kAwait);
    co_return !failed;
  }

  static constexpr std::size_t kBufferKept = std::size_t{16} * 1024;

  /// Reads a request and answers it; false when the connection is to end.
  asio::awaitable<bool> serve_one() {
    RequestParser parser(hub_->limits.message);
    if (!co_await read_request(parser)) co_return false;
    if (parser.state() != RequestParser::State::kDone) co_return false;
    const bool keep_alive = parser.keep_alive();
    Request request = parser.take();
    request.trust = trust_;
    allow_any_time();
    if (const auto parsed = parse_target(request); !parsed) {
      answer_ = to_response(ProblemKind::kValidation, parsed.error().message);
      hub_->service.finish(*answer_);
    } else {
      if (request.trust == Trust::kStranger) forget_claims(request);
      co_await answer(request);
    }
    Framing framing;
    framing.keep_alive = keep_alive && !hub_->is_stopping;
    framing.is_head = request.method == "HEAD";
    const Response response = *std::exchange(answer_, std::nullopt);
    if (!co_await send(response, framing)) co_return false;
    co_return framing.keep_alive;
  }

  asio::awaitable<bool> read_request(RequestParser& parser) {
    if (buffer_.empty()) {
      // What a large body took up is not kept while nothing comes.
      if (buffer_.capacity() > kBufferKept) buffer_ = {};
      is_idle = true;
      allow(hub_->limits.idle);
      const bool more = !hub_->is_stopping && co_await read_some();
      is_idle = false;
      if (!more) co_return false;
    }
    allow(hub_->limits.head);
    bool continued = false;
    while (true) {
      const auto before = parser.state();
      buffer_.erase(0, parser.feed(buffer_));
      const auto state = parser.state();
      if (state == RequestParser::State::kDone) co_return true;
      if (state == RequestParser::State::kFailed) {
        co_await refuse_and_close(to_response(parser.problem()));
        co_return false;
      }
      if (state == RequestParser::State::kBody && before == RequestParser::State::kHead)
        allow(hub_->limits.body);
      if (state == RequestParser::State::kBody && parser.expects_continue() && !continued) {
        continued = true;
        const auto until = deadline;
        if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n", {})) co_return false;
        deadline = until;
      }
      if (co_await read_some()) continue;
      if (timed_out) {
        co_await refuse_and_close(
            to_response(ProblemKind::kTimeout, "the request did not arrive in time"));
      }
      co_return false;
    }
  }

  /// Leaves the answer in answer_. The handler's task does not know what runs it, so that it can
  /// run in the simulator: a timer that never fires by itself is what wakes this coroutine.
  asio::awaitable<void> answer(Request& request) {
    answer_.reset();
    detach(hub_->service.handle(request),
           std::move_only_function<void(Response)>([this](Response r) {
             answer_ = std::move(r);
             answered_.cancel();
           }));
    if (answer_) co_return;
    answered_.expires_at(SteadyClock::time_point::max());
    while (!answer_) co_await answered_.async_wait(kAwait);
  }

  asio::awaitable<bool> send(const Response& response, Framing framing) {
    framing.now_s = std::chrono::duration_cast<std::chrono::seconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
    std::string head = write_head(response, framing);
    std::string_view content;
    if (has_content(response, framing)) content = response.content();
    // One write for a small answer, without copying a large one.
    constexpr std::size_t kJoinedMax = std::size_t{64} * 1024;
    if (content.size() <= kJoinedMax) {
      head.append(content);
      content = {};
    }
    co_return co_await write(head, content);
  }

  /// What the client still sends is read and dropped for a moment: closing over it would reset the
  /// connection, and the client would never see the answer (RFC 9112 section 9.6).
  asio::awaitable<void> refuse_and_close(Response response) {
    hub_->service.finish(response);
    Framing framing;
    framing.keep_alive = false;
    if (!co_await send(response, framing)) co_return;
    boost::system::error_code ignored;
    if constexpr (!kIsTls<Stream>) socket().shutdown(asio::socket_base::shutdown_send, ignored);
    constexpr std::size_t kDroppedMax = std::size_t{1024} * 1024;
    allow(std::chrono::milliseconds(1000));
    for (std::size_t dropped = 0; dropped < kDroppedMax;) {
      buffer_.clear();
      if (!co_await read_some()) break;
      dropped += buffer_.size();
    }
  }

  static void forget_claims(Request& request) {
    Headers kept;
    for (const auto& [name, value] : request.headers) {
      const bool is_claim = name == "forwarded" || name.starts_with("x-forwarded-") ||
                            (name.starts_with("perpetua-") && name != "perpetua-position");
      if (!is_claim) kept.add(name, value);
    }
    request.headers = std::move(kept);
  }

  Stream stream_;
  Trust trust_ = std::is_same_v<Stream, UnixStream> ? Trust::kOperator : Trust::kStranger;
  asio::steady_timer answered_;
  std::shared_ptr<Hub> hub_;
  std::string buffer_;
  std::optional<Response> answer_;
};

}  // namespace perpetua::http::internal
