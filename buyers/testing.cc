#include "buyers/testing.h"

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>

#include "base/assert.h"

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

json::object price() {
  return {{"amount", 1000}, {"currency", "EUR"}};
}

json::object line_json(const std::string& book, std::int64_t quantity, std::int64_t amount) {
  return {{"bookId", book},
          {"title", "A title"},
          {"quantity", quantity},
          {"price", {{"amount", amount}, {"currency", "EUR"}}}};
}

json::object order_json(const ToyShop::Order& order) {
  json::array lines;
  for (const Line& line : order.lines)
    lines.push_back(line_json(line.book, line.quantity, line.amount));
  return {{"id", order.id}, {"lines", lines}, {"durability", "remote"}};
}

using Cart = std::map<std::string, std::map<std::string, std::int64_t>>;

json::object cart_json(const Cart& cart) {
  json::array lines;
  for (const auto& [book, keys] : cart) {
    std::int64_t quantity = 0;
    for (const auto& [key, copies] : keys) quantity += copies;
    if (quantity > 0) lines.push_back(line_json(book, quantity, 1000));
  }
  return {{"lines", lines}, {"durability", "remote"}};
}

HttpAnswer answer(int status, const json::object& body) {
  HttpAnswer out;
  out.status = status;
  out.headers["content-type"] = "application/json";
  out.body = json::serialize(body);
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

}  // namespace

Task<void> FakeNet::sleep_until(double at_ms) {
  Promise<bool> woken;
  waiting_.emplace(std::max(at_ms, now_ms_), &woken);
  co_await woken;
}

Task<HttpAnswer> FakeNet::send(Endpoint to, HttpRequest request) {
  Handled handled = handler_(to, request);
  const bool late = handled.latency_ms > request.timeout_ms;
  co_await sleep_until(now_ms_ + (late ? request.timeout_ms : handled.latency_ms));
  if (late) handled.answer = ToyShop::lost(NetError::kTimeout);
  co_return handled.answer;
}

void FakeNet::run(Task<void> task) {
  detach(std::move(task));
  while (!waiting_.empty()) {
    const auto first = waiting_.begin();
    now_ms_ = std::max(now_ms_, first->first);
    Promise<bool>* woken = first->second;
    waiting_.erase(first);
    woken->set(true);
  }
}

HttpAnswer ToyShop::problem(int status, const std::string& slug) {
  HttpAnswer out = answer(status, {{"type", "/problems/" + slug}, {"status", status}});
  out.headers["content-type"] = "application/problem+json";
  return out;
}

HttpAnswer ToyShop::edge_error(int status) {
  HttpAnswer out = problem(status, "unavailable");
  if (status != 503) out.body.insert(out.body.size() - 1, R"(,"outcome":"unknown")");
  out.headers["perpetua-region"] = "none";
  return out;
}

HttpAnswer ToyShop::lost(NetError error) {
  HttpAnswer out;
  out.error = error;
  return out;
}

HttpAnswer ToyShop::handle(const Endpoint& to, const HttpRequest& request) {
  const std::string region = to.name == "edge" ? "a" : to.name;
  if (!to.socket_path.empty()) {
    const std::string path = request.path.substr(0, request.path.rfind('/'));
    return stock(region, last_segment(path));
  }
  const std::string authorization = header(request, "Authorization");
  const std::string token = authorization.empty() ? "" : authorization.substr(7);
  HttpAnswer out;
  if (request.path == "/api/session") {
    const std::string number = std::to_string(++sessions_);
    out = answer(
        201,
        {{"customerId", "cu_" + number}, {"cartId", "ca_" + number}, {"token", "token-" + number}});
  } else if (request.method == "GET") {
    out = read(region, request, token);
  } else if (request.path == "/api/orders") {
    out = order(request, token);
  } else {
    out = cart_write(request, token);
  }
  out.headers["perpetua-region"] = region;
  return out;
}

HttpAnswer ToyShop::read(const std::string& region, const HttpRequest& request,
                         const std::string& token) const {
  const Region& here = regions.at(region);
  const auto find = [&](const auto& by_token) {
    const auto found = by_token.find(token);
    return found == by_token.end() ? typename std::decay_t<decltype(by_token)>::mapped_type{}
                                   : found->second;
  };
  if (request.path == "/api/cart") return answer(200, cart_json(find(here.carts)));
  if (request.path.starts_with("/api/orders")) {
    json::array items;
    for (const Order& order : find(here.orders)) items.push_back(order_json(order));
    return answer(200, {{"items", items}});
  }
  if (request.path.starts_with("/api/books/"))
    return answer(200, {{"id", last_segment(request.path)}, {"price", price()}});
  if (request.path == "/api/truth") return answer(200, {{"region", region}});
  if (request.path == "/api/bestsellers") return answer(200, {{"items", json::array()}});
  if (request.path == "/api/categories")
    return answer(200, {{"items", json::array{json::object{{"slug", "cars"}, {"name", "Cars"}}}}});
  json::array items;
  for (int i = 0; i < books_; ++i)
    items.push_back(json::object{{"id", "book-" + std::to_string(i)}, {"price", price()}});
  return answer(200, {{"items", items}});
}

HttpAnswer ToyShop::cart_write(const HttpRequest& request, const std::string& token) {
  const bool add = request.method == "POST";
  const auto body = request.body.empty() ? json::object() : json::parse(request.body).as_object();
  const std::string book =
      add ? std::string(body.at("bookId").as_string()) : last_segment(request.path);
  for (auto& [name, region] : regions) {
    auto& keys = region.carts[token][book];
    if (!add)
      for (auto& [key, copies] : keys)
        if (key != header(request, "Idempotency-Key")) copies = 0;
    if (body.contains("quantity"))
      keys.try_emplace(header(request, "Idempotency-Key"),
                       body.at("quantity").to_number<std::int64_t>());
  }
  return answer(200, cart_json(regions.at("a").carts.at(token)));
}

HttpAnswer ToyShop::order(const HttpRequest& request, const std::string& token) {
  const std::string key = header(request, "Idempotency-Key");
  for (const Order& order : regions.at("a").orders[token])
    if (order.key == key) return answer(201, order_json(order));
  Order order{"or_" + std::to_string(++orders_), key, {}};
  const auto body = json::parse(request.body).as_object();
  for (const auto& value : body.at("lines").as_array()) {
    const auto& line = value.as_object();
    order.lines.push_back({std::string(line.at("bookId").as_string()),
                           line.at("quantity").to_number<std::int64_t>(), 1000, "EUR"});
  }
  for (const Line& line : order.lines)
    if (regions.at("a").sold[line.book] + line.quantity > copies_) return problem(409, "sold-out");
  for (auto& [name, region] : regions) {
    region.orders[token].push_back(order);
    for (const Line& line : order.lines) {
      region.sold[line.book] += line.quantity;
      region.carts[token].erase(line.book);
    }
  }
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

Endpoint place(const std::string& name) {
  return {name, "127.0.0.1", "1", {}};
}

TestFolder::TestFolder()
    : path_((std::filesystem::temp_directory_path() / "perpetua-buyers-XXXXXX").string()) {
  PERPETUA_ASSERT(::mkdtemp(path_.data()) != nullptr, "a temporary folder can be made");
}

TestFolder::~TestFolder() {
  std::filesystem::remove_all(path_);
}

}  // namespace perpetua::buyers
