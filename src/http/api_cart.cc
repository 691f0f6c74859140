#include <boost/json.hpp>

#include "http/answers.h"
#include "http/api.h"
#include "http/domain_json.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

using domain::CartWritten;
using domain::Reflecting;

/// What every write has: who, and the operation's key.
struct Write {
  Caller caller;
  std::string key;
};

Checked<Write> check_write(Services& services, const Request& request) {
  auto caller = services.access.authenticate_write(request);
  if (!caller) return std::unexpected(caller.error());
  auto key = idempotency_key(request);
  if (!key) return std::unexpected(key.error());
  return Write{std::move(*caller), std::move(*key)};
}

Response cart_response(int status, const domain::Cart& cart, json::value body) {
  Response response = json_response(status, std::move(body));
  response.headers.add("ETag", '"' + cart.etag + '"');
  return response;
}

/// The whole cart after a write, or why there was none.
Response written_response(const Private& exchange, int status,
                          const domain::Checked<Reflecting<CartWritten>>& written) {
  if (!written) return exchange.refuse(written.error());
  const auto& [cart, durability] = written->value;
  json::value body = to_json(cart);
  body.as_object()["durability"] = to_text(durability);
  return exchange.answer(cart_response(status, cart, std::move(body)), written->position);
}

Checked<std::int64_t> quantity_in(const Request& request, std::string* book) {
  const auto body = parse_json_body(request);
  if (!body) return std::unexpected(body.error());
  ObjectReader reader(*body);
  if (book != nullptr)
    *book = reader.text("bookId", is_slug, "a book's id: [a-z0-9][a-z0-9-]{0,63}");
  const std::int64_t quantity = reader.integer("quantity", 1, domain::kQuantityMax);
  if (const auto done = reader.finish(); !done) return std::unexpected(done.error());
  return quantity;
}

Task<Response> get_cart(Services& services, const Request& request) {
  const auto caller = services.access.authenticate(request);
  if (!caller) co_return to_response(caller.error());
  const Private exchange = co_await Private::begin(services.promise, request);
  const auto found = co_await services.carts.get(caller->session.cart);
  if (!found) co_return exchange.refuse(found.error());
  co_return exchange.answer(cart_response(200, found->value, to_json(found->value)),
                            found->position);
}

Task<Response> add_item(Services& services, const Request& request) {
  const auto write = check_write(services, request);
  if (!write) co_return to_response(write.error());
  std::string book;
  const auto quantity = quantity_in(request, &book);
  if (!quantity) co_return to_response(quantity.error());
  const Private exchange = co_await Private::begin(services.promise, request);
  const auto written =
      co_await services.carts.add(write->caller.session.cart, book, *quantity, write->key);
  Response response = written_response(exchange, 201, written);
  if (written) response.headers.add("Location", "/api/cart/items/" + book);
  co_return response;
}

Task<Response> get_item(Services& services, const Request& request) {
  const auto caller = services.access.authenticate(request);
  if (!caller) co_return to_response(caller.error());
  const Private exchange = co_await Private::begin(services.promise, request);
  const auto found = co_await services.carts.get(caller->session.cart);
  if (!found) co_return exchange.refuse(found.error());
  const auto& lines = found->value.lines;
  const auto line = std::ranges::find(lines, request.parameters.at(0), &domain::CartLine::book_id);
  if (line == lines.end())
    co_return exchange.answer(to_response(ProblemKind::kNotFound, "the cart has no such book"),
                              found->position);
  co_return exchange.answer(cart_response(200, found->value, to_json(*line)), found->position);
}

Task<Response> set_item(Services& services, const Request& request) {
  const auto write = check_write(services, request);
  if (!write) co_return to_response(write.error());
  const auto quantity = quantity_in(request, nullptr);
  if (!quantity) co_return to_response(quantity.error());
  const std::string& book = request.parameters.at(0);
  if (!is_slug(book)) co_return to_response(ProblemKind::kNotFound, "there is no such book");
  const Private exchange = co_await Private::begin(services.promise, request);
  const auto written =
      co_await services.carts.set(write->caller.session.cart, book, *quantity, write->key);
  co_return written_response(exchange, 200, written);
}

Task<Response> remove_item(Services& services, const Request& request) {
  const auto write = check_write(services, request);
  if (!write) co_return to_response(write.error());
  if (const auto bare = check_no_members(request); !bare) co_return to_response(bare.error());
  const std::string& book = request.parameters.at(0);
  if (!is_slug(book)) co_return to_response(ProblemKind::kNotFound, "there is no such book");
  const Private exchange = co_await Private::begin(services.promise, request);
  const auto written = co_await services.carts.remove(write->caller.session.cart, book, write->key);
  co_return written_response(exchange, 200, written);
}

constexpr Route kRoutes[] = {
    {"GET", "/api/cart", get_cart},
    {"POST", "/api/cart/items", add_item},
    {"GET", "/api/cart/items/{bookId}", get_item},
    {"PUT", "/api/cart/items/{bookId}", set_item},
    {"DELETE", "/api/cart/items/{bookId}", remove_item},
};

}  // namespace

std::span<const Route> cart_routes() {
  return kRoutes;
}

}  // namespace perpetua::http
