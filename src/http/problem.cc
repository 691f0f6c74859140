#include "http/problem.h"

#include <array>
#include <boost/json/serialize.hpp>

#include "base/assert.h"

namespace perpetua::http {
namespace {

struct Row {
  ProblemKind kind;
  int status;
  std::string_view slug;
  std::string_view title;
};

constexpr std::array kRows{
    Row{ProblemKind::kValidation, 400, "validation", "The request breaks a rule"},
    Row{ProblemKind::kMalformedJson, 400, "malformed-json", "The body is not valid JSON"},
    Row{ProblemKind::kUnauthenticated, 401, "unauthenticated", "A session is needed"},
    Row{ProblemKind::kForbiddenOrigin, 403, "forbidden-origin", "The origin is not allowed"},
    Row{ProblemKind::kNotFound, 404, "not-found", "There is no such thing"},
    Row{ProblemKind::kMethodNotAllowed, 405, "method-not-allowed", "The method is not allowed"},
    Row{ProblemKind::kPriceChanged, 409, "price-changed", "A price has changed"},
    Row{ProblemKind::kSoldOut, 409, "sold-out", "Not enough copies are left"},
    Row{ProblemKind::kCartEmpty, 409, "cart-empty", "The cart is empty"},
    Row{ProblemKind::kTooManyKeys, 409, "too-many-keys", "The line was changed too often"},
    Row{ProblemKind::kTimeout, 408, "timeout", "The request took too long to arrive"},
    Row{ProblemKind::kEtagMismatch, 412, "etag-mismatch", "The cart is another by now"},
    Row{ProblemKind::kPayloadTooLarge, 413, "payload-too-large", "The body is too large"},
    Row{ProblemKind::kUnsupportedMediaType, 415, "unsupported-media-type",
        "The body's type is not supported"},
    Row{ProblemKind::kKeyReused, 422, "key-reused", "The key belongs to another request"},
    Row{ProblemKind::kPreconditionRequired, 428, "precondition-required",
        "A precondition is needed"},
    Row{ProblemKind::kHeadersTooLarge, 431, "headers-too-large", "The head is too large"},
    Row{ProblemKind::kInternal, 500, "internal", "Something went wrong here"},
    Row{ProblemKind::kUnavailable, 503, "unavailable", "Not possible at the moment"},
    Row{ProblemKind::kReadOnly, 503, "read-only", "This region takes no writes"},
};

const Row& row_of(ProblemKind kind) {
  for (const Row& row : kRows)
    if (row.kind == kind) return row;
  PERPETUA_ASSERT(false, "every kind of problem has a row");
}

}  // namespace

int status_of(ProblemKind kind) {
  return row_of(kind).status;
}
std::string_view slug_of(ProblemKind kind) {
  return row_of(kind).slug;
}

std::unexpected<Problem> refuse_at(std::string pointer, std::string detail) {
  boost::json::object extra;
  extra["pointer"] = std::move(pointer);
  return refuse(ProblemKind::kValidation, std::move(detail), std::move(extra));
}

Response to_response(const Problem& problem) {
  const Row& row = row_of(problem.kind);
  boost::json::object body;
  body["type"] = "/problems/" + std::string(row.slug);
  body["title"] = row.title;
  body["status"] = row.status;
  body["detail"] = problem.detail;
  for (const auto& member : problem.extra) body[member.key()] = member.value();

  Response response;
  response.status = row.status;
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Cache-Control", "no-store");
  if (row.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  if (row.status == 503) response.headers.add("Retry-After", "1");
  response.body = boost::json::serialize(body);
  return response;
}

Response to_response(ProblemKind kind, std::string detail) {
  const Problem problem{kind, std::move(detail), {}};
  return to_response(problem);
}

}  // namespace perpetua::http
