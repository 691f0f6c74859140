#include "http/router.h"

#include "base/assert.h"
#include "http/problem.h"
#include "http/uri.h"

namespace perpetua::http {

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::string path;  // the whole template, when something ends here
  std::map<std::string, Handler, std::less<>> handlers;  // by method
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(std::string_view method, std::string_view path, Handler handler) {
  const auto segments = split_path(path);
  PERPETUA_ASSERT(segments.has_value(), "a route's template is a path");
  Node* node = root_.get();
  for (const std::string& segment : *segments) {
    auto& next = segment.starts_with('{') ? node->parameter : node->literals[segment];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  node->path = path;
  const bool is_new = node->handlers.emplace(method, std::move(handler)).second;
  PERPETUA_ASSERT(is_new, "a route is added once");
}

const Router::Node* Router::find(const Node& node, const std::vector<std::string>& segments,
                                 std::size_t at, std::vector<std::string>& parameters) const {
  if (at == segments.size()) return node.handlers.empty() ? nullptr : &node;
  const std::string& segment = segments[at];
  if (const auto literal = node.literals.find(segment); literal != node.literals.end())
    if (const Node* found = find(*literal->second, segments, at + 1, parameters)) return found;
  if (!node.parameter || segment.empty()) return nullptr;
  parameters.push_back(segment);
  if (const Node* found = find(*node.parameter, segments, at + 1, parameters)) return found;
  parameters.pop_back();
  return nullptr;
}

namespace {

Task<Response> answer_now(Response response) {
  co_return response;
}

Response method_not_allowed(std::string allow) {
  Response response =
      to_response(ProblemKind::kMethodNotAllowed, "this address takes " + allow + " only");
  response.headers.add("Allow", std::move(allow));
  return response;
}

}  // namespace

Task<Response> Router::route(Request& request) const {
  const auto segments = split_path(request.path);
  if (!segments) return answer_now(to_response(ProblemKind::kValidation, segments.error().message));
  const Node* node = find(*root_, *segments, 0, request.parameters);
  if (node == nullptr) {
    if (fallback_) return fallback_(request);
    return answer_now(to_response(ProblemKind::kNotFound, "nothing is at this address"));
  }
  request.route = node->path;
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  if (const auto handler = node->handlers.find(method); handler != node->handlers.end())
    return handler->second(request);

  std::string allow;
  for (const auto& [name, handler] : node->handlers) {
    allow += (allow.empty() ? "" : ", ") + name;
    if (name == "GET") allow += ", HEAD";
  }
  return answer_now(method_not_allowed(std::move(allow)));
}

}  // namespace perpetua::http
