#include "http/api.h"

namespace perpetua::http {

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
                 return handler(services, request);
               });
}

}  // namespace perpetua::http
