#pragma once
// Request targets (RFC 9112 section 3.2), percent-encoding (RFC 3986 section 2.1) and query strings
// as browsers write them (application/x-www-form-urlencoded).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace perpetua::http {

/// kInvalid: a `%` without two hexadecimal digits behind it, or a NUL.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);
/// Everything but unreserved characters becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Fills path and query from target: origin form, or absolute form, of which the authority is
/// ignored. kInvalid for other forms, for a fragment, and for a query that does not decode.
[[nodiscard]] Result<void> parse_target(Request& request);

/// The segments between slashes, decoded: "/a/b%20c" is {"a", "b c"}. kInvalid as percent_decode,
/// also for a path that does not begin with a slash.
[[nodiscard]] Result<std::vector<std::string>> split_path(std::string_view path);

}  // namespace perpetua::http
