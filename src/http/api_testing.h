#pragma once
// For tests: the API over the real rules and a store in memory, in a region on its own, with two
// books and a buyer; no sockets.

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "domain/membership.h"
#include "http/api.h"
#include "http/testing.h"
#include "http/uri.h"
#include "port/testing.h"
#include "store/memory/memory_store.h"
#include "views/view.h"

namespace perpetua::http {

namespace json = boost::json;

/// A region on its own.
class NoPeers : public port::Peers {
 public:
  Task<bool> wait_remote(std::uint64_t, std::chrono::milliseconds) override { co_return false; }
  bool is_held_elsewhere(const Writer&, std::uint64_t) const override { return false; }
  Task<Result<std::string>> ask(std::string, std::string, std::chrono::milliseconds) override {
    co_return fail(ErrorCode::kUnavailable, "there is nobody");
  }
  void set_answerer(Answerer) override {}
};

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() : authority_(folder_) {
    authority_.issue("session",
                     {.dns_name = "eu-west-1.session.perpetua.test", .is_ed25519 = true});
    access_.emplace(*SessionSigner::open(folder_ / "session.key", folder_ / "session.pem"),
                    *SessionVerifier::open(folder_ / "ca.pem"),
                    std::vector<std::string>{"http://localhost:8080"}, world_, world_);
    services_.emplace(Services{{"Ireland", "IE"},
                               *store_,
                               world_,
                               catalogue_,
                               carts_,
                               orders_,
                               stock_,
                               shelves_,
                               best_sellers_,
                               feeder_,
                               *access_,
                               promise_});
    add_routes(router_, *services_, api_routes());
    add_routes(router_, *services_, operator_routes());
    feeder_.start();
    const Response imported = ask(
        "POST", "/books",
        R"({"book":{"id":"dune","title":"Dune","authors":["F. Herbert"],"category":"science-fiction",)"
        R"("description":"Sand.","price":{"amount":1899,"currency":"EUR"}},"initial":3})"
        "\n"
        R"({"id":"bread","title":"Bread","authors":[],"category":"cookbooks","description":"",)"
        R"("price":{"amount":500,"currency":"EUR"},"rating":{"average":4.5,"count":10}})"
        "\n{\"id\":\"wrong\"}\n",
        {{"content-type", "application/x-ndjson"}});
    EXPECT_EQ(body(imported).at("accepted"), 2) << imported.body;
    EXPECT_EQ(body(imported).at("refused").at(0).at("line"), 3);
    token_ = std::string(body(ask("POST", "/api/session")).at("token").as_string());
    world_.drain();
  }

  Response ask(std::string method, std::string target, std::string content = {},
               std::vector<std::pair<std::string, std::string>> headers = {}) {
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(content);
    if (!request.body.empty()) request.headers.add("content-type", "application/json");
    for (auto& [name, value] : headers) request.headers.set(name, value);
    EXPECT_TRUE(parse_target(request));
    std::optional<Response> answer;
    detach(router_.route(request),
           std::move_only_function<void(Response)>([&](Response r) { answer = std::move(r); }));
    for (int waits = 0; !answer && waits < 100; ++waits)
      world_.advance(std::chrono::milliseconds(100));
    EXPECT_TRUE(answer) << request.target;
    return std::move(*answer);
  }
  /// With the session, and a key of its own for each write.
  Response as_buyer(std::string method, std::string target, std::string content = {},
                    std::vector<std::pair<std::string, std::string>> headers = {}) {
    headers.emplace_back("authorization", "Bearer " + token_);
    if (method != "GET" && !has(headers, "idempotency-key"))
      headers.emplace_back("idempotency-key", "k" + std::to_string(++last_key_));
    return ask(std::move(method), std::move(target), std::move(content), std::move(headers));
  }
  static bool has(const std::vector<std::pair<std::string, std::string>>& headers,
                  std::string_view name) {
    return std::ranges::any_of(headers, [name](const auto& h) { return h.first == name; });
  }
  static json::value body(const Response& response) { return json::parse(response.body); }
  static std::string type(const Response& response) {
    return std::to_string(response.status) + " " +
           std::string(body(response).at("type").as_string().subview(10));
  }

  TemporaryFolder folder_;
  TestAuthority authority_;
  port::TestWorld world_;
  NoPeers peers_;
  std::unique_ptr<store::Journal> store_ =
      store::found_in_memory(Writer{"eu-west-1", 1}, domain::founding_rows({"eu-west-1"}), world_);
  domain::Context context_{*store_, peers_, world_, world_};
  domain::HybridClock clock_{world_};
  domain::GrantDesk grants_{context_};
  domain::Catalogue catalogue_{context_, clock_};
  domain::CartService carts_{context_};
  domain::OrderService orders_{context_, clock_, grants_};
  domain::StockService stock_{context_, grants_};
  views::CatalogueView shelves_;
  views::BestSellersView best_sellers_;
  views::Feeder feeder_{*store_, world_, {&shelves_, &best_sellers_}};
  PositionTokens tokens_{{{1, std::string(32, 'k')}}};
  PositionPromise promise_{*store_, tokens_};
  std::optional<Access> access_;
  std::optional<Services> services_;
  Router router_;
  std::string token_;
  int last_key_ = 0;
};

}  // namespace perpetua::http
