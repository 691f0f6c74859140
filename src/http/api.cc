#include "http/api.h"

#include "http/problem.h"

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

Task<Response> refuse_header(std::string_view header) {
  co_return to_response(ProblemKind::kValidation, std::string(header) + " is too long");
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
    router.add(route.method, route.path,
               [&services, handler = route.handler](const Request& request) {
                 const Bound* exceeded = exceeded_by(request);
                 return exceeded ? refuse_header(exceeded->header) : handler(services, request);
               });
}

}  // namespace perpetua::http
