// What perpetuad says over HTTP beside the API: health, metrics, the operator's status, and how it
// holds out under load and against rows that it cannot read.

#include "server/web.h"

#include <list>

#include "domain/tables.h"
#include "http/api_testing.h"

namespace perpetua::server {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

class WebTest : public http::ApiTest {
 protected:
  struct Asked {
    Request request;
    std::optional<Response> answer;
  };
  Asked& begin(const http::Service& service, std::string method, std::string target,
               std::vector<std::pair<std::string, std::string>> headers = {},
               std::string content = {}) {
    Asked& asked = asked_.emplace_back();
    asked.request.method = std::move(method);
    asked.request.target = std::move(target);
    asked.request.body = std::move(content);
    for (auto& [name, value] : headers) asked.request.headers.add(name, value);
    EXPECT_TRUE(http::parse_target(asked.request));
    detach(service.handle(asked.request),
           std::move_only_function<void(Response)>(
               [&asked](Response answer) { asked.answer = std::move(answer); }));
    return asked;
  }
  Response answer_now(const http::Service& service, std::string method, std::string target) {
    const Asked& asked = begin(service, std::move(method), std::move(target));
    EXPECT_TRUE(asked.answer) << asked.request.target;
    return *asked.answer;
  }

  Metrics metrics_;
  Readiness readiness_{*store_, world_, [] { return std::string(); }};
  http::StaticFiles storefront_{folder / "web", storefront_pages()};
  int drains_ = 0;
  Web web_{{services_, metrics_, readiness_, storefront_, "eu-west-1",
            [] { return json::object{{"position", 1}}; }, [this] { ++drains_; }}};
  http::Service buyers_ = web_.for_buyers();
  http::Service operators_ = web_.for_operators();
  std::list<Asked> asked_;
};

TEST_F(WebTest, TellsEdgesHowItIs) {
  const Response live = answer_now(buyers_, "GET", "/healthz/live");
  EXPECT_EQ(live.status, 200);
  EXPECT_EQ(live.headers.find("Perpetua-Region"), "eu-west-1");
  EXPECT_EQ(answer_now(buyers_, "GET", "/healthz/ready").status, 200);
  readiness_.set_draining();
  const Response leaving = answer_now(buyers_, "GET", "/healthz/ready");
  EXPECT_EQ(type(leaving), "503 unavailable");
  EXPECT_EQ(body(leaving).at("detail"), "shutting down");
  EXPECT_EQ(answer_now(buyers_, "GET", "/healthz/live").status, 200);
}

TEST_F(WebTest, OperatorsHaveADoorOfTheirOwn) {
  const json::value status = body(answer_now(operators_, "GET", "/status"));
  EXPECT_EQ(status.at("ready"), true);
  EXPECT_EQ(status.at("position"), 1);
  EXPECT_EQ(drains_, 0);
  EXPECT_EQ(answer_now(operators_, "POST", "/drain").status, 200);
  EXPECT_EQ(drains_, 1);
  for (const auto& [method, path] : {std::pair("GET", "/status"), std::pair("POST", "/drain"),
                                     std::pair("GET", "/books/dune/stock")})
    EXPECT_EQ(answer_now(buyers_, method, path).status, 404) << path;
}

TEST_F(WebTest, BuyersDoNotKeepOutHealthAndOperators) {
  const std::vector<std::pair<std::string, std::string>> headers{
      {"authorization", "Bearer " + token_},
      {"content-type", "application/json"},
      {"idempotency-key", "k"}};
  // Whoever reads waits until what was written before is durable.
  begin(buyers_, "POST", "/api/cart/items", headers, R"({"bookId":"dune","quantity":1})");
  for (std::size_t i = 1; i < Web::kUnderWayMax; ++i)
    EXPECT_FALSE(begin(buyers_, "GET", "/api/cart", headers).answer);
  EXPECT_EQ(web_.under_way(), Web::kUnderWayMax);
  const Asked& late = begin(buyers_, "GET", "/api/cart", headers);
  ASSERT_TRUE(late.answer);
  EXPECT_EQ(type(*late.answer), "503 unavailable");
  EXPECT_EQ(answer_now(buyers_, "GET", "/healthz/live").status, 200);
  EXPECT_EQ(answer_now(buyers_, "GET", "/metrics").status, 200);
  EXPECT_EQ(answer_now(operators_, "GET", "/status").status, 200);
  world_.drain();
  EXPECT_EQ(web_.under_way(), 0u);
  EXPECT_TRUE(asked_.front().answer);
}

TEST_F(WebTest, CountsWhatItAnswersAndWhatItRefuses) {
  answer_now(buyers_, "GET", "/healthz/live");
  answer_now(buyers_, "BREW", "/nowhere");
  Response refused = http::to_response(http::ProblemKind::kHeadersTooLarge, "too large");
  buyers_.finish(refused);
  EXPECT_EQ(refused.headers.find("Perpetua-Region"), "eu-west-1");
  const std::string text = answer_now(buyers_, "GET", "/metrics").body;
  for (const char* line :
       {R"(perpetua_http_requests_total{method="GET",route="/healthz/live",status="2xx"} 1)",
        R"(perpetua_http_requests_total{method="other",route="other",status="4xx"} 1)",
        R"(perpetua_http_requests_total{method="none",route="none",status="4xx"} 1)",
        R"(perpetua_http_request_seconds_count{route="/healthz/live"} 1)"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

TEST_F(WebTest, ARowThatItCannotReadIsItsOwnFault) {
  const auto transaction = store_->begin();
  transaction->put(domain::tables::book("dune"), "garbage");
  std::optional<bool> written;
  detach(transaction->commit(),
         std::move_only_function<void(Result<port::Committed>)>(
             [&](Result<port::Committed> done) { written = done.has_value(); }));
  world_.drain();
  ASSERT_EQ(written, true);
  const Asked& asked = begin(buyers_, "GET", "/api/books/dune");
  world_.drain();
  ASSERT_TRUE(asked.answer);
  EXPECT_EQ(type(*asked.answer), "500 internal");
  EXPECT_EQ(body(*asked.answer).at("detail"), "the region's log has the reason");
}

}  // namespace
}  // namespace perpetua::server
