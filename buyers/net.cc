#include "buyers/net.h"

#include <algorithm>

namespace perpetua::buyers {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<std::pair<std::string_view, std::string_view>> split_named(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || !is_name(text.substr(0, equals)))
    return fail(ErrorCode::kInvalid,
                "'" + std::string(text) + "' is not NAME=ADDRESS with a name of a-z, 0-9 and '-'");
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace

Result<Endpoint> parse_url(std::string_view name, std::string_view url) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalid, "'" + std::string(url) + "' is not http://HOST[:PORT]");
  };
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return wrong();
  std::string_view authority = url.substr(kScheme.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);
  if (authority.empty() || authority.find_first_of("/?#@") != std::string_view::npos)
    return wrong();
  const auto colon = authority.rfind(':');
  const std::string_view host = authority.substr(0, colon);
  const std::string_view port =
      colon == std::string_view::npos ? "80" : authority.substr(colon + 1);
  const bool digits = std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  if (host.empty() || port.empty() || port.size() > 5 || !digits) return wrong();
  return Endpoint{std::string(name), std::string(host), std::string(port), {}};
}

Result<Endpoint> parse_named_url(std::string_view text) {
  const auto parts = split_named(text);
  if (!parts) return std::unexpected(parts.error());
  return parse_url(parts->first, parts->second);
}

Result<Endpoint> parse_named_socket(std::string_view text) {
  const auto parts = split_named(text);
  if (!parts) return std::unexpected(parts.error());
  if (parts->second.empty() || parts->second.size() > 107)  // sockaddr_un::sun_path
    return fail(ErrorCode::kInvalid,
                "'" + std::string(text) + "': a socket's path has 1 to 107 bytes");
  return Endpoint{std::string(parts->first), {}, {}, std::string(parts->second)};
}

std::string_view text(NetError error) {
  switch (error) {
    case NetError::kNone:
      return "";
    case NetError::kNotSent:
      return "not-sent";
    case NetError::kConnect:
      return "connect";
    case NetError::kConnection:
      return "connection";
    case NetError::kTimeout:
      return "timeout";
  }
  return "";
}

std::string_view HttpAnswer::header(std::string_view lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace perpetua::buyers
