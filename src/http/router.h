#pragma once
// The table of routes: (method, path template) -> handler. A template's segments are literal or one
// {name}; literal ones are preferred. HEAD goes to GET's handler. What is not in the table goes to
// the fallback, if there is one, else is 404; a known path with another method is 405 with Allow.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"

namespace perpetua::http {

class Router {
 public:
  Router();
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// `path` such as "/api/books/{id}". Adding the same twice is a bug, asserted.
  void add(std::string_view method, std::string_view path, Handler handler);
  void set_fallback(Handler handler) { fallback_ = std::move(handler); }

  /// Fills in the request's parameters and route, and runs its handler. `request` outlives the
  /// task.
  [[nodiscard]] Task<Response> route(Request& request) const;

 private:
  struct Node;
  const Node* find(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                   std::vector<std::string>& parameters) const;

  std::unique_ptr<Node> root_;
  Handler fallback_;
};

}  // namespace perpetua::http
