#include "buyers/fetch.h"

namespace perpetua::buyers {

Task<Result<HttpAnswer>> fetch(Net& net, Endpoint from, std::string path, std::string token,
                               double timeout_ms) {
  HttpRequest request;
  request.method = "GET";
  request.path = path;
  request.timeout_ms = timeout_ms;
  if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
  const std::string name = from.name;
  HttpAnswer answer = co_await net.send(from, request);
  const std::string_view region = answer.header("perpetua-region");
  std::string why;
  if (answer.status == 0)
    why = "no answer (" + std::string(text(answer.error)) + ")";
  else if (answer.status != 200)
    why = "status " + std::to_string(answer.status);
  else if (name != kEdge && region != name)
    why = "answered by " + (region.empty() ? "nobody we know" : std::string(region));
  if (why.empty()) co_return answer;
  co_return fail(ErrorCode::kUnavailable, name + ": GET " + path + ": " + why);
}

}  // namespace perpetua::buyers
