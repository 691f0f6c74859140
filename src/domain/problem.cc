#include "domain/problem.h"

namespace perpetua::domain {

Problem to_problem(const Error& error) {
  switch (error.code) {
    case ErrorCode::kConflict:
      return {Refusal::kConflict, error.message, {}, {}, false};
    case ErrorCode::kInvalid:
    case ErrorCode::kLimit:
      return {Refusal::kInvalid, error.message, {}, {}, false};
    case ErrorCode::kNotFound:
      return {Refusal::kNotFound, error.message, {}, {}, false};
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
    case ErrorCode::kCorrupt:
      break;
  }
  return {Refusal::kUnavailable, error.message, {}, {}, true};
}

}  // namespace perpetua::domain
