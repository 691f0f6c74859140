#pragma once
// Header fields that handlers read and write: entity tags and preconditions (RFC 9110 sections 8.8
// and 13), cookies (RFC 6265), media types.

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace perpetua::http {

/// A strong entity tag over `bytes`, quotes included.
[[nodiscard]] std::string etag_of(std::string_view bytes);

/// Whether If-None-Match lists `etag` (weak comparison) or `*`: the answer is 304 then.
[[nodiscard]] bool none_match_fails(const Request& request, std::string_view etag);

/// The one strong tag that If-Match names, without quotes. Nothing when the field is absent;
/// empty when it is there but is not exactly one strong tag (also `*`, which names no version).
[[nodiscard]] std::optional<std::string> if_match_tag(const Request& request);

[[nodiscard]] std::optional<std::string_view> cookie(const Request& request, std::string_view name);

/// Whether Content-Type is `type`, parameters aside (`charset=utf-8` only).
[[nodiscard]] bool has_content_type(const Request& request, std::string_view type);

/// Whether Accept names `type` itself (not by a wildcard).
[[nodiscard]] bool accepts_explicitly(const Request& request, std::string_view type);
/// Whether Accept-Encoding allows `coding`.
[[nodiscard]] bool accepts_encoding(const Request& request, std::string_view coding);

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace perpetua::http
