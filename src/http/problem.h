#pragma once
// Errors as clients see them: application/problem+json (RFC 9457). The kinds are listed here and in
// api/openapi.yaml; a client may rely on `type` and `status`, a person reads `detail`.

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace perpetua::http {

enum class ProblemKind {
  kValidation,
  kMalformedJson,
  kUnauthenticated,
  kForbiddenOrigin,
  kNotFound,
  kMethodNotAllowed,
  kPriceChanged,
  kSoldOut,
  kCartEmpty,
  kTooManyKeys,
  kTimeout,
  kEtagMismatch,
  kPayloadTooLarge,
  kUnsupportedMediaType,
  kKeyReused,
  kPreconditionRequired,
  kHeadersTooLarge,
  kInternal,
  kUnavailable,
  kReadOnly,
};

struct Problem {
  ProblemKind kind;
  std::string detail;
  // Members beside type, title, status and detail, such as `pointer` (RFC 6901) or `lines`.
  boost::json::object extra;
};

/// What a handler's step gives: its value, or the problem to answer with.
template <class T>
using Checked = std::expected<T, Problem>;

[[nodiscard]] inline std::unexpected<Problem> refuse(ProblemKind kind, std::string detail,
                                                     boost::json::object extra = {}) {
  return std::unexpected(Problem{kind, std::move(detail), std::move(extra)});
}
/// kValidation that points at the member at fault (RFC 6901).
[[nodiscard]] std::unexpected<Problem> refuse_at(std::string pointer, std::string detail);

[[nodiscard]] int status_of(ProblemKind kind);
/// As in `type`: "/problems/<slug>".
[[nodiscard]] std::string_view slug_of(ProblemKind kind);

[[nodiscard]] Response to_response(const Problem& problem);
[[nodiscard]] Response to_response(ProblemKind kind, std::string detail);

}  // namespace perpetua::http
