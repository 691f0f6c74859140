#include "domain/problem.h"

namespace perpetua::domain {

std::optional<Problem> check_writable(const port::Store& store) {
  if (store.not_writing_because().empty()) return std::nullopt;
  return Problem{Refusal::kReadOnly, store.not_writing_because(), {}, {}, false};
}

Problem to_problem(const Error& error) {
  switch (error.code) {
    case ErrorCode::kConflict:
      return {Refusal::kConflict, error.message, {}, {}, false};
    case ErrorCode::kInvalid:
    case ErrorCode::kLimit:
      return {Refusal::kInvalid, error.message, {}, {}, false};
    case ErrorCode::kNotFound:
      return {Refusal::kNotFound, error.message, {}, {}, false};
    case ErrorCode::kCorrupt:
      return {Refusal::kCorrupt, error.message, {}, {}, false};
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
      break;
  }
  return {Refusal::kUnavailable, error.message, {}, {}, true};
}

}  // namespace perpetua::domain
