#include "http/access.h"

#include <gtest/gtest.h>

#include "http/testing.h"
#include "port/testing.h"

namespace perpetua::http {
namespace {

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() : authority_(folder_) {
    authority_.issue("session",
                     {.dns_name = "eu-west-1.session.perpetua.test", .is_ed25519 = true});
    access_.emplace(*SessionSigner::open(folder_ / "session.key", folder_ / "session.pem"),
                    *SessionVerifier::open(folder_ / "ca.pem"),
                    std::vector<std::string>{"http://localhost:8080"}, world_, world_);
    issued_ = access_->begin(request("POST", {}));
  }
  Request request(std::string method, std::vector<std::pair<std::string, std::string>> headers) {
    Request request;
    request.method = std::move(method);
    request.body = "{}";
    for (auto& [name, value] : headers) request.headers.add(name, value);
    return request;
  }
  std::string cookie() const { return "perpetua_session=" + issued_.token; }
  static constexpr const char* kOurs = "http://localhost:8080";

  TemporaryFolder folder_;
  TestAuthority authority_;
  port::TestWorld world_;
  std::optional<Access> access_;
  Access::Issued issued_;
};

TEST_F(AccessTest, KnowsCallersByTokenOrCookie) {
  const auto bearer =
      access_->authenticate(request("GET", {{"authorization", "bearer " + issued_.token}}));
  ASSERT_TRUE(bearer);
  EXPECT_EQ(bearer->session.customer, issued_.session.customer_id);
  EXPECT_EQ(bearer->session.cart, issued_.session.cart_id);
  EXPECT_FALSE(bearer->by_cookie);
  EXPECT_TRUE(access_->authenticate(request("GET", {{"cookie", cookie()}}))->by_cookie);
  for (const auto& headers : std::vector<std::vector<std::pair<std::string, std::string>>>{
           {},
           {{"authorization", "Bearer x"}, {"cookie", cookie()}},
           {{"authorization", "Basic " + issued_.token}},
           {{"authorization", "Bearer "}},
           {{"cookie", cookie() + "x"}}})
    EXPECT_EQ(access_->authenticate(request("GET", headers)).error().kind,
              ProblemKind::kUnauthenticated);
}

TEST_F(AccessTest, ASessionThatIsBegunAgainGoesOn) {
  world_.skew_ms += 1'000'000;
  const auto again = access_->begin(request("POST", {{"cookie", cookie()}}));
  EXPECT_EQ(again.session.customer_id, issued_.session.customer_id);
  EXPECT_EQ(again.session.cart_id, issued_.session.cart_id);
  EXPECT_EQ(again.session.issued_at, issued_.session.issued_at + 1000);
  EXPECT_EQ(again.session.expires_at, issued_.session.expires_at + 1000);
  EXPECT_TRUE(access_->authenticate(request("GET", {{"authorization", "Bearer " + again.token}})));
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"cookie", cookie() + "x"}, {"authorization", "Bearer " + issued_.token}})
    EXPECT_NE(access_->begin(request("POST", {{name, value}})).session.customer_id,
              issued_.session.customer_id);
  world_.skew_ms += kSessionSeconds * 1000;
  EXPECT_NE(access_->begin(request("POST", {{"cookie", cookie()}})).session.customer_id,
            issued_.session.customer_id);
}

TEST_F(AccessTest, NoSessionOutlivesItsCertificate) {
  const std::int64_t now_s = world_.wall_ms() / 1000;
  authority_.issue("short", {.dns_name = "eu-west-1.session.perpetua.test",
                             .is_ed25519 = true,
                             .not_after = now_s + 100});
  Access access(*SessionSigner::open(folder_ / "short.key", folder_ / "short.pem"),
                *SessionVerifier::open(folder_ / "ca.pem"), {}, world_, world_);
  EXPECT_EQ(access.sessions_end_at(), now_s + 100);
  const auto issued = access.begin(request("POST", {}));
  EXPECT_EQ(issued.session.expires_at, now_s + 100);
  Response response;
  Access::set_cookies(issued, false, response);
  EXPECT_NE(response.headers.find("Set-Cookie")->find("; Max-Age=100;"), std::string::npos);
}

TEST_F(AccessTest, SessionsEnd) {
  const Request asked = request("GET", {{"cookie", cookie()}});
  world_.skew_ms += kSessionSeconds * 1000 + 1;
  EXPECT_FALSE(access_->authenticate(asked));
}

TEST_F(AccessTest, WritesByCookieComeFromOurPagesAlone) {
  const auto kind = [this](std::vector<std::pair<std::string, std::string>> headers) {
    headers.emplace_back("cookie", cookie());
    const auto caller = access_->authenticate_write(request("POST", headers));
    return caller ? std::string() : std::string(slug_of(caller.error().kind));
  };
  const std::pair<std::string, std::string> json{"content-type", "application/json"};
  EXPECT_EQ(kind({json, {"origin", kOurs}}), "");
  EXPECT_EQ(kind({json}), "forbidden-origin");
  EXPECT_EQ(kind({json, {"origin", "null"}}), "forbidden-origin");
  EXPECT_EQ(kind({json, {"origin", kOurs}, {"origin", "http://evil.test"}}), "forbidden-origin");
  EXPECT_EQ(kind({json, {"origin", "http://localhost:8080.evil.test"}}), "forbidden-origin");
  EXPECT_EQ(kind({{"origin", kOurs}, {"content-type", "text/plain"}}), "unsupported-media-type");
  EXPECT_EQ(kind({{"origin", kOurs}}), "unsupported-media-type");

  Request removal = request("DELETE", {{"cookie", cookie()}, {"origin", kOurs}});
  removal.body.clear();
  EXPECT_TRUE(access_->authenticate_write(removal));
}

TEST_F(AccessTest, TokensNeedNoOrigin) {
  EXPECT_TRUE(
      access_->authenticate_write(request("POST", {{"authorization", "Bearer " + issued_.token}})));
}

TEST_F(AccessTest, ScriptsSeeThatThereIsASessionAndNotWhich) {
  const auto cookies = [this](bool secure) {
    Response response;
    Access::set_cookies(issued_, secure, response);
    const auto fields = response.headers.all("Set-Cookie");
    return std::vector<std::string>(fields.begin(), fields.end());
  };
  EXPECT_EQ(cookies(false), (std::vector<std::string>{
                                cookie() + "; Path=/; Max-Age=2592000; SameSite=Lax; HttpOnly",
                                "perpetua_guest=1; Path=/; Max-Age=2592000; SameSite=Lax"}));
  for (const std::string& secure : cookies(true))
    EXPECT_NE(secure.find("; Secure"), std::string::npos) << secure;
}

TEST_F(AccessTest, KeysHaveTheirForm) {
  EXPECT_EQ(idempotency_key(request("POST", {{"idempotency-key", "aZ09_-"}})), "aZ09_-");
  for (const std::string bad : {"", "a b", "a/b", "\xC3\xA9", "a,b"})
    EXPECT_FALSE(idempotency_key(request("POST", {{"idempotency-key", bad}}))) << bad;
  EXPECT_FALSE(idempotency_key(request("POST", {{"idempotency-key", std::string(65, 'a')}})));
  EXPECT_FALSE(idempotency_key(request("POST", {})));
  EXPECT_FALSE(
      idempotency_key(request("POST", {{"idempotency-key", "a"}, {"idempotency-key", "b"}})));
}

}  // namespace
}  // namespace perpetua::http
