#include "buyers/facts.h"

#include <boost/json.hpp>

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

void demand(bool is_so, const char* what) {
  if (!is_so) throw std::invalid_argument(what);
}

std::string durability_of(const json::object& in) {
  const auto& durability = in.at("durability").as_string();
  demand(durability == "local" || durability == "remote", "an unknown durability");
  return std::string(durability);
}

Line line_of(const json::object& in) {
  Line line;
  line.book = in.at("bookId").as_string();
  line.quantity = in.at("quantity").to_number<std::int64_t>();
  const auto& price = in.at("price").as_object();
  line.amount = price.at("amount").to_number<std::int64_t>();
  line.currency = price.at("currency").as_string();
  return line;
}

Line book_line(const json::object& in) {
  const auto& price = in.at("price").as_object();
  return Line{std::string(in.at("id").as_string()), 1, price.at("amount").to_number<std::int64_t>(),
              std::string(price.at("currency").as_string())};
}

std::vector<Line> lines_of(const json::object& in) {
  std::vector<Line> lines;
  for (const auto& line : in.at("lines").as_array()) lines.push_back(line_of(line.as_object()));
  return lines;
}

Facts order_of(const json::object& in) {
  Facts facts;
  facts.order = in.at("id").as_string();
  facts.lines = lines_of(in);
  facts.durability = durability_of(in);
  return facts;
}

// Regions and edges refuse in one form; what is none of it came from something else.
Facts problem_of(const HttpAnswer& answer) {
  demand(answer.header("content-type").starts_with("application/problem+json"),
         "a refusal that is no problem document");
  Facts facts;
  const auto in = json::parse(answer.body).as_object();
  const std::string_view type = in.at("type").as_string();
  facts.problem = type.substr(type.rfind('/') + 1);
  const auto* outcome = in.if_contains("outcome");
  facts.outcome_unknown = outcome && outcome->as_string() == "unknown";
  return facts;
}

const json::array& items_of(const json::object& in) {
  return in.at("items").as_array();
}

// Texts that must be there, whatever they say.
void demand_texts(const json::object& in, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) demand(in.at(name).is_string(), "a text is missing");
}

Facts order_list(const json::object& in) {
  Facts facts;
  for (const auto& one : items_of(in)) {
    Facts order = order_of(one.as_object());
    facts.orders.push_back({std::move(order.order), std::move(order.durability)});
  }
  return facts;
}

// A load shops where there are books: a shop that shows none is not the one that it knows.
void read_shelf(Operation operation, const json::object& in) {
  const json::array& items = items_of(in);
  demand(!items.empty() || operation == Operation::kListBestSellers, "there is nothing");
  for (const auto& value : items) {
    const auto& item = value.as_object();
    if (operation == Operation::kListBooks) book_line(item);
    if (operation == Operation::kListCategories) demand_texts(item, {"slug", "name"});
    if (operation == Operation::kListBestSellers) book_line(item.at("book").as_object());
  }
}

Facts body_facts(const AskLine& ask, const HttpAnswer& answer) {
  if (answer.status >= 400) return problem_of(answer);
  Facts facts;
  const auto in = json::parse(answer.body).as_object();
  switch (ask.operation) {
    case Operation::kBeginSession:
      demand_texts(in, {"customerId", "cartId", "token"});
      break;
    case Operation::kListBooks:
    case Operation::kListCategories:
    case Operation::kListBestSellers:
      read_shelf(ask.operation, in);
      break;
    case Operation::kGetBook:
      demand(book_line(in).book == ask.path.substr(ask.path.rfind('/') + 1), "another book");
      break;
    case Operation::kGetTruth:
      demand(in.at("region").as_string() == answer.header("perpetua-region"), "another region");
      break;
    case Operation::kAddToCart:
    case Operation::kSetCartItem:
    case Operation::kRemoveFromCart:
      facts.durability = durability_of(in);
      [[fallthrough]];
    case Operation::kGetCart:
      facts.lines = lines_of(in);
      break;
    case Operation::kPlaceOrder:
      return order_of(in);
    case Operation::kListOrders:
      return order_list(in);
  }
  return facts;
}

// `<path?query>; rel="next"`, whatever comes before or after it; an absolute URL loses its origin.
std::string next_path(std::string_view link) {
  const auto rel = link.find("rel=\"next\"");
  if (rel == std::string_view::npos) return {};
  const auto open = link.rfind('<', rel);
  const auto close = link.find('>', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  std::string_view target = link.substr(open + 1, close - open - 1);
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view() : target.substr(slash);
  }
  return std::string(target);
}

// Boost.JSON throws when a body is not what is expected; the caller gets a value.
template <class Read>
auto reading(Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const std::exception& error) {
    return fail(ErrorCode::kCorrupt, std::string("not what the contract says: ") + error.what());
  }
}

template <class T, class Item>
Result<Page<T>> page(const HttpAnswer& answer, Item item) {
  return reading([&] {
    Page<T> out;
    const auto body = json::parse(answer.body).as_object();
    for (const auto& one : items_of(body)) out.items.push_back(item(one.as_object()));
    out.next = next_path(answer.header("link"));
    return out;
  });
}

}  // namespace

Facts read_facts(const AskLine& ask, const HttpAnswer& answer) {
  if (answer.status == 0) return {};
  auto facts = reading([&] { return body_facts(ask, answer); });
  if (facts) return std::move(*facts);
  Facts unreadable;
  unreadable.problem = kUnreadable;
  return unreadable;
}

Result<Session> read_session(std::string_view body) {
  return reading([&] {
    const auto in = json::parse(body).as_object();
    return Session{std::string(in.at("customerId").as_string()),
                   std::string(in.at("cartId").as_string()),
                   std::string(in.at("token").as_string())};
  });
}

Result<Page<Line>> read_books(const HttpAnswer& answer) {
  return page<Line>(answer, book_line);
}

Result<Page<Facts>> read_orders(const HttpAnswer& answer) {
  return page<Facts>(answer, order_of);
}

Result<std::vector<Line>> read_cart(std::string_view body) {
  return reading([&] { return lines_of(json::parse(body).as_object()); });
}

Result<Line> read_book(std::string_view body) {
  return reading([&] { return book_line(json::parse(body).as_object()); });
}

Result<std::vector<std::string>> read_best_sellers(std::string_view body) {
  return reading([&] {
    std::vector<std::string> out;
    const auto in = json::parse(body).as_object();
    for (const auto& value : items_of(in)) {
      const auto& item = value.as_object();
      out.push_back(book_line(item.at("book").as_object()).book + " " +
                    std::to_string(item.at("sold").to_number<std::int64_t>()));
    }
    return out;
  });
}

std::string add_body(const std::string& book, std::int64_t quantity) {
  return json::serialize(json::object{{"bookId", book}, {"quantity", quantity}});
}

std::string set_body(std::int64_t quantity) {
  return json::serialize(json::object{{"quantity", quantity}});
}

std::string order_body(const std::vector<Line>& lines) {
  json::array out;
  for (const Line& line : lines)
    out.push_back(json::object{
        {"bookId", line.book},
        {"quantity", line.quantity},
        {"price", json::object{{"amount", line.amount}, {"currency", line.currency}}}});
  return json::serialize(json::object{{"lines", std::move(out)}});
}

}  // namespace perpetua::buyers
