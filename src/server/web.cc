#include "server/web.h"

#include <boost/json/serialize.hpp>

#include "http/answers.h"
#include "server/log.h"

namespace perpetua::server {
namespace {

using http::ProblemKind;
using http::Request;
using http::Response;

Task<Response> now(Response response) {
  co_return response;
}

Response text_response(int status, std::string_view type, std::string body) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", std::string(type));
  response.headers.add("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

}  // namespace

std::vector<std::string> storefront_pages() {
  return {"/",     "/search",   "/best-sellers", "/category/{slug}", "/books/{id}",
          "/cart", "/checkout", "/orders",       "/orders/{id}"};
}

Web::Web(Parts parts) : parts_(std::move(parts)) {
  http::add_routes(buyers_, parts_.services, http::api_routes());
  add_health();
  buyers_.set_fallback([this](const Request& request) {
    return now(parts_.storefront.answer(request, parts_.services.clock.monotonic_ms()));
  });
  http::add_routes(operators_, parts_.services, http::operator_routes());
  add_operator();
}

void Web::add_health() {
  buyers_.add("GET", "/healthz/live",
              [](const Request&) { return now(text_response(200, "text/plain", "live\n")); });
  buyers_.add("GET", "/healthz/ready", [this](const Request&) {
    const std::string why = parts_.readiness.why_not();
    if (!why.empty()) return now(http::to_response(ProblemKind::kUnavailable, why));
    return now(text_response(200, "text/plain", "ready\n"));
  });
  buyers_.add("GET", "/metrics", [this](const Request&) {
    return now(text_response(200, "text/plain; version=0.0.4", parts_.metrics.text()));
  });
}

void Web::add_operator() {
  operators_.add("GET", "/status", [this](const Request&) {
    const std::string why = parts_.readiness.why_not();
    boost::json::object status = parts_.status();
    status["ready"] = why.empty();
    if (!why.empty()) status["why"] = why;
    return now(http::json_response(200, std::move(status)));
  });
  operators_.add("POST", "/drain", [this](const Request&) {
    parts_.drain();
    return now(http::json_response(200, boost::json::object{{"draining", true}}));
  });
}

http::Service Web::for_buyers() {
  return service(buyers_);
}

http::Service Web::for_operators() {
  return service(operators_);
}

http::Service Web::service(const http::Router& router) {
  return {[this, &router](Request& request) { return answer(router, request); },
          [this](Response& response) {
            finish(response);
            parts_.metrics.count_refused(response.status);
          }};
}

void Web::finish(Response& response) const {
  response.headers.add("Perpetua-Region", parts_.region);
  response.headers.set("X-Content-Type-Options", "nosniff");
}

Task<Response> Web::answer(const http::Router& router, Request& request) {
  const auto began = std::chrono::steady_clock::now();
  const bool is_buyers = &router == &buyers_ && request.path.starts_with("/api/");
  Response response;
  if (is_buyers && buyers_under_way_ >= kUnderWayMax) {
    response = http::to_response(ProblemKind::kUnavailable, "too many requests are under way");
  } else {
    std::size_t& under_way = is_buyers ? buyers_under_way_ : others_under_way_;
    ++under_way;
    response = co_await guarded(router, request);
    --under_way;
  }
  finish(response);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  parts_.metrics.count(request, response.status, took.count());
  co_return response;
}

Task<Response> Web::guarded(const http::Router& router, Request& request) {
  std::string failure;
  try {
    Response response = co_await router.route(request);
    co_return response;
  } catch (const std::exception& error) {
    failure = error.what();
  }
  log::error("request failed", {{"route", request.route}, {"why", failure}});
  co_return http::to_response(ProblemKind::kInternal, "the region's log has the reason");
}

}  // namespace perpetua::server
