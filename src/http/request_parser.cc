#include "http/request_parser.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/assert.h"
#include "http/fields.h"

namespace perpetua::http {
namespace beast = boost::beast;

struct RequestParser::Parser {
  // The parser itself carries the limits: taking its message out and reading into that would lose
  // them.
  beast::http::request_parser<beast::http::string_body> beast;
  MessageLimits limits;
  State state = State::kHead;
  Problem problem{ProblemKind::kValidation, {}, {}};
  std::size_t head_used = 0;
  // What the head says. The parser adds a chunked body's trailers to its own fields, where edges do
  // not look for what they strip (RFC 9110 section 6.5.1): here they are dropped.
  Request request;
  bool keep_alive = false;
  bool expects_continue = false;

  void fail(beast::error_code error);
  void fail(ProblemKind kind, std::string detail) {
    state = State::kFailed;
    problem = {kind, std::move(detail), {}};
  }
  void take_head();
};

void RequestParser::Parser::fail(beast::error_code error) {
  if (error == beast::http::error::header_limit) {
    fail(ProblemKind::kHeadersTooLarge,
         "a request's head may have " + std::to_string(limits.head_bytes) + " bytes");
  } else if (error == beast::http::error::body_limit) {
    fail(ProblemKind::kPayloadTooLarge,
         "a request's body may have " + std::to_string(limits.body_bytes) + " bytes");
  } else {
    fail(ProblemKind::kValidation, "not an HTTP/1.1 request: " + error.message());
  }
}

void RequestParser::Parser::take_head() {
  const auto& message = beast.get();
  const bool is_http_1_1 = message.version() == 11;
  if (message.version() > 11) fail(ProblemKind::kValidation, "only HTTP/1.1 is spoken here");
  // RFC 9112 section 3.2: the server must answer 400.
  if (is_http_1_1 && message.count(beast::http::field::host) != 1)
    fail(ProblemKind::kValidation, "a request names its Host once");
  keep_alive = message.keep_alive();
  const auto expect = message.find(beast::http::field::expect);
  expects_continue = is_http_1_1 && expect != message.end() &&
                     equal_ignoring_case(std::string_view(expect->value()), "100-continue");
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    request.headers.add(std::move(name), std::string(field.value()));
  }
}

RequestParser::RequestParser(MessageLimits limits) : parser_(std::make_unique<Parser>()) {
  parser_->limits = limits;
  parser_->beast.header_limit(static_cast<std::uint32_t>(limits.head_bytes));
  parser_->beast.body_limit(limits.body_bytes);
}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  Parser& p = *parser_;
  std::size_t used = 0;
  while (used < bytes.size() && (p.state == State::kHead || p.state == State::kBody)) {
    p.beast.eager(p.state == State::kBody);
    beast::error_code error;
    const std::string_view left = bytes.substr(used);
    const std::size_t taken =
        p.beast.put(boost::asio::const_buffer(left.data(), left.size()), error);
    used += taken;
    if (p.state == State::kHead) p.head_used += taken;
    if (error == beast::http::error::need_more) break;
    if (error) {
      p.fail(error);
      break;
    }
    if (p.state == State::kHead && p.beast.is_header_done()) {
      p.state = State::kBody;
      p.take_head();
    }
    if (p.state == State::kBody && p.beast.is_done()) p.state = State::kDone;
    if (taken == 0 && p.state != State::kDone) break;
  }
  const std::size_t left = bytes.size() - used;
  // The parser limits what it sees at once, and forgets the fields that it has taken.
  if (p.head_used + (p.state == State::kHead ? left : 0) > p.limits.head_bytes)
    p.fail(beast::http::error::header_limit);
  // A chunk's extensions or the trailers have no limit of their own in the parser.
  if (p.state == State::kBody && left > p.limits.head_bytes)
    p.fail(ProblemKind::kPayloadTooLarge, "the body's framing is too large");
  return used;
}

RequestParser::State RequestParser::state() const {
  return parser_->state;
}
const Problem& RequestParser::problem() const {
  return parser_->problem;
}

bool RequestParser::expects_continue() const {
  return parser_->expects_continue;
}

bool RequestParser::keep_alive() const {
  return parser_->keep_alive;
}

Request RequestParser::take() {
  PERPETUA_ASSERT(parser_->state == State::kDone, "a request is taken when it is whole");
  parser_->request.body = std::move(parser_->beast.get().body());
  return std::move(parser_->request);
}

}  // namespace perpetua::http
