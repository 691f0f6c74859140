#include "buyers/toy_shop.h"

#include <algorithm>
#include <boost/json.hpp>

namespace perpetua::buyers {
namespace {

namespace json = boost::json;
using Cart = ToyShop::Cart;

json::object price(std::int64_t amount = 1000) {
  return {{"amount", amount}, {"currency", "EUR"}};
}

json::object line_json(const std::string& book, std::int64_t quantity, std::int64_t amount) {
  return {{"bookId", book}, {"title", "A title"}, {"quantity", quantity}, {"price", price(amount)}};
}

json::object order_json(const ToyShop::Order& order) {
  json::array lines;
  for (const Line& line : order.lines)
    lines.push_back(line_json(line.book, line.quantity, line.amount));
  return {{"id", order.id}, {"lines", lines}, {"durability", order.durability}};
}

std::vector<Line> lines_of(const Cart& cart) {
  std::vector<Line> lines;
  for (const auto& [book, keys] : cart) {
    std::int64_t quantity = 0;
    for (const auto& [key, copies] : keys) quantity += copies;
    if (quantity > 0) lines.push_back({book, quantity, 1000, "EUR"});
  }
  return lines;
}

HttpAnswer answer(int status, const json::object& body) {
  HttpAnswer out;
  out.status = status;
  out.headers["content-type"] = "application/json";
  out.body = json::serialize(body);
  return out;
}

HttpAnswer cart_answer(int status, const Cart& cart, const std::string& durability) {
  json::array lines;
  for (const Line& line : lines_of(cart))
    lines.push_back(line_json(line.book, line.quantity, 1000));
  HttpAnswer out = answer(status, {{"lines", lines}, {"durability", durability}});
  std::string seen;
  for (const auto& [book, keys] : cart)
    for (const auto& [key, copies] : keys) seen += book + key + std::to_string(copies);
  out.headers["etag"] = "\"" + std::to_string(std::hash<std::string>()(seen)) + "\"";
  return out;
}

std::string header(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return {};
}

std::string last_segment(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// Up to the order's copies out of what is there, lowest key first.
Cart taking(const Cart& cart, const std::vector<Line>& lines) {
  Cart taken;
  for (const Line& line : lines) {
    const auto found = cart.find(line.book);
    if (found == cart.end()) continue;
    std::int64_t wanted = line.quantity;
    for (const auto& [key, copies] : found->second) {
      const std::int64_t some = std::min(copies, wanted);
      if (some > 0) taken[line.book][key] = some;
      wanted -= some;
    }
  }
  return taken;
}

void move_copies(Cart& cart, const Cart& taken, std::int64_t sign) {
  for (const auto& [book, keys] : taken)
    for (const auto& [key, copies] : keys) cart[book][key] -= sign * copies;
}

// Once, whoever took it: of two rows of one order the earlier one stands.
void apply(ToyShop::Region& region, const std::string& token, const ToyShop::Order& order) {
  auto& orders = region.orders[token];
  const auto known = std::ranges::find(orders, order.id, &ToyShop::Order::id);
  if (known != orders.end() && known->number <= order.number) return;
  if (known != orders.end()) {
    move_copies(region.carts[token], known->taken, -1);
    *known = order;
  } else {
    orders.push_back(order);
    for (const Line& line : order.lines) region.sold[line.book] += line.quantity;
  }
  move_copies(region.carts[token], order.taken, 1);
}

}  // namespace

HttpAnswer ToyShop::problem(int status, const std::string& slug, bool outcome_unknown) {
  json::object body{{"type", "/problems/" + slug}, {"status", status}};
  if (outcome_unknown) body["outcome"] = "unknown";
  HttpAnswer out = answer(status, body);
  out.headers["content-type"] = "application/problem+json";
  return out;
}

HttpAnswer ToyShop::edge_error(int status) {
  HttpAnswer out = problem(status, "unavailable", status == 502 || status == 504);
  out.headers["perpetua-region"] = "none";
  return out;
}

HttpAnswer ToyShop::lost(NetError error) {
  HttpAnswer out;
  out.error = error;
  return out;
}

void ToyShop::write(const std::string& region, Write write) {
  write(regions.at(region));
  log_[region].push_back(std::move(write));
  ++regions.at(region).position[region];
}

void ToyShop::replicate() {
  bool is_news = false;
  for (auto& [to, region] : regions)
    for (const auto& [from, log] : log_)
      for (std::size_t& n = region.position[from]; n < log.size(); ++n) {
        log[n](region);
        is_news = true;
      }
  if (!is_news) return;
  for (auto& [name, region] : regions)
    for (auto& [token, orders] : region.orders)
      for (Order& order : orders) order.durability = "remote";
}

HttpAnswer ToyShop::handle(const Endpoint& to, const HttpRequest& request) {
  const std::string region = to.name == kEdge ? nearest : to.name;
  if (linked) replicate();
  HttpAnswer out;
  if (!to.socket_path.empty()) {
    out = stock(region, last_segment(request.path.substr(0, request.path.rfind('/'))));
  } else {
    const std::string authorization = header(request, "Authorization");
    out = ask(region, request, authorization.empty() ? "" : authorization.substr(7));
    promise(region, request, out);
  }
  if (linked) replicate();
  out.headers["perpetua-region"] = region;
  return out;
}

HttpAnswer ToyShop::ask(const std::string& region, const HttpRequest& request,
                        const std::string& token) {
  if (request.path == "/api/session") {
    const std::string n = std::to_string(++sessions_);
    return answer(201, {{"customerId", "cu_" + n}, {"cartId", "ca_" + n}, {"token", "token-" + n}});
  }
  if (request.method == "GET") return read(region, request, token);
  if (token.empty()) return problem(401, "unauthenticated");
  return request.path == "/api/orders" ? order(region, request, token)
                                       : cart_write(region, request, token);
}

// What the answer reflects, joined with what was asked for; and whether that is not all here.
void ToyShop::promise(const std::string& region, const HttpRequest& request,
                      HttpAnswer& answer) const {
  std::map<std::string, std::size_t> joined = regions.at(region).position;
  const std::string seen = header(request, "Perpetua-Position");
  for (const auto& [from, n] : seen.empty() ? json::object() : json::parse(seen).as_object()) {
    const auto wanted = n.to_number<std::size_t>();
    if (joined[from] < wanted) answer.headers["perpetua-stale"] = std::string(from);
    joined[from] = std::max(joined[from], wanted);
  }
  json::object position;
  for (const auto& [from, n] : joined) position[from] = n;
  answer.headers["perpetua-position"] = json::serialize(position);
}

HttpAnswer ToyShop::read(const std::string& region, const HttpRequest& request,
                         const std::string& token) const {
  const Region& here = regions.at(region);
  if (request.path == "/api/cart") {
    const auto cart = here.carts.find(token);
    return cart_answer(200, cart == here.carts.end() ? Cart() : cart->second, "remote");
  }
  if (!request.path.starts_with("/api/orders")) return shelf(region, request.path);
  json::array items;
  if (const auto orders = here.orders.find(token); orders != here.orders.end())
    for (const Order& order : orders->second) items.push_back(order_json(order));
  return answer(200, {{"items", items}});
}

HttpAnswer ToyShop::shelf(const std::string& region, const std::string& path) const {
  if (path == "/api/truth") return answer(200, {{"region", region}});
  if (path.starts_with("/api/books/"))
    return answer(200, {{"id", last_segment(path)}, {"price", price()}});
  if (path == "/api/bestsellers") return answer(200, {{"items", json::array()}});
  if (path == "/api/categories")
    return answer(200, {{"items", json::array{json::object{{"slug", "cars"}, {"name", "Cars"}}}}});
  json::array items;
  for (int i = 0; i < books_; ++i)
    items.push_back(json::object{{"id", "book-" + std::to_string(i)}, {"price", price()}});
  return answer(200, {{"items", items}});
}

HttpAnswer ToyShop::cart_write(const std::string& region, const HttpRequest& request,
                               const std::string& token) {
  const bool is_addition = request.method == "POST";
  const auto body = request.body.empty() ? json::object() : json::parse(request.body).as_object();
  const std::string book =
      is_addition ? std::string(body.at("bookId").as_string()) : last_segment(request.path);
  const std::string key = header(request, "Idempotency-Key");
  Cart& cart = regions.at(region).carts[token];
  if (!cart[book].contains(key)) {
    std::vector<std::string> cancelled;
    if (!is_addition)
      for (const auto& [seen, copies] : cart[book]) cancelled.push_back(seen);
    const std::int64_t added =
        body.contains("quantity") ? body.at("quantity").to_number<std::int64_t>() : 0;
    write(region, [=](Region& here) {
      CartLine& line = here.carts[token][book];
      for (const std::string& seen : cancelled) line[seen] = 0;
      line.try_emplace(key, added);
    });
  }
  return cart_answer(is_addition ? 201 : 200, cart, linked ? "remote" : "local");
}

HttpAnswer ToyShop::order(const std::string& region, const HttpRequest& request,
                          const std::string& token) {
  Region& here = regions.at(region);
  Order order{"or_" + token + "-" + header(request, "Idempotency-Key"), {}};
  for (const Order& known : here.orders[token])
    if (known.id == order.id) return answer(201, order_json(known));
  const auto body = json::parse(request.body).as_object();
  if (body.empty()) {
    const HttpAnswer seen = cart_answer(200, here.carts[token], "remote");
    if (header(request, "If-Match") != seen.header("etag")) return problem(412, "etag-mismatch");
    order.lines = lines_of(here.carts[token]);
  } else {
    for (const auto& value : body.at("lines").as_array()) {
      const auto& line = value.as_object();
      order.lines.push_back({std::string(line.at("bookId").as_string()),
                             line.at("quantity").to_number<std::int64_t>(), 1000, "EUR"});
    }
  }
  for (const Line& line : order.lines)
    if (here.sold[line.book] + line.quantity > copies_)
      return linked ? problem(409, "sold-out") : problem(503, "unavailable", true);
  order.number = ++orders_;
  order.taken = taking(here.carts[token], order.lines);
  write(region, [=](Region& at) { apply(at, token, order); });
  if (!linked) order.durability = "local";
  return answer(201, order_json(order));
}

HttpAnswer ToyShop::stock(const std::string& region, const std::string& book) const {
  const Region& here = regions.at(region);
  const auto found = here.sold.find(book);
  const std::int64_t sold = found == here.sold.end() ? 0 : found->second;
  const auto row = [](const std::string& writer, std::int64_t delivered, std::int64_t copies) {
    return json::object{{"writer", writer}, {"delivered", delivered},
                        {"sold", copies},   {"released", 0},
                        {"writtenOff", 0},  {"grantedIn", 0},
                        {"grantedOut", 0},  {"rights", delivered - copies}};
  };
  const json::object delivery{{"id", "d1"}, {"name", "initial"}, {"quantity", copies_}};
  return answer(200, {{"deliveries", json::array{delivery}},
                      {"writers", json::array{row("a#1", copies_, sold), row("b#1", 0, 0)}}});
}

}  // namespace perpetua::buyers
