#include "replication/link_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace perpetua::replication::internal {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHandshakeTime{2000};
// A peer that takes none of what is sent for so long is gone, whatever it says.
constexpr milliseconds kWriteTime{5000};
// For the last words; a peer that does not take them is not waited for.
constexpr milliseconds kCloseTime{1000};
constexpr std::size_t kWriteSize = 64 * 1024;

}  // namespace

Connection::Connection(Tcp::socket socket, asio::ssl::context& tls, Engine& engine)
    : stream_(std::move(socket), tls), deadline_(stream_.get_executor()), engine_(engine) {}

void Connection::start(asio::ssl::stream_base::handshake_type type,
                       std::function<std::string(X509*)> known, Ended ended) {
  ended_ = std::move(ended);
  error_code ignored;  // a socket that is gone by now fails at the handshake
  stream_.next_layer().set_option(Tcp::no_delay(true), ignored);
  set_deadline(kHandshakeTime, "the handshake took too long");
  stream_.async_handshake(
      type, [self = shared_from_this(), known = std::move(known)](const error_code& failed) {
        if (self->is_finished_) return;
        if (failed) return self->finish("TLS: " + failed.message());
        self->shake_hands_done(known);
      });
}

void Connection::shake_hands_done(const std::function<std::string(X509*)>& known) {
  deadline_.cancel();
  X509* const certificate = SSL_get1_peer_certificate(stream_.native_handle());
  if (certificate != nullptr) {
    peer_ = known(certificate);
    X509_free(certificate);
  }
  if (peer_.empty()) return finish("its certificate names no region that is expected here");
  const Engine::SessionId id = engine_.connected(peer_, *this);
  // The engine may have refused it in that very call.
  if (!is_closing_) session_ = id;
  if (is_finished_) return;
  read();
  write();
}

void Connection::read() {
  stream_.async_read_some(
      asio::buffer(in_), [self = shared_from_this()](const error_code& failed, std::size_t size) {
        if (self->is_finished_) return;
        if (failed) return self->finish(failed.message());
        if (self->session_)
          self->engine_.received(*self->session_, std::string_view(self->in_.data(), size));
        if (!self->is_finished_) self->read();
      });
}

void Connection::output_ready() {
  // May come from within connected(), when the session has no name yet.
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->write(); });
}

void Connection::close(std::string last) {
  if (is_closing_) return;
  is_closing_ = true;
  session_.reset();
  last_ = std::move(last);
  set_deadline(kCloseTime, "closed");
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->write(); });
}

void Connection::write() {
  if (is_writing_ || is_finished_) return;
  if (is_closing_) {
    if (last_.empty()) return finish("closed");
    out_ = std::exchange(last_, {});
  } else if (session_) {
    out_ = engine_.take_output(*session_);
  }
  if (out_.empty()) return;
  is_writing_ = true;
  // Called before each part of it that is written.
  const auto go_on = [self = shared_from_this()](const error_code& failed, std::size_t) {
    if (failed || self->is_finished_) return std::size_t{0};
    if (!self->is_closing_)
      self->set_deadline(kWriteTime, self->peer_ + " does not take what is sent");
    return kWriteSize;
  };
  asio::async_write(stream_, asio::buffer(out_), go_on,
                    [self = shared_from_this()](const error_code& failed, std::size_t) {
                      self->is_writing_ = false;
                      self->out_.clear();
                      if (self->is_finished_) return;
                      if (failed) return self->finish(failed.message());
                      if (!self->is_closing_) self->deadline_.cancel();
                      self->write();
                    });
}

void Connection::set_deadline(milliseconds delay, const std::string& why) {
  deadline_.expires_after(delay);
  deadline_.async_wait([self = shared_from_this(), why](const error_code& cancelled) {
    if (!cancelled) self->finish(why);
  });
}

void Connection::abort(const std::string& why) {
  finish(why);
}

void Connection::finish(const std::string& why) {
  if (is_finished_) return;
  is_finished_ = true;
  deadline_.cancel();
  error_code ignored;  // closed by the peer before: as wanted
  stream_.next_layer().close(ignored);
  if (session_) engine_.disconnected(*std::exchange(session_, std::nullopt), why);
  // Why a session ended, the engine knows better.
  std::exchange(ended_, nullptr)(peer_.empty() ? why : std::string());
}

}  // namespace perpetua::replication::internal
