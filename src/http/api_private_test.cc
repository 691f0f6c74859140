// Private answers: what they reflect, whose they are, and what a browser may be made to send.

#include "http/api_testing.h"

namespace perpetua::http {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kOneDune = R"({"bookId":"dune","quantity":1})";

class PrivateApiTest : public ApiTest {
 protected:
  struct Asked {
    std::string method;
    std::string target;
    std::string content;
    int status;
    Headers headers = {};
  };
  /// Every private address, answered and refused.
  const std::vector<Asked> all_{
      {"GET", "/api/cart", "", 200},
      {"POST", "/api/cart/items", kOneDune, 201},
      {"POST", "/api/cart/items", R"({"bookId":"none","quantity":1})", 404},
      {"GET", "/api/cart/items/dune", "", 200},
      {"GET", "/api/cart/items/none", "", 404},
      {"PUT", "/api/cart/items/dune", R"({"quantity":3})", 200},
      {"PUT", "/api/cart/items/none", R"({"quantity":3})", 404},
      {"DELETE", "/api/cart/items/dune", "", 200},
      {"POST", "/api/orders", "{}", 412, {{"if-match", "\"other\""}}},
      {"POST", "/api/orders", line(1, 1), 409},
      {"POST", "/api/orders", line(9, 1899), 409},
      {"POST", "/api/orders", line(1, 1899), 201},
      {"GET", "/api/orders", "", 200},
      {"GET", "/api/orders?cursor=x", "", 400},
      {"GET", "/api/orders/or_0123456789012345678901234567890123456789", "", 404},
  };
  static std::string line(int quantity, int amount) {
    return R"({"lines":[{"bookId":"dune","quantity":)" + std::to_string(quantity) +
           R"(,"price":{"amount":)" + std::to_string(amount) + R"(,"currency":"EUR"}}]})";
  }
};

TEST_F(PrivateApiTest, EveryAnswerSaysWhatItReflectsAndWhatItLacks) {
  const Position unknown{{Writer{"ap-southeast-1", 1}, 1'000'000}};
  for (const Asked& asked : all_) {
    Headers headers = asked.headers;
    headers.emplace_back("perpetua-position", *tokens_.issue(unknown));
    const Response response = as_buyer(asked.method, asked.target, asked.content, headers);
    const std::string what = asked.method + " " + asked.target + " " + response.body;
    EXPECT_EQ(response.status, asked.status) << what;
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-store") << what;
    EXPECT_EQ(response.headers.find("Perpetua-Stale"), "ap-southeast-1") << what;
    const auto position = tokens_.verify(response.headers.find("Perpetua-Position").value_or(""));
    ASSERT_TRUE(position) << what;
    EXPECT_TRUE(covers(*position, join(unknown, store_->position()))) << what;
    EXPECT_EQ(response.headers.all("Set-Cookie").size(), 1u) << what;
  }
}

TEST_F(PrivateApiTest, AnyNumberOfPositionsMayBeSent) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += *tokens_.issue({{Writer{"eu-west-1", 1}, 1}}) + ", ";
  const Response response = as_buyer("GET", "/api/cart", "", {{"perpetua-position", many}});
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(response.headers.find("Perpetua-Stale"));
  EXPECT_EQ(ask("GET", "/api/books", "", {{"perpetua-position", many}}).status, 200);
}

// A condition that nobody looks at would be taken for one that holds.
TEST_F(PrivateApiTest, AConditionIsRefusedWhereItIsNotLookedAt) {
  for (const Asked& asked : all_) {
    if (asked.content == "{}") continue;  // the order of the cart
    const Response response =
        as_buyer(asked.method, asked.target, asked.content, {{"if-match", "\"nonsense\""}});
    EXPECT_EQ(type(response), "400 validation") << asked.method << " " << asked.target;
  }
  EXPECT_EQ(as_buyer("POST", "/api/orders", line(1, 1899)).status, 201);
}

TEST_F(PrivateApiTest, NeedsASession) {
  for (const Asked& asked : all_)
    EXPECT_EQ(ask(asked.method, asked.target, asked.content, {{"idempotency-key", "k"}}).status,
              401)
        << asked.method << " " << asked.target;
}

TEST_F(PrivateApiTest, WritesNeedAKey) {
  for (const Asked& asked : all_) {
    if (asked.method == "GET") continue;
    Headers headers = asked.headers;
    headers.emplace_back("idempotency-key", "");
    const Response response = as_buyer(asked.method, asked.target, asked.content, headers);
    EXPECT_EQ(type(response), "400 validation") << asked.method << " " << asked.target;
  }
}

// A form on another's page sends our cookies too.
TEST_F(PrivateApiTest, WritesByCookieComeFromOurPagesAlone) {
  for (const Asked& asked : all_) {
    if (asked.method == "GET") continue;
    const auto answer = [&](const Headers& more) {
      Headers headers = asked.headers;
      headers.insert(headers.end(), more.begin(), more.end());
      headers.emplace_back("cookie", "perpetua_session=" + token_);
      headers.emplace_back("idempotency-key", "k" + std::to_string(++last_key_));
      return ask(asked.method, asked.target, asked.content, headers);
    };
    const std::string what = asked.method + " " + asked.target;
    EXPECT_EQ(type(answer({})), "403 forbidden-origin") << what;
    EXPECT_EQ(type(answer({{"origin", "http://evil.test"}})), "403 forbidden-origin") << what;
    EXPECT_EQ(answer({{"origin", "http://localhost:8080"}}).status, asked.status) << what;
    if (asked.content.empty()) continue;
    EXPECT_EQ(type(answer({{"origin", "http://localhost:8080"}, {"content-type", "text/plain"}})),
              "415 unsupported-media-type")
        << what;
  }
}

}  // namespace
}  // namespace perpetua::http
