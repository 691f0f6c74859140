// HTTP before any handler: a request out of bytes, its target, and its header fields.

#include "base/assert.h"
#include "fuzz/target.h"
#include "http/fields.h"
#include "http/problem.h"
#include "http/request_parser.h"
#include "http/uri.h"

namespace perpetua::fuzz {
namespace {

using namespace http;

// --- one request of a byte stream, whole and cut: the first byte says into what pieces ---

// Small, so that a fuzzer gets past them.
constexpr MessageLimits kLimits{512, 128};
using State = RequestParser::State;

struct Parsed {
  State state = State::kHead;
  std::size_t used = 0;
  bool keep_alive = false;
  std::optional<Request> request;
};

Parsed parse(std::string_view input, std::size_t piece) {
  RequestParser parser(kLimits);
  Parsed parsed;
  std::string waiting;
  while (!input.empty() && parser.state() != State::kDone && parser.state() != State::kFailed) {
    waiting += input.substr(0, piece);
    input.remove_prefix(std::min(piece, input.size()));
    const std::size_t used = parser.feed(waiting);
    PERPETUA_ASSERT(used <= waiting.size(), "no more is used than there was");
    waiting.erase(0, used);
    parsed.used += used;
    PERPETUA_ASSERT(
        parser.state() == State::kFailed || waiting.size() <= std::max(kLimits.head_bytes, piece),
        "what waits is bounded");
  }
  parsed.state = parser.state();
  if (parsed.state == State::kFailed) static_cast<void>(to_response(parser.problem()));
  if (parsed.state != State::kDone) return parsed;
  parsed.keep_alive = parser.keep_alive();
  parsed.request = parser.take();
  return parsed;
}

void check_request(const Request& request) {
  PERPETUA_ASSERT(request.body.size() <= kLimits.body_bytes, "a body is bounded");
  std::size_t size = request.method.size() + request.target.size();
  for (const auto& [name, value] : request.headers) {
    size += name.size() + value.size();
    PERPETUA_ASSERT(
        !name.empty() && std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }),
        "names are lower-case");
    PERPETUA_ASSERT(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                    "a field is one line");
  }
  PERPETUA_ASSERT(size <= kLimits.head_bytes, "a head is bounded");
}

void run_request(std::string_view input) {
  if (input.empty()) return;
  const std::size_t piece = static_cast<std::uint8_t>(input.front()) + std::size_t{1};
  input.remove_prefix(1);
  const Parsed whole = parse(input, input.size());
  const Parsed cut = parse(input, piece);
  if (whole.request) check_request(*whole.request);
  PERPETUA_ASSERT((whole.state == State::kDone) == (cut.state == State::kDone),
                  "a request is the same however its bytes arrive");
  if (!whole.request) return;
  PERPETUA_ASSERT(whole.used == cut.used && whole.keep_alive == cut.keep_alive,
                  "a request ends at the same byte");
  PERPETUA_ASSERT(whole.request->method == cut.request->method &&
                      whole.request->target == cut.request->target &&
                      whole.request->body == cut.request->body &&
                      std::ranges::equal(whole.request->headers, cut.request->headers),
                  "a request is the same however its bytes arrive");
}

std::vector<std::string> request_seeds() {
  return {
      "\xffGET /api/books?limit=5 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
      "\x03POST /api/orders HTTP/1.1\r\nhost: a\r\nContent-Length: 5\r\nExpect: 100-continue"
      "\r\n\r\nhelloGET / HTTP/1.1\r\n",
      "\x05POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n"
      "5;name=value\r\nhello\r\n3\r\nyou\r\n0\r\nT: v\r\n\r\nrest",
      "\x01GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "\x10OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: a=b; c=d\r\n\r\n",
  };
}

// --- a request's target ---

void run_target(std::string_view input) {
  if (const auto decoded = percent_decode(input)) {
    PERPETUA_ASSERT(decoded->size() <= input.size(), "decoding never adds");
    PERPETUA_ASSERT(percent_decode(percent_encode(*decoded)).value() == *decoded,
                    "decoding undoes encoding");
  }
  Request request;
  request.target = input;
  if (!parse_target(request)) return;
  PERPETUA_ASSERT(
      request.path.starts_with('/') && !request.path.contains('?') && !request.path.contains('#'),
      "a path begins with a slash and ends before the query");
  Request again;
  again.target = request.path;
  for (char mark = '?'; const auto& [name, value] : request.query) {
    again.target += mark + percent_encode(name) + '=' + percent_encode(value);
    mark = '&';
  }
  PERPETUA_ASSERT(parse_target(again) && again.path == request.path && again.query == request.query,
                  "a query is the same written again");
  const auto segments = split_path(request.path);
  if (!segments) return;
  std::string path = segments->empty() ? "/" : "";
  for (const std::string& segment : *segments) path += '/' + percent_encode(segment);
  PERPETUA_ASSERT(split_path(path).value() == *segments, "a path is the same written again");
}

std::vector<std::string> target_seeds() {
  return {"/",
          "/api/books?category=science-fiction&limit=5&cursor=a%20b+c",
          "http://localhost:8080/api/books/d%C3%BCne?x",
          "https://a",
          "/a//b/%2F/?&&=&a==b",
          "*"};
}

// --- header fields: lines of `name: value` ---

void run_fields(std::string_view input) {
  Request request;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    const std::size_t colon = std::min(line.find(':'), line.size());
    request.headers.add(std::string(line.substr(0, colon)),
                        std::string(trim(line.substr(std::min(line.size(), colon + 1)))));
  }
  const std::string etag = etag_of("body");
  const bool not_modified = none_match_fails(request, etag);
  bool is_named = false;
  for (const std::string_view field : request.headers.all("if-none-match"))
    is_named = is_named || field.contains(etag) || field.contains('*');
  PERPETUA_ASSERT(!not_modified || is_named, "304 is for who named the tag");
  if (const auto tag = if_match_tag(request))
    PERPETUA_ASSERT(!tag->contains('"'), "a tag comes without quotes");
  PERPETUA_ASSERT(request.headers.find("if-match").has_value() == if_match_tag(request).has_value(),
                  "a condition is never overlooked");
  if (const auto value = cookie(request, "perpetua_session"))
    PERPETUA_ASSERT(!value->contains(';'), "a cookie ends at its semicolon");
  if (has_content_type(request, "application/json"))
    PERPETUA_ASSERT(request.headers.all("content-type").size() == 1, "one type is declared");
  static_cast<void>(accepts_explicitly(request, "text/html"));
  static_cast<void>(accepts_encoding(request, "gzip"));
}

std::vector<std::string> fields_seeds() {
  return {
      "if-none-match: W/\"abc\", " + etag_of("body") + ", *\nif-match: \"tag\"",
      "cookie: a=b; perpetua_session=x.y.z; c\ncookie: perpetua_session = 2",
      "content-type: application/json; charset=\"utf-8\"\naccept: text/html;q=0.5, */*",
      "accept-encoding: gzip;q=0.0, br\nif-match: *",
  };
}

constexpr Target kTargets[] = {
    {"http_request", run_request, request_seeds},
    {"http_target", run_target, target_seeds},
    {"http_fields", run_fields, fields_seeds},
};

}  // namespace

std::span<const Target> http_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
