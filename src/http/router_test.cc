#include "http/router.h"

#include <gtest/gtest.h>

#include "http/problem.h"
#include "http/uri.h"

namespace perpetua::http {
namespace {

Task<Response> tell(std::string name, const Request& request) {
  Response response;
  response.body = name;
  for (const std::string& parameter : request.parameters) response.body += " " + parameter;
  co_return response;
}

Handler telling(std::string name) {
  return [name](const Request& request) { return tell(name, request); };
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    router_.add("GET", "/", telling("root"));
    router_.add("GET", "/api/books/{id}", telling("book"));
    router_.add("GET", "/api/books/new", telling("new"));
    router_.add("GET", "/api/cart/items/{id}", telling("get"));
    router_.add("DELETE", "/api/cart/items/{id}", telling("delete"));
    router_.add("POST", "/api/{kind}/{id}/x", telling("deep"));
  }
  Response ask(std::string method, std::string target) {
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    EXPECT_TRUE(parse_target(request));
    std::optional<Response> answer;
    detach(router_.route(request),
           std::move_only_function<void(Response)>([&](Response r) { answer = std::move(r); }));
    route_ = request.route;
    return *answer;
  }
  Router router_;
  std::string route_;
};

TEST_F(RouterTest, FindsLiteralsBeforeParameters) {
  EXPECT_EQ(ask("GET", "/").body, "root");
  EXPECT_EQ(ask("GET", "/api/books/new").body, "new");
  EXPECT_EQ(ask("GET", "/api/books/dune%2F2").body, "book dune/2");
  EXPECT_EQ(route_, "/api/books/{id}");
  EXPECT_EQ(ask("POST", "/api/books/new/x").body, "deep books new");
}

TEST(RequestTarget, HasNoFragment) {
  Request request;
  request.target = "/healthz/live#x";
  EXPECT_FALSE(parse_target(request));
}

TEST_F(RouterTest, HeadGoesToGet) {
  EXPECT_EQ(ask("HEAD", "/api/books/a").body, "book a");
}

TEST_F(RouterTest, TellsWhichMethodsThereAre) {
  const Response response = ask("PUT", "/api/cart/items/a");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "DELETE, GET, HEAD");
}

TEST_F(RouterTest, KnowsNothingElse) {
  for (const char* path :
       {"/api", "/api/books/", "/api/books/a/b", "/api/books", "//", "/API/books/a"})
    EXPECT_EQ(ask("GET", path).status, 404) << path;
  EXPECT_EQ(ask("GET", "/api/books/%zz").status, 400);
  router_.set_fallback(telling("fallback"));
  EXPECT_EQ(ask("GET", "/elsewhere").body, "fallback");
}

TEST(Problem, SaysWhatItIs) {
  const auto refused = refuse_at("/lines/0", "is odd");
  const Response response = to_response(refused.error());
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"/problems/validation","title":"The request breaks a rule","status":400,)"
            R"("detail":"is odd","pointer":"/lines/0"})");
}

}  // namespace
}  // namespace perpetua::http
