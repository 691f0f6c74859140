#include "buyers/client.h"

#include <sys/socket.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace perpetua::buyers {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Protocol = asio::generic::stream_protocol;
using Stream = beast::basic_stream<Protocol>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBodyMax = 8u << 20;
constexpr std::size_t kIdleConnectionsMax = 512;  // kept for each endpoint

std::string key_of(const Endpoint& to) {
  return to.socket_path.empty() ? to.host + ":" + to.port : "unix:" + to.socket_path;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// A server may close an idle connection at any time; a request sent into it would count as lost
// though nothing failed. What is left is the race of a close on its way.
bool is_still_open(Stream& stream) {
  char byte = 0;
  const auto got = ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

struct Client::Impl {
  asio::io_context io{1};
  std::map<std::string, Protocol::endpoint> resolved;
  std::map<std::string, std::vector<std::unique_ptr<Stream>>> idle;
  double wall_at_start_ms =
      std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  Clock::time_point start = Clock::now();

  Clock::time_point steady(double at_ms) const {
    return start + std::chrono::duration_cast<Clock::duration>(
                       std::chrono::duration<double, std::milli>(at_ms - wall_at_start_ms));
  }

  // Blocks, once for each endpoint: what is asked for are addresses and localhost.
  std::optional<Protocol::endpoint> resolve(const Endpoint& to) {
    const std::string key = key_of(to);
    if (const auto found = resolved.find(key); found != resolved.end()) return found->second;
    Protocol::endpoint result;
    if (!to.socket_path.empty()) {
      result = asio::local::stream_protocol::endpoint(to.socket_path);
    } else {
      boost::system::error_code error;
      asio::ip::tcp::resolver resolver(io);
      const auto answers =
          resolver.resolve(to.host, to.port, asio::ip::tcp::resolver::numeric_service, error);
      if (error || answers.empty()) return std::nullopt;
      auto best = answers.begin();
      for (auto i = answers.begin(); i != answers.end(); ++i)
        if (i->endpoint().address().is_v4() && !best->endpoint().address().is_v4()) best = i;
      result = best->endpoint();
    }
    return resolved.emplace(key, result).first->second;
  }

  std::unique_ptr<Stream> take_idle(const std::string& key) {
    auto& streams = idle[key];
    while (!streams.empty()) {
      auto stream = std::move(streams.back());
      streams.pop_back();
      if (is_still_open(*stream)) return stream;
    }
    return nullptr;
  }

  void keep_idle(const std::string& key, std::unique_ptr<Stream> stream) {
    auto& streams = idle[key];
    if (streams.size() < kIdleConnectionsMax) streams.push_back(std::move(stream));
  }
};

namespace {

// One request and its answer; owns itself through the handlers until it has told `done`.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Client::Impl& client, std::string key, Promise<HttpAnswer>& done)
      : client_(client), key_(std::move(key)), done_(done) {
    parser_.body_limit(kBodyMax);
  }

  void start(const Endpoint& to, const HttpRequest& request) {
    fill(to, request);
    const auto deadline =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double, std::milli>(request.timeout_ms));
    stream_ = client_.take_idle(key_);
    if (stream_) {
      stream_->expires_at(deadline);
      return write();
    }
    const auto address = client_.resolve(to);
    if (!address) return give_up(NetError::kConnect);
    stream_ = std::make_unique<Stream>(client_.io);
    stream_->expires_at(deadline);
    stream_->async_connect(
        *address, [self = shared_from_this()](beast::error_code error) { self->connected(error); });
  }

 private:
  void fill(const Endpoint& to, const HttpRequest& request) {
    request_.version(11);
    request_.method_string(request.method);
    request_.target(request.path);
    request_.set(http::field::host, to.socket_path.empty() ? key_ : "localhost");
    for (const auto& [name, value] : request.headers) request_.set(name, value);
    request_.body() = request.body;
    request_.prepare_payload();
  }

  void connected(beast::error_code error) {
    if (error) return give_up(NetError::kConnect);
    const bool is_tcp = stream_->socket().local_endpoint().protocol().family() != AF_UNIX;
    if (is_tcp && stream_->socket().set_option(asio::ip::tcp::no_delay(true), error))
      return give_up(NetError::kConnect);
    write();
  }

  void write() {
    http::async_write(*stream_, request_,
                      [self = shared_from_this()](beast::error_code error, std::size_t) {
                        if (error) return self->give_up(reason(error));
                        self->read();
                      });
  }

  void read() {
    http::async_read(*stream_, buffer_, parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       if (error) return self->give_up(reason(error));
                       self->finish();
                     });
  }

  static NetError reason(beast::error_code error) {
    return error == beast::error::timeout ? NetError::kTimeout : NetError::kConnection;
  }

  void finish() {
    const bool keep = parser_.get().keep_alive() && buffer_.size() == 0;
    auto message = parser_.release();
    HttpAnswer answer;
    answer.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      auto& value = answer.headers[lower(field.name_string())];
      if (!value.empty()) value += ", ";
      value += field.value();
    }
    answer.body = std::move(message.body());
    if (keep) {
      stream_->expires_never();
      client_.keep_idle(key_, std::move(stream_));
    }
    done_.set(std::move(answer));
  }

  void give_up(NetError error) {
    HttpAnswer answer;
    answer.error = error;
    done_.set(std::move(answer));
  }

  Client::Impl& client_;
  std::string key_;
  Promise<HttpAnswer>& done_;
  std::unique_ptr<Stream> stream_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
};

// set() is called inside start() when nothing could be tried, so the promise is not yet awaited.
Task<HttpAnswer> exchange(Client::Impl& client, Endpoint to, HttpRequest request) {
  Promise<HttpAnswer> done;
  std::make_shared<Exchange>(client, key_of(to), done)->start(to, request);
  HttpAnswer answer = co_await done;
  co_return answer;
}

Task<void> wait(Client::Impl& client, double at_ms) {
  Promise<bool> done;
  asio::steady_timer timer(client.io, client.steady(at_ms));
  timer.async_wait([&done](boost::system::error_code) { done.set(true); });
  co_await done;
}

Task<void> run_and_stop(asio::io_context& io, Task<void> task) {
  co_await task;
  io.stop();
}

}  // namespace

Client::Client() : impl_(std::make_unique<Impl>()) {}
Client::~Client() = default;

double Client::now_ms() const {
  return impl_->wall_at_start_ms +
         std::chrono::duration<double, std::milli>(Clock::now() - impl_->start).count();
}

Task<void> Client::sleep_until(double at_ms) {
  return wait(*impl_, at_ms);
}

Task<HttpAnswer> Client::send(Endpoint to, HttpRequest request) {
  return exchange(*impl_, std::move(to), std::move(request));
}

void Client::run(Task<void> task) {
  impl_->io.restart();
  detach(run_and_stop(impl_->io, std::move(task)));
  impl_->io.run();
}

}  // namespace perpetua::buyers
