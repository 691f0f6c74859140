// The API and the operator's door over the real rules, in a region on its own: requests as bytes,
// an import's lines, and the cursors of lists.

#include <boost/json.hpp>
#include <set>

#include "base/assert.h"
#include "fuzz/target.h"
#include "http/json_reader.h"
#include "http/region_testing.h"
#include "http/request_parser.h"
#include "http/response_writer.h"
#include "http/uri.h"

namespace perpetua::fuzz {
namespace {

using namespace http;
namespace json = boost::json;

constexpr std::string_view kBooks =
    R"({"book":{"id":"dune","title":"Dune","authors":["F. Herbert"],"category":"science-fiction",)"
    R"("description":"Sand.","price":{"amount":1899,"currency":"EUR"}},"initial":3})"
    "\n"
    R"({"id":"bread","title":"Bread","authors":[],"category":"cookbooks","description":"",)"
    R"("price":{"amount":500,"currency":"EUR"},"rating":{"average":4.5,"count":10}})"
    "\n";

const SessionFiles& session_files() {
  static const SessionFiles files;  // making keys would take longer than all the rest
  return files;
}

/// What every answer keeps to, whatever was asked.
void check_answer(const Request& request, const Response& response) {
  PERPETUA_ASSERT(response.status >= 200 && response.status < 500,
                  "nothing that a client sends makes a sound region fail");
  static_cast<void>(write_head(response, {}));
  if (response.content().empty()) return;
  const auto body = parse_json(response.content());
  PERPETUA_ASSERT(body, "a body is JSON");
  if (response.status < 400) return;
  const auto* problem = body->if_object();
  PERPETUA_ASSERT(problem && problem->contains("type") && problem->contains("title") &&
                      problem->contains("detail") && problem->at("status") == response.status,
                  "a problem has its members (RFC 9457)");
  // A control character takes six in JSON.
  PERPETUA_ASSERT(response.body.size() <= 6 * (request.target.size() + request.body.size()) + 4096,
                  "a problem repeats no more than it was given");
}

class Shop : public LoneRegion {
 public:
  Shop() : LoneRegion(session_files()) {
    const Response imported = ask("POST", "/books", std::string(kBooks), "application/x-ndjson");
    PERPETUA_ASSERT(imported.status == 200, "the books are put");
    token_ = json::parse(ask("POST", "/api/session").body).at("token").as_string();
    world_.drain();
  }

  Response ask(std::string method, std::string target, std::string content = {},
               std::string type = "application/json") {
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(content);
    if (!request.body.empty()) request.headers.add("content-type", std::move(type));
    if (!token_.empty()) request.headers.add("authorization", "Bearer " + token_);
    request.headers.add("idempotency-key", "key-" + std::to_string(++keys_));
    if (!parse_target(request)) return to_response(ProblemKind::kValidation, "no target");
    return answer(request);
  }

  Response answer(Request& request) {
    auto response = LoneRegion::answer(request);
    PERPETUA_ASSERT(response, "every request is answered within bounded time");
    check_answer(request, *response);
    return std::move(*response);
  }

  void add_session(Request& request) const {
    request.headers.add("authorization", "Bearer " + token_);
  }

  /// The shop's own invariants, after whatever was asked.
  void check_stock(const std::string& book) {
    const Response report = ask("GET", "/books/" + book + "/stock");
    PERPETUA_ASSERT(report.status == 200, "a book stays known");
    const json::value body = json::parse(report.body);
    for (const auto& writer : body.at("writers").as_array())
      PERPETUA_ASSERT(writer.at("rights").as_int64() >= 0, "no more is sold than there is");
  }

 private:
  std::string token_;
  int keys_ = 0;
};

// --- requests of one connection; those without Authorization are a guest's ---

void run_api(std::string_view input) {
  Shop shop;
  while (!input.empty()) {
    RequestParser parser({});
    const std::size_t used = parser.feed(input);
    if (parser.state() != RequestParser::State::kDone) break;
    input.remove_prefix(used);
    Request request = parser.take();
    if (!parse_target(request)) continue;  // answered before the router
    if (!request.headers.find("authorization") && !request.headers.find("cookie"))
      shop.add_session(request);
    static_cast<void>(shop.answer(request));
  }
  shop.check_stock("dune");
  shop.check_stock("bread");
}

std::string request(std::string_view line, std::string_view content = {},
                    std::string_view fields = {}) {
  std::string text = std::string(line) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields);
  if (!content.empty())
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(content.size()) +
            "\r\n";
  return text + "\r\n" + std::string(content);
}

std::vector<std::string> api_seeds() {
  const std::string key = "Idempotency-Key: k1\r\n";
  const std::string other = "Idempotency-Key: k2\r\n";
  const std::string third = "Idempotency-Key: k3\r\n";
  const std::string order =
      R"({"lines":[{"bookId":"dune","quantity":2,"price":{"amount":1899,"currency":"EUR"}}]})";
  const std::string details =
      R"("shipTo":{"name":"A","street":"B","extra":"C","postcode":"D","city":"E","country":"IE"},)"
      R"("delivery":{"method":"standard","price":{"amount":390,"currency":"EUR"}},)"
      R"("payment":{"brand":"visa","last4":"4242"}})";
  return {
      request("GET /api/books?category=science-fiction&limit=1") + request("GET /api/books/dune") +
          request("GET /api/bestsellers") + request("GET /api/categories") +
          request("GET /api/delivery"),
      request("POST /api/cart/items", R"({"bookId":"dune","quantity":2})", key) +
          request("PUT /api/cart/items/dune", R"({"quantity":1})", other) +
          request("GET /api/cart") + request("DELETE /api/cart/items/dune", {}, third) +
          request("GET /api/cart/items/dune"),
      request("POST /api/orders", order, key) + request("POST /api/orders", order, key) +
          request("GET /api/orders?limit=1"),
      request("POST /api/orders", order.substr(0, order.size() - 1) + "," + details, key) +
          request("GET /api/orders"),
      request("POST /api/orders", "{" + details, key + "If-Match: \"x\"\r\n"),
      request("POST /api/cart/items", R"({"bookId":"bread","quantity":1})", key) +
          request("POST /api/orders", {}, other + "If-Match: \"x\"\r\n"),
      request("POST /books/bread/deliveries", R"({"delivery":"d","quantity":5})") +
          request("POST /books/bread/write-offs", R"({"quantity":2,"key":"k"})") +
          request("GET /books/bread/stock") + request("POST /books/dune/retire") +
          request("GET /books/dune/history"),
      request("PUT /books/tea",
              R"({"id":"tea","title":"Tea","authors":[],"category":"tea","description":"",)"
              R"("price":{"amount":1,"currency":"EUR"}})"),
      request("POST /api/session", {}, "Cookie: perpetua_session=a.b.c\r\nOrigin: http://b\r\n") +
          request("GET /api/cart", {}, "Perpetua-Position: x, y\r\nIf-None-Match: *\r\n"),
  };
}

// --- an import's lines, as the operator's door takes them ---

void run_import(std::string_view input) {
  Shop shop;
  const std::string lines(input);
  if (lines.empty()) return;
  const Response first = shop.ask("POST", "/books", lines, "application/x-ndjson");
  if (first.status != 200) return;
  const json::value told = json::parse(first.body);
  const auto count = [](const json::value& body, const char* name) {
    return body.at(name).to_number<std::size_t>();
  };
  const auto given =
      static_cast<std::size_t>(std::ranges::count(lines, '\n')) + (lines.ends_with('\n') ? 0 : 1);
  PERPETUA_ASSERT(
      count(told, "accepted") + count(told, "unchanged") + told.at("refused").as_array().size() ==
          given,
      "every line is accounted for");
  const json::value again =
      json::parse(shop.ask("POST", "/books", lines, "application/x-ndjson").body);
  PERPETUA_ASSERT(again.at("refused") == told.at("refused"), "what is refused is so again");
}

std::vector<std::string> import_seeds() {
  return {std::string(kBooks), std::string(kBooks) + std::string(kBooks),
          std::string(kBooks) + "\n{\"id\":\"wrong\"}\n[]",
          R"({"book":{"id":"dune","title":"D\u00fcne","authors":["A","B"],"category":"cars",)"
          R"("description":"x","price":{"amount":2,"currency":"USD"},"language":"en","year":1965,)"
          R"("isbn":"9780441172719"},"initial":0})"};
}

// --- cursors, by the first byte: of orders, of all books, of a shelf ---

class ListedShop : public Shop {
 public:
  ListedShop() {
    for (int i = 0; i < 3; ++i)
      PERPETUA_ASSERT(
          ask("POST", "/api/orders",
              R"({"lines":[{"bookId":"dune","quantity":1,"price":{"amount":1899,"currency":"EUR"}}]})")
                  .status == 201,
          "an order is taken");
  }
  /// The items from a cursor on; follows the links to the end.
  std::size_t walk(const std::string& path, std::string_view cursor) {
    std::set<std::string> seen;
    std::string target = path + "limit=1&cursor=" + percent_encode(cursor);
    for (std::size_t pages = 0;; ++pages) {
      PERPETUA_ASSERT(pages <= 4, "a list ends");
      const Response page = ask("GET", target);
      PERPETUA_ASSERT(page.status == 200 || (page.status == 400 && pages == 0),
                      "a link that was given is taken");
      if (page.status != 200) return 0;
      const json::value body = json::parse(page.body);
      for (const auto& item : body.at("items").as_array())
        PERPETUA_ASSERT(seen.insert(std::string(item.at("id").as_string())).second,
                        "nothing is listed twice");
      const auto link = page.headers.find("Link");
      if (!link) return seen.size();
      target = link->substr(1, link->find('>') - 1);
    }
  }
};

void run_cursor(std::string_view input) {
  static ListedShop shop;  // reading changes nothing
  if (input.empty()) return;
  const std::string_view cursor = input.substr(1);
  switch (input.front()) {
    case 'o':
      PERPETUA_ASSERT(shop.walk("/api/orders?", cursor) <= 3, "orders of the customer alone");
      break;
    case 'b':
      PERPETUA_ASSERT(shop.walk("/api/books?", cursor) <= 2, "the shop's books alone");
      break;
    case 's':
      PERPETUA_ASSERT(shop.walk("/api/books?category=cookbooks&", cursor) <= 1,
                      "a shelf's books alone");
      break;
    default:
      break;
  }
}

std::vector<std::string> cursor_seeds() {
  const auto place = [](std::string_view list, std::string_view title, std::string_view id) {
    Encoder out;
    out.str(list);
    out.str(title);
    out.str(id);
    return to_base64url(out.bytes());
  };
  return {"offffffff00000000.or_0", 'o' + std::string(16, '0') + ".or_" + std::string(40, 'a'),
          'b' + place("", "a", "bread"), 's' + place("cookbooks", "", "a"), "b"};
}

constexpr Target kTargets[] = {
    {"api", run_api, api_seeds, 300},
    {"import", run_import, import_seeds, 300},
    {"cursor", run_cursor, cursor_seeds, 3000},
};

}  // namespace

std::span<const Target> api_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
