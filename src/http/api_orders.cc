#include <boost/json.hpp>

#include "http/answers.h"
#include "http/api.h"
#include "http/domain_json.h"
#include "http/fields.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

using domain::Reflecting;

// How long a cache may show the ways of delivery: a restart alone changes them.
constexpr int kDeliveryMaxAgeS = 10;

/// What an order shows of a book.
struct BookShown {
  std::string title;
  std::vector<std::string> authors;
  std::string category;
};
using Books = std::map<std::string, BookShown>;

/// As the catalogue has them now; a retired one is missing.
Task<domain::Checked<Reflecting<Books>>> books_of(Services& services,
                                                  const std::vector<domain::Order>& orders) {
  std::vector<std::string> ids;
  for (const domain::Order& order : orders)
    for (const domain::OrderLine& line : order.lines) ids.push_back(line.book_id);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  Reflecting<Books> books;
  constexpr std::size_t kAtOnce = 100;
  for (std::size_t at = 0; at < ids.size(); at += kAtOnce) {
    std::vector<std::string> part(
        ids.begin() + static_cast<std::ptrdiff_t>(at),
        ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), at + kAtOnce)));
    auto read = co_await services.catalogue.get_many(std::move(part));
    if (!read) co_return std::unexpected(read.error());
    books.position = join(books.position, read->position);
    for (domain::Book& book : read->value)
      books.value[book.id] = {std::move(book.title), std::move(book.authors),
                              std::move(book.category)};
  }
  co_return books;
}

json::value order_json(const domain::Order& order, const Books& books) {
  json::array lines;
  for (const domain::OrderLine& line : order.lines) {
    const auto found = books.find(line.book_id);
    json::object out;
    out["bookId"] = line.book_id;
    if (found == books.end()) {
      out["title"] = line.book_id;
    } else {
      const auto& [title, authors, category] = found->second;
      out["title"] = title;
      out["authors"] = json::array(authors.begin(), authors.end());
      out["category"] = category;
    }
    out["quantity"] = line.quantity;
    out["price"] = to_json(line.price);
    out["total"] = to_json(domain::Money{line.price.amount * line.quantity, line.price.currency});
    lines.push_back(std::move(out));
  }
  json::object out;
  out["id"] = order.id;
  out["placedAt"] = to_timestamp(order.placed_at_ms);
  out["region"] = order.taken_by.region;
  out["lines"] = std::move(lines);
  if (order.details.ship_to) out["shipTo"] = to_json(*order.details.ship_to);
  if (order.details.delivery) out["delivery"] = to_json(*order.details.delivery);
  if (order.details.payment) out["payment"] = to_json(*order.details.payment);
  out["total"] = to_json(order.total);
  out["durability"] = to_text(order.durability);
  return out;
}

domain::ExplicitOrder read_lines(ObjectReader& reader) {
  domain::ExplicitOrder order;
  for (const json::value* value : reader.array("lines", 1, domain::kOrderLinesMax)) {
    ObjectReader part(*value, reader.pointer_to("lines", order.lines.size()));
    domain::OrderLine line;
    line.book_id = part.text("bookId", is_slug, "a book's id: [a-z0-9][a-z0-9-]{0,63}");
    line.quantity = part.integer("quantity", 1, domain::kOrderQuantityMax);
    line.price = read_money(part, "price");
    if (const auto done = part.finish(); !done) reader.fault(done.error());
    order.lines.push_back(std::move(line));
  }
  return order;
}

/// The lines in the body, or else the cart that If-Match names; and what is given beside them.
Checked<domain::OrderRequest> read_order(const Request& request) {
  domain::OrderRequest order = domain::CartOrder{};
  if (!request.body.empty()) {
    const auto body = parse_json_body(request);
    if (!body) return std::unexpected(body.error());
    ObjectReader reader(*body);
    if (reader.has("lines")) order.what = read_lines(reader);
    order.details = read_order_details(reader);
    if (const auto done = reader.finish(); !done) return std::unexpected(done.error());
  }
  const auto tag = if_match_tag(request);
  auto* of_cart = std::get_if<domain::CartOrder>(&order.what);
  if (of_cart == nullptr && tag)
    return refuse(ProblemKind::kValidation,
                  "an order of lines is not one of the cart: leave out If-Match");
  if (of_cart != nullptr && (!tag || tag->empty()))
    return refuse(ProblemKind::kPreconditionRequired,
                  "an order of the cart names the ETag that the buyer saw, with If-Match");
  if (of_cart != nullptr) of_cart->etag = *tag;
  return order;
}

Task<Response> list_delivery(Services& services, const Request& request) {
  json::array items;
  for (const domain::DeliveryOption& option : services.orders.delivery_options())
    items.push_back(to_json(option));
  const json::value body{{"items", std::move(items)}};
  co_return cacheable(request, body, kDeliveryMaxAgeS);
}

Task<Response> place_order(Services& services, const Request& request) {
  const auto caller = services.access.authenticate_write(request);
  if (!caller) co_return to_response(caller.error());
  const auto key = idempotency_key(request);
  if (!key) co_return to_response(key.error());
  const auto order = read_order(request);
  if (!order) co_return to_response(order.error());

  const Private exchange = co_await Private::begin(services.promise, request);
  const auto placed = co_await services.orders.place(caller->session, *key, *order);
  if (!placed) co_return exchange.refuse(placed.error());
  const std::vector<domain::Order> one{placed->value};
  // The order stands, whatever became of its books.
  const auto books = (co_await books_of(services, one)).value_or(Reflecting<Books>{});
  Response response = json_response(201, order_json(placed->value, books.value));
  response.headers.add("Location", "/api/orders/" + placed->value.id);
  co_return exchange.answer(std::move(response), join(placed->position, books.position));
}

Task<Response> list_orders(Services& services, const Request& request) {
  const auto caller = services.access.authenticate(request);
  if (!caller) co_return to_response(caller.error());
  QueryReader query(request.query);
  const auto cursor = query.text("cursor");
  const std::size_t limit = query.integer("limit", 1, kPageLimitMax, kPageLimitDefault);
  if (const auto done = query.finish(); !done) co_return to_response(done.error());

  const Private exchange = co_await Private::begin(services.promise, request);
  const auto page = co_await services.orders.list(caller->session, cursor, limit);
  if (!page) co_return exchange.refuse(page.error());
  const auto books = co_await books_of(services, page->value.orders);
  if (!books) co_return exchange.refuse(books.error());
  json::array items;
  for (const domain::Order& order : page->value.orders)
    items.push_back(order_json(order, books->value));
  const json::value body{{"items", std::move(items)}};
  Response response = json_response(200, body);
  if (page->value.next)
    response.headers.add("Link", next_link("/api/orders", limit, *page->value.next));
  co_return exchange.answer(std::move(response), join(page->position, books->position));
}

/// `or_` and 40 hexadecimal digits.
bool is_order_id(std::string_view id) {
  return id.starts_with("or_") && id.size() == 43 &&
         id.find_first_not_of("0123456789abcdef", 3) == std::string_view::npos;
}

Task<Response> get_order(Services& services, const Request& request) {
  const auto caller = services.access.authenticate(request);
  if (!caller) co_return to_response(caller.error());
  if (!is_order_id(request.parameters.at(0)))
    co_return to_response(ProblemKind::kNotFound, "there is no such order");
  const Private exchange = co_await Private::begin(services.promise, request);
  const auto found = co_await services.orders.get(caller->session, request.parameters.at(0));
  if (!found) co_return exchange.refuse(found.error());
  const std::vector<domain::Order> one{found->value};
  const auto books = co_await books_of(services, one);
  if (!books) co_return exchange.refuse(books.error());
  co_return exchange.answer(json_response(200, order_json(found->value, books->value)),
                            join(found->position, books->position));
}

constexpr Route kRoutes[] = {
    {"GET", "/api/delivery", list_delivery},
    {"POST", "/api/orders", place_order, Takes::kIfMatch},
    {"GET", "/api/orders", list_orders, Takes::kQuery},
    {"GET", "/api/orders/{id}", get_order},
};

}  // namespace

std::span<const Route> order_routes() {
  return kRoutes;
}

}  // namespace perpetua::http
