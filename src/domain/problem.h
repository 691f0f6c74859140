#pragma once
// Why the rules refuse. Each kind is one problem of the API (api/openapi.yaml).

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/types.h"
#include "port/store.h"

namespace perpetua::domain {

enum class Refusal {
  kInvalid,  // `pointer` says which member
  kNotFound,
  kPriceChanged,  // `lines` have the catalogue's prices; without any, `pointer` is at the
                  // delivery's
  kSoldOut,       // `lines` have what is there; every member region has answered
  kCartEmpty,
  kEtagMismatch,
  kTooManyKeys,
  kKeyReused,
  kReadOnly,     // this region takes no writes
  kUnavailable,  // ask later, with the same key
  kCorrupt,      // a stored value does not decode; `detail` is for the region's log
  kConflict,     // another transaction came first; never leaves transact()
};

struct ProblemLine {
  std::string book_id;
  Money price;
  std::int64_t available = 0;
};

/// A refusal promises nothing about the key: the same request may have succeeded elsewhere (design
/// section 4).
struct Problem {
  Refusal kind;
  std::string detail;              // of what is at `pointer`, when there is one: "is blank"
  std::string pointer;             // RFC 6901, into the request's body
  std::vector<ProblemLine> lines;  // kPriceChanged, kSoldOut
  bool outcome_unknown = false;    // a member region has not been heard since the request began
};

template <class T>
using Checked = std::expected<T, Problem>;

/// kInvalid for what is at `pointer`.
[[nodiscard]] inline Problem invalid(std::string pointer, std::string detail) {
  return {Refusal::kInvalid, std::move(detail), std::move(pointer), {}, false};
}

[[nodiscard]] inline std::unexpected<Problem> refuse(Refusal kind, std::string detail) {
  return std::unexpected(Problem{kind, std::move(detail), {}, {}, false});
}

/// kReadOnly where the region takes no writes at all, before anything is read: what it lacks says
/// nothing about the shop.
[[nodiscard]] std::optional<Problem> check_writable(const port::Store& store);

/// What a store's failure means to the caller of a rule. A store that failed in the middle of a
/// commit may hold it or not: kUnavailable with an unknown outcome.
[[nodiscard]] Problem to_problem(const Error& error);

}  // namespace perpetua::domain
