#pragma once
// What the buyers need of the world: a clock, waiting, and one HTTP exchange. The real one
// (client.h) is sockets; tests answer from a function.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace perpetua::buyers {

/// What an edge is called among places, where all others are regions.
inline constexpr std::string_view kEdge = "edge";

/// Where requests go: `host` and `port` over TCP, or, if not empty, a Unix socket.
struct Endpoint {
  std::string name;  // as the record calls it: `edge` or a region's name
  std::string host;
  std::string port;
  std::string socket_path;
};

/// kInvalid unless `http://host[:port]`, with nothing after it but a slash.
[[nodiscard]] Result<Endpoint> parse_url(std::string_view name, std::string_view url);
/// `NAME=URL`, NAME as a region may be called.
[[nodiscard]] Result<Endpoint> parse_named_url(std::string_view text);
/// `NAME=PATH` of a Unix socket.
[[nodiscard]] Result<Endpoint> parse_named_socket(std::string_view text);

struct HttpRequest {
  std::string method;
  std::string path;  // with its query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON, or empty
  double timeout_ms = 2'000;
};

/// Why an exchange has no answer, in the order in which it can fail.
enum class NetError {
  kNone,
  kNotSent,     // more in flight than the load may have: it was not tried
  kConnect,     // no connection: the request was certainly not executed
  kConnection,  // the connection ended before the answer did: it may have been
  kTimeout,     // no whole answer in time: it may have been, or will be
};

[[nodiscard]] std::string_view text(NetError error);

/// `status` is 0 if and only if `error` is not kNone. Header names are lower-case.
struct HttpAnswer {
  int status = 0;
  NetError error = NetError::kNone;
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;

  /// Empty when absent.
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
};

/// One thread; everything is resumed on it.
class Net {
 public:
  virtual ~Net() = default;
  /// Milliseconds since 1970; never steps back while the process lives.
  [[nodiscard]] virtual double now_ms() const = 0;
  /// When `at_ms` has passed, whatever else is ready has its turn first all the same.
  virtual Task<void> sleep_until(double at_ms) = 0;
  /// One exchange over a kept-alive connection, or a new one; never sent twice. Answers after
  /// `timeout_ms` at the latest.
  virtual Task<HttpAnswer> send(Endpoint to, HttpRequest request) = 0;
};

}  // namespace perpetua::buyers
