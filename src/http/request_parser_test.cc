#include "http/request_parser.h"

#include <gtest/gtest.h>

#include "http/response_writer.h"

namespace perpetua::http {
namespace {

using State = RequestParser::State;

/// Feeds all bytes, `step` at a time, and answers what is left of them.
std::string feed(RequestParser& parser, std::string_view bytes, std::size_t step) {
  std::string buffer;
  while (!bytes.empty() && parser.state() != State::kDone && parser.state() != State::kFailed) {
    buffer += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    buffer.erase(0, parser.feed(buffer));
  }
  return buffer + std::string(bytes);
}

int status_after(std::string_view bytes, MessageLimits limits = {}) {
  RequestParser parser(limits);
  feed(parser, bytes, 4096);
  return parser.state() == State::kFailed ? status_of(parser.problem().kind) : 0;
}

TEST(RequestParser, ReadsARequestInPiecesOfAnySize) {
  const std::string bytes =
      "POST /a?b HTTP/1.1\r\nHost: x\r\nX-Y: Z\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n";
  for (const std::size_t step : {1u, 2u, 7u, 50u, 1000u}) {
    RequestParser parser({});
    EXPECT_EQ(feed(parser, bytes, step), "GET / HTTP/1.1\r\n") << step;
    ASSERT_EQ(parser.state(), State::kDone) << step;
    EXPECT_TRUE(parser.keep_alive());
    const Request request = parser.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_EQ(request.headers.find("x-y"), "Z");
    EXPECT_EQ(request.body, "hello");
  }
}

TEST(RequestParser, ReadsChunks) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
  for (const std::size_t step : {1u, 3u, 1000u}) {
    RequestParser parser({});
    EXPECT_EQ(feed(parser, bytes, step), "") << step;
    ASSERT_EQ(parser.state(), State::kDone) << step;
    EXPECT_EQ(parser.take().body, "abcde");
  }
}

TEST(RequestParser, HoldsTheBodyLimitInEveryFraming) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string whole(64 * 1024, 'a');
  EXPECT_EQ(status_after(head + "Content-Length: 65536\r\n\r\n" + whole), 0);
  EXPECT_EQ(status_after(head + "Content-Length: 65537\r\n\r\n"), 413);  // before it is sent
  EXPECT_EQ(
      status_after(head + "Transfer-Encoding: chunked\r\n\r\n10000\r\n" + whole + "\r\n0\r\n\r\n"),
      0);
  EXPECT_EQ(
      status_after(head + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + whole + "a\r\n0\r\n\r\n"),
      413);
  std::string small_chunks = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 65537; ++i) small_chunks += "1\r\na\r\n";
  EXPECT_EQ(status_after(small_chunks), 413);
  EXPECT_EQ(status_after(head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(70'000, 'x')),
            413);
}

TEST(RequestParser, HoldsTheHeadLimit) {
  EXPECT_EQ(
      status_after("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(16 * 1024, 'a') + "\r\n\r\n"),
      431);
  EXPECT_EQ(status_after("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(100 * 1024, 'a')), 431);
  EXPECT_EQ(status_after("GET /" + std::string(20 * 1024, 'a')), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 10'000; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_after(many + "\r\n"), 431);
}

TEST(RequestParser, HoldsTheHeadLimitHoweverItArrives) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\n";
  std::vector<std::size_t> ends;
  for (int i = 0; i < 10; ++i) {
    bytes += "X: " + std::string(4000, 'y') + "\r\n";
    ends.push_back(bytes.size());
  }
  // Each read ends a little behind a field, which the parser takes then, and forgets.
  for (const std::size_t behind : {0u, 1u, 2u, 3u}) {
    RequestParser parser({});
    std::string buffer;
    std::size_t sent = 0;
    for (std::size_t i = 0; i < ends.size() && parser.state() == State::kHead; ++i) {
      const std::size_t to = std::min(ends[i] + behind, bytes.size());
      buffer += bytes.substr(sent, to - sent);
      sent = to;
      buffer.erase(0, parser.feed(buffer));
    }
    ASSERT_EQ(parser.state(), State::kFailed) << behind;
    EXPECT_EQ(status_of(parser.problem().kind), 431) << behind;
    EXPECT_LE(sent, 16u * 1024 + 4096) << behind;
  }
}

TEST(RequestParser, DropsTrailers) {
  RequestParser parser({});
  feed(parser,
       "POST / HTTP/1.1\r\nHost: x\r\nX-A: head\r\nTransfer-Encoding: chunked\r\n\r\n"
       "1\r\na\r\n0\r\nX-A: trailer\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n",
       7);
  ASSERT_EQ(parser.state(), State::kDone);
  EXPECT_TRUE(parser.keep_alive());
  const Request request = parser.take();
  EXPECT_EQ(request.headers.all("x-a"), (std::vector<std::string_view>{"head"}));
  EXPECT_FALSE(request.headers.find("x-forwarded-proto"));
  EXPECT_EQ(request.body, "a");
}

TEST(RequestParser, RefusesWhatIsNotHttp) {
  for (const std::string bad :
       {"\x16\x03\x01 hello\r\n\r\n", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    EXPECT_EQ(status_after(bad), 400) << bad;
}

TEST(ResponseWriter, WritesHeads) {
  Response response;
  response.status = 404;
  response.headers.add("ETag", "\"a\"");
  response.body = "abc";
  EXPECT_EQ(write_head(response, {.keep_alive = false, .is_head = true, .now_s = 784111777}),
            "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nETag: \"a\"\r\n"
            "Content-Length: 3\r\nConnection: close\r\n\r\n");
  EXPECT_FALSE(has_content(response, {.is_head = true}));
  response.status = 304;
  EXPECT_EQ(write_head(response, {.now_s = 784111777}).find("Content-Length"), std::string::npos);
  EXPECT_FALSE(has_content(response, {}));
}

}  // namespace
}  // namespace perpetua::http
