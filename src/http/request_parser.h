#pragma once
// HTTP/1.1 requests out of bytes (RFC 9112), by Beast's parser, without I/O. Head and body are
// bounded whatever framing the client uses, and however its bytes arrive; chunked bodies are
// counted as they come, their trailers are dropped.

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/problem.h"

namespace perpetua::http {

struct MessageLimits {
  std::size_t head_bytes = std::size_t{16} * 1024;
  std::size_t body_bytes = std::size_t{64} * 1024;
};

/// One request. Not thread-safe.
class RequestParser {
 public:
  explicit RequestParser(MessageLimits limits);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  enum class State { kHead, kBody, kDone, kFailed };

  /// Takes what it can use from the front of `bytes` and answers how much; the caller keeps the
  /// rest and puts what comes next behind it. Nothing behind the request's end is used.
  std::size_t feed(std::string_view bytes);
  [[nodiscard]] State state() const;

  /// kFailed: what to answer before closing the connection.
  [[nodiscard]] const Problem& problem() const;
  /// kBody: the client waits for "100 Continue" (RFC 9110 section 10.1.1).
  [[nodiscard]] bool expects_continue() const;

  /// kDone: once. Header names are lower-case; the target is not parsed yet.
  [[nodiscard]] Request take();
  [[nodiscard]] bool keep_alive() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace perpetua::http
