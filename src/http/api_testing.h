#pragma once
// For tests: the API of a region on its own, with two books and a buyer; no sockets.

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "http/region_testing.h"
#include "http/uri.h"

namespace perpetua::http {

namespace json = boost::json;

class ApiTest : public ::testing::Test, protected SessionFiles, protected LoneRegion {
 protected:
  ApiTest() : LoneRegion(static_cast<const SessionFiles&>(*this)) {
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
    auto answer = LoneRegion::answer(request);
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

  std::string token_;
  int last_key_ = 0;
};

}  // namespace perpetua::http
