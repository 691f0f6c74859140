#include "http/api.h"

#include "http/answers.h"

namespace perpetua::http {
namespace {

struct Bound {
  std::string_view header;
  std::size_t size_max;
};
// As the contract has them.
constexpr Bound kBounds[] = {{"if-none-match", 256}, {"if-match", 80}};

const Bound* exceeded_by(const Request& request) {
  for (const Bound& bound : kBounds) {
    std::size_t size = 0;
    for (const std::string_view field : request.headers.all(bound.header)) size += field.size();
    if (size > bound.size_max) return &bound;
  }
  return nullptr;
}

Task<Response> answer_with(Problem problem) {
  co_return to_response(problem);
}

/// What no handler of the route would take.
Checked<void> check(const Route& route, const Request& request) {
  if (const Bound* exceeded = exceeded_by(request))
    return refuse(ProblemKind::kValidation, std::string(exceeded->header) + " is too long");
  if (route.takes != Takes::kQuery && !request.query.empty())
    return refuse_parameter(request.query.front().first);
  if (route.takes != Takes::kIfMatch && request.headers.find("if-match"))
    return refuse(ProblemKind::kValidation, "If-Match is for an order of the cart alone");
  return {};
}

}  // namespace

std::vector<Route> api_routes() {
  std::vector<Route> all;
  for (const auto routes : {session_routes(), book_routes(), cart_routes(), order_routes()})
    all.insert(all.end(), routes.begin(), routes.end());
  return all;
}

void add_routes(Router& router, Services& services, std::span<const Route> routes) {
  for (const Route& route : routes)
    router.add(route.method, route.path, [&services, route](const Request& request) {
      const auto checked = check(route, request);
      return checked ? route.handler(services, request) : answer_with(checked.error());
    });
}

}  // namespace perpetua::http
