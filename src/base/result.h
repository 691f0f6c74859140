#pragma once
// Outcomes that the input decides are values, not exceptions: a function whose caller's input can
// make it fail returns Result<T>. Exceptions are for outages, PERPETUA_ASSERT is for bugs.

#include <expected>
#include <string>
#include <utility>

namespace perpetua {

enum class ErrorCode {
  kInvalid,      // the input breaks a rule; asking again with the same input cannot succeed
  kNotFound,     // there is no such thing, as far as this region can see
  kConflict,     // another transaction came first; ask again
  kUnavailable,  // cannot be done now (a peer silent, the store failed, read-only); ask later
  kTimeout,      // a bounded wait ran out
  kCorrupt,      // stored or received bytes fail their checksum or do not decode
  kLimit,        // a documented bound would be exceeded
};

/// One failure, for a person: what went wrong, where, and what to do about it.
struct Error {
  ErrorCode code;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

}  // namespace perpetua
