// The record's lines as JSON.

#include <array>
#include <boost/json.hpp>

#include "buyers/record.h"

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

struct OperationRow {
  Operation operation;
  std::string_view name;
  std::string_view method;
};

// In the order of the enumeration.
constexpr std::array kOperations = {
    OperationRow{Operation::kBeginSession, "beginSession", "POST"},
    OperationRow{Operation::kListBooks, "listBooks", "GET"},
    OperationRow{Operation::kGetBook, "getBook", "GET"},
    OperationRow{Operation::kListCategories, "listCategories", "GET"},
    OperationRow{Operation::kListBestSellers, "listBestSellers", "GET"},
    OperationRow{Operation::kGetTruth, "getTruth", "GET"},
    OperationRow{Operation::kGetCart, "getCart", "GET"},
    OperationRow{Operation::kAddToCart, "addToCart", "POST"},
    OperationRow{Operation::kSetCartItem, "setCartItem", "PUT"},
    OperationRow{Operation::kRemoveFromCart, "removeFromCart", "DELETE"},
    OperationRow{Operation::kPlaceOrder, "placeOrder", "POST"},
    OperationRow{Operation::kListOrders, "listOrders", "GET"},
};

NetError parse_error(std::string_view name) {
  for (const NetError error :
       {NetError::kNotSent, NetError::kConnect, NetError::kConnection, NetError::kTimeout})
    if (text(error) == name) return error;
  return NetError::kNone;
}

json::array lines_json(const std::vector<Line>& lines) {
  json::array out;
  for (const Line& line : lines) {
    json::object one{{"bookId", line.book}, {"quantity", line.quantity}};
    if (!line.currency.empty())
      one["price"] = json::object{{"amount", line.amount}, {"currency", line.currency}};
    out.push_back(std::move(one));
  }
  return out;
}

json::array orders_json(const std::vector<ListedOrder>& orders) {
  json::array out;
  for (const ListedOrder& order : orders)
    out.push_back(json::object{{"id", order.id}, {"durability", order.durability}});
  return out;
}

void put_text(json::object& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}

json::object encode(const LoadLine& line) {
  return {{"line", "load"},
          {"format", 1},
          {"started_ms", line.started_ms},
          {"rate", line.rate},
          {"duration_s", line.duration_s},
          {"seed", line.seed}};
}

json::object encode(const StockLine& line) {
  json::object sold;
  for (const auto& [book, copies] : line.sold) sold[book] = copies;
  return {{"line", "stock"}, {"region", line.region}, {"sold", std::move(sold)}};
}

json::object encode(const BuyerLine& line) {
  return {{"line", "buyer"},
          {"buyer", line.buyer},
          {"customerId", line.customer},
          {"cartId", line.cart}};
}

json::object encode(const AskLine& line) {
  json::object out{{"line", "ask"},
                   {"request", line.request},
                   {"attempt", line.attempt},
                   {"operation", text(line.operation)},
                   {"method", line.method},
                   {"path", line.path},
                   {"to", line.to},
                   {"intended_ms", line.intended_ms},
                   {"started_ms", line.started_ms}};
  if (line.buyer >= 0) out["buyer"] = line.buyer;
  put_text(out, "key", line.key);
  put_text(out, "ifMatch", line.if_match);
  if (!line.lines.empty()) out["lines"] = lines_json(line.lines);
  return out;
}

json::object encode(const AnswerLine& line) {
  json::object out{{"line", "answer"},
                   {"request", line.request},
                   {"attempt", line.attempt},
                   {"ended_ms", line.ended_ms},
                   {"status", line.status}};
  if (line.error != NetError::kNone) out["error"] = text(line.error);
  put_text(out, "region", line.region);
  if (line.stale) out["stale"] = true;
  put_text(out, "durability", line.facts.durability);
  put_text(out, "orderId", line.facts.order);
  if (!line.facts.lines.empty()) out["lines"] = lines_json(line.facts.lines);
  if (!line.facts.orders.empty()) out["orders"] = orders_json(line.facts.orders);
  put_text(out, "problem", line.facts.problem);
  if (line.facts.outcome_unknown) out["outcome"] = "unknown";
  return out;
}

std::string string_or_empty(const json::object& in, std::string_view name) {
  const auto* value = in.if_contains(name);
  return value ? std::string(value->as_string()) : std::string();
}

template <class T>
T number(const json::object& in, std::string_view name) {
  return in.at(name).to_number<T>();
}

std::vector<Line> decode_lines(const json::object& in) {
  std::vector<Line> out;
  const auto* lines = in.if_contains("lines");
  if (!lines) return out;
  for (const auto& value : lines->as_array()) {
    const auto& one = value.as_object();
    Line line{string_or_empty(one, "bookId"), number<std::int64_t>(one, "quantity"), 0, {}};
    if (const auto* price = one.if_contains("price")) {
      line.amount = number<std::int64_t>(price->as_object(), "amount");
      line.currency = string_or_empty(price->as_object(), "currency");
    }
    out.push_back(std::move(line));
  }
  return out;
}

std::vector<ListedOrder> decode_orders(const json::object& in) {
  std::vector<ListedOrder> out;
  const auto* orders = in.if_contains("orders");
  if (!orders) return out;
  for (const auto& value : orders->as_array())
    out.push_back({string_or_empty(value.as_object(), "id"),
                   string_or_empty(value.as_object(), "durability")});
  return out;
}

StockLine decode_stock(const json::object& in) {
  StockLine out{string_or_empty(in, "region"), {}};
  for (const auto& [book, copies] : in.at("sold").as_object())
    out.sold[std::string(book)] = copies.to_number<std::int64_t>();
  return out;
}

AskLine decode_ask(const json::object& in) {
  AskLine out;
  out.request = number<std::uint64_t>(in, "request");
  out.attempt = number<int>(in, "attempt");
  if (in.contains("buyer")) out.buyer = number<int>(in, "buyer");
  out.operation = parse_operation(string_or_empty(in, "operation")).value();
  out.key = string_or_empty(in, "key");
  out.if_match = string_or_empty(in, "ifMatch");
  out.method = string_or_empty(in, "method");
  out.path = string_or_empty(in, "path");
  out.to = string_or_empty(in, "to");
  out.intended_ms = number<double>(in, "intended_ms");
  out.started_ms = number<double>(in, "started_ms");
  out.lines = decode_lines(in);
  return out;
}

AnswerLine decode_answer(const json::object& in) {
  AnswerLine out;
  out.request = number<std::uint64_t>(in, "request");
  out.attempt = number<int>(in, "attempt");
  out.ended_ms = number<double>(in, "ended_ms");
  out.status = number<int>(in, "status");
  out.error = parse_error(string_or_empty(in, "error"));
  out.region = string_or_empty(in, "region");
  const auto* stale = in.if_contains("stale");
  out.stale = stale && stale->as_bool();
  out.facts.durability = string_or_empty(in, "durability");
  out.facts.order = string_or_empty(in, "orderId");
  out.facts.lines = decode_lines(in);
  out.facts.orders = decode_orders(in);
  out.facts.problem = string_or_empty(in, "problem");
  out.facts.outcome_unknown = string_or_empty(in, "outcome") == "unknown";
  return out;
}

RecordLine decode_object(const json::object& in) {
  const std::string kind = string_or_empty(in, "line");
  if (kind == "ask") return decode_ask(in);
  if (kind == "answer") return decode_answer(in);
  if (kind == "stock") return decode_stock(in);
  if (kind == "buyer")
    return BuyerLine{number<int>(in, "buyer"), string_or_empty(in, "customerId"),
                     string_or_empty(in, "cartId")};
  if (kind == "load" && number<int>(in, "format") == 1)
    return LoadLine{number<double>(in, "started_ms"), number<double>(in, "rate"),
                    number<double>(in, "duration_s"), number<std::uint64_t>(in, "seed")};
  throw std::invalid_argument("a line of kind '" + kind + "' is unknown to this version");
}

}  // namespace

std::string_view text(Operation operation) {
  return kOperations.at(static_cast<std::size_t>(operation)).name;
}

Result<Operation> parse_operation(std::string_view text) {
  for (const OperationRow& row : kOperations)
    if (row.name == text) return row.operation;
  return fail(ErrorCode::kInvalid, "'" + std::string(text) + "' is no operation of the API");
}

std::string_view method(Operation operation) {
  return kOperations.at(static_cast<std::size_t>(operation)).method;
}

bool is_cart_write(Operation operation) {
  return operation == Operation::kAddToCart || operation == Operation::kSetCartItem ||
         operation == Operation::kRemoveFromCart;
}

bool is_private(Operation operation) {
  return operation == Operation::kGetCart || operation == Operation::kListOrders ||
         operation == Operation::kPlaceOrder || is_cart_write(operation);
}

bool is_safe(Operation operation) {
  return method(operation) == "GET";
}

std::string encode_line(const RecordLine& line) {
  return json::serialize(std::visit([](const auto& one) { return encode(one); }, line));
}

// Boost.JSON and std::expected throw what a malformed line makes them; the caller gets a value.
Result<RecordLine> decode_line(std::string_view line) {
  try {
    return decode_object(json::parse(line).as_object());
  } catch (const std::exception& error) {
    return fail(ErrorCode::kCorrupt, error.what());
  }
}

}  // namespace perpetua::buyers
