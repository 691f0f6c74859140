#pragma once
// An HTTP request and its answer as handlers see them: plain values, without the library that
// parses them, so that a handler's test needs no socket.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.h"

namespace perpetua::http {

/// Fields in the order received. Names are lower-case in requests.
class Headers {
 public:
  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  void set(std::string_view name, std::string value) {
    std::erase_if(fields_, [name](const auto& field) { return field.first == name; });
    fields_.emplace_back(std::string(name), std::move(value));
  }
  /// The first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    for (const auto& [field, value] : fields_)
      if (field == name) return value;
    return std::nullopt;
  }
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const {
    std::vector<std::string_view> found;
    for (const auto& [field, value] : fields_)
      if (field == name) found.emplace_back(value);
    return found;
  }
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Who is at the other end, as the connection proves it.
enum class Trust {
  kStranger,  // nothing that the request says about where it came from is believed
  kEdge,      // an edge, by its certificate: its X-Forwarded-* are believed
  kOperator,  // through the operator's socket, by the file's permissions
};

using Query = std::vector<std::pair<std::string, std::string>>;  // decoded, in order

struct Request {
  std::string method;  // as sent, e.g. "GET"
  std::string target;  // as sent: path and query, still percent-encoded
  std::string path;    // as sent, without the query
  Query query;
  Headers headers;
  std::string body;
  Trust trust = Trust::kStranger;
  // Filled in by the router, decoded, in the order of the template's {names}.
  std::vector<std::string> parameters;
  std::string_view
      route;  // the template that matched; empty: none did. Lives as long as the router
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // In place of `body`, when set: bytes that several answers share.
  std::shared_ptr<const std::string> shared_body;

  [[nodiscard]] std::string_view content() const {
    return shared_body ? std::string_view(*shared_body) : std::string_view(body);
  }
};

/// The request outlives the task.
using Handler = std::function<Task<Response>(const Request& request)>;

}  // namespace perpetua::http
