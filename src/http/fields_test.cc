#include "http/fields.h"

#include <gtest/gtest.h>

#include "http/uri.h"

namespace perpetua::http {
namespace {

Request with(std::string name, std::string value) {
  Request request;
  request.headers.add(std::move(name), std::move(value));
  return request;
}

TEST(Fields, IfNoneMatchComparesWeaklyAndInLists) {
  EXPECT_TRUE(none_match_fails(with("if-none-match", "\"a\", W/\"b\""), "\"b\""));
  EXPECT_TRUE(none_match_fails(with("if-none-match", "*"), "\"b\""));
  EXPECT_FALSE(none_match_fails(with("if-none-match", "\"a\""), "\"b\""));
  EXPECT_FALSE(none_match_fails(Request{}, "\"b\""));
}

TEST(Fields, IfMatchWantsOneStrongTag) {
  EXPECT_EQ(if_match_tag(Request{}), std::nullopt);
  EXPECT_EQ(if_match_tag(with("if-match", "\"a\"")), "a");
  EXPECT_EQ(if_match_tag(with("if-match", "W/\"a\"")), "");
  EXPECT_EQ(if_match_tag(with("if-match", "\"a\", \"b\"")), "");
  EXPECT_EQ(if_match_tag(with("if-match", "*")), "");
}

TEST(Fields, ReadsCookies) {
  const Request request = with("cookie", "a=1; perpetua_session=x=y;b=");
  EXPECT_EQ(cookie(request, "perpetua_session"), "x=y");
  EXPECT_EQ(cookie(request, "b"), "");
  EXPECT_EQ(cookie(request, "c"), std::nullopt);
}

TEST(Fields, ContentTypeAllowsTheCharsetThatJsonHas) {
  EXPECT_TRUE(has_content_type(with("content-type", "application/json"), "application/json"));
  EXPECT_TRUE(has_content_type(with("content-type", "Application/JSON; charset=UTF-8"),
                               "application/json"));
  EXPECT_FALSE(has_content_type(with("content-type", "text/plain"), "application/json"));
  EXPECT_FALSE(has_content_type(with("content-type", "application/json; charset=latin1"),
                                "application/json"));
  EXPECT_FALSE(has_content_type(Request{}, "application/json"));
}

TEST(Fields, AcceptEncodingHonoursZeroWeights) {
  EXPECT_TRUE(accepts_encoding(with("accept-encoding", "gzip, br"), "br"));
  EXPECT_TRUE(accepts_encoding(with("accept-encoding", "br;q=0.5"), "br"));
  EXPECT_FALSE(accepts_encoding(with("accept-encoding", "br;q=0"), "br"));
}

TEST(Uri, DecodesPercentEncoding) {
  EXPECT_EQ(percent_decode("a%20b%C3%A4"), "a b\xC3\xA4");
  EXPECT_EQ(percent_decode("%41"), "A");
  for (const char* bad : {"%", "%4", "%zz", "a%2", "%00"}) EXPECT_FALSE(percent_decode(bad)) << bad;
  EXPECT_EQ(percent_encode("a b/\xC3\xA4"), "a%20b%2F%C3%A4");
}

TEST(Uri, ParsesTargets) {
  Request request;
  request.target = "/api/books?category=fairy+tales&limit=3&x";
  ASSERT_TRUE(parse_target(request));
  EXPECT_EQ(request.path, "/api/books");
  const Query expected{{"category", "fairy tales"}, {"limit", "3"}, {"x", ""}};
  EXPECT_EQ(request.query, expected);

  request.target = "http://shop.test/a?b=c";
  ASSERT_TRUE(parse_target(request));
  EXPECT_EQ(request.path, "/a");

  for (const char* bad : {"*", "a", "/?a=%", "/?%zz"}) {
    request.target = bad;
    EXPECT_FALSE(parse_target(request)) << bad;
  }
}

}  // namespace
}  // namespace perpetua::http
