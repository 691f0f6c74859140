#pragma once
// A response's head as bytes (RFC 9112 section 4), written at once into one buffer: Beast's message
// serializer costs as much as the rest of a small answer.

#include <string>

#include "http/message.h"

namespace perpetua::http {

struct Framing {
  bool keep_alive = true;
  bool is_head = false;  // the request's method was HEAD: the length is told, the body is not sent
  std::int64_t now_s = 0;
};

/// Status line, fields, Date, Content-Length (none for 1xx, 204 and 304) and Connection. Field
/// values that would break the framing are a bug, asserted.
[[nodiscard]] std::string write_head(const Response& response, const Framing& framing);

/// Whether content follows the head.
[[nodiscard]] bool has_content(const Response& response, const Framing& framing);

/// "Tue, 24 Nov 2026 14:19:39 GMT" (RFC 9110 section 5.6.7).
[[nodiscard]] std::string http_date(std::int64_t seconds);

}  // namespace perpetua::http
