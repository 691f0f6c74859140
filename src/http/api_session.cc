#include <boost/json.hpp>

#include "http/answers.h"
#include "http/api.h"
#include "http/domain_json.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

Checked<void> check_begin(Services& services, const Request& request) {
  // Another's page must not put its visitors into a session of its choice.
  if (const auto origin = services.access.check_origin(request); !origin) return origin;
  return check_no_members(request);
}

Task<Response> begin_session(Services& services, const Request& request) {
  if (const auto checked = check_begin(services, request); !checked)
    co_return to_response(checked.error());
  const Access::Issued issued = services.access.begin(request);
  json::object body;
  body["customerId"] = issued.session.customer_id;
  body["cartId"] = issued.session.cart_id;
  body["token"] = issued.token;
  body["expiresAt"] = to_timestamp(issued.session.expires_at * 1000);
  Response response = json_response(201, body);
  response.headers.add("Cache-Control", "no-store");
  Access::set_cookies(issued, is_secure(request), response);
  co_return response;
}

Task<Response> get_truth(Services& services, const Request&) {
  const Writer& self = services.store.self();
  json::object body;
  body["region"] = self.region;
  body["title"] = services.region.title;
  body["flag"] = services.region.flag;
  body["writer"] = self.text();
  body["time"] = to_timestamp(services.clock.wall_ms());
  Response response = json_response(200, body);
  response.headers.add("Cache-Control", "no-store");
  co_return response;
}

constexpr Route kRoutes[] = {
    {"POST", "/api/session", begin_session},
    {"GET", "/api/truth", get_truth},
};

}  // namespace

std::span<const Route> session_routes() {
  return kRoutes;
}

}  // namespace perpetua::http
