#pragma once
// What perpetuad says over HTTP: to buyers the API, the storefront and the region's health; to the
// operator, through the Unix socket, the door and the region's status.

#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "http/api.h"
#include "http/listener.h"
#include "http/static_files.h"
#include "server/metrics.h"
#include "server/readiness.h"

namespace perpetua::server {

class Web {
 public:
  // More buyers' requests to the API at once are told to come back: each holds memory and may wait
  // for seconds. Health, metrics and operators are let in whatever buyers do.
  static constexpr std::size_t kUnderWayMax = 2048;

  struct Parts {
    http::Services& services;
    Metrics& metrics;
    Readiness& readiness;
    http::StaticFiles& storefront;
    std::string region;
    std::function<boost::json::object()> status;  // beside `ready` and `why`
    std::function<void()> drain;
  };
  /// The parts outlive it, and it outlives the listeners.
  explicit Web(Parts parts);

  [[nodiscard]] http::Service for_buyers();
  [[nodiscard]] http::Service for_operators();
  /// Requests that are not answered yet.
  [[nodiscard]] std::size_t under_way() const { return buyers_under_way_ + others_under_way_; }

 private:
  [[nodiscard]] http::Service service(const http::Router& router);
  Task<http::Response> answer(const http::Router& router, http::Request& request);
  Task<http::Response> guarded(const http::Router& router, http::Request& request);
  void finish(http::Response& response) const;
  void add_health();
  void add_operator();

  Parts parts_;
  http::Router buyers_;
  http::Router operators_;
  std::size_t buyers_under_way_ = 0;
  std::size_t others_under_way_ = 0;
};

/// The addresses of which the storefront makes pages in the browser.
[[nodiscard]] std::vector<std::string> storefront_pages();

}  // namespace perpetua::server
