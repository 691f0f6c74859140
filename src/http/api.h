#pragma once
// The API of api/openapi.yaml and the operator's door, over the shop's rules and views. A route is
// a function over Services; tables of them are data, so that a test can hold them against the
// contract.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/cart.h"
#include "domain/catalogue.h"
#include "domain/orders.h"
#include "domain/stock.h"
#include "http/access.h"
#include "http/promise.h"
#include "http/router.h"
#include "views/best_sellers_view.h"
#include "views/catalogue_view.h"
#include "views/view.h"

namespace perpetua::http {

/// What people call this region.
struct RegionLabel {
  std::string title;
  std::string flag;  // ISO 3166-1 alpha-2
};

/// All outlive the requests.
struct Services {
  RegionLabel region;
  port::Store& store;
  port::Clock& clock;
  domain::Catalogue& catalogue;
  domain::CartService& carts;
  domain::OrderService& orders;
  domain::StockService& stock;
  views::CatalogueView& shelves;
  views::BestSellersView& best_sellers;
  const views::Feeder& feeder;  // of both
  Access& access;
  PositionPromise& promise;
};

/// What a route looks at beside the path and the body; the other one is refused, not ignored: a
/// client that guards a write with a condition must not have it done without.
enum class Takes { kNeither, kQuery, kIfMatch };

struct Route {
  std::string_view method;
  std::string_view path;
  Task<Response> (*handler)(Services& services, const Request& request);
  Takes takes = Takes::kNeither;
};

[[nodiscard]] std::span<const Route> session_routes();
[[nodiscard]] std::span<const Route> book_routes();
[[nodiscard]] std::span<const Route> cart_routes();
[[nodiscard]] std::span<const Route> order_routes();
/// All of the above: what the contract has.
[[nodiscard]] std::vector<Route> api_routes();

/// For the Unix socket only.
[[nodiscard]] std::span<const Route> operator_routes();

/// `services` outlives the router.
void add_routes(Router& router, Services& services, std::span<const Route> routes);

}  // namespace perpetua::http
