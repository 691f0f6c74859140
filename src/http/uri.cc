#include "http/uri.h"

namespace perpetua::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> form_decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decode(spaced);
}

Result<Query> parse_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = form_decode(pair.substr(0, equals));
    if (!name) return std::unexpected(name.error());
    auto value = form_decode(pair.substr(std::min(pair.size(), equals + 1)));
    if (!value) return std::unexpected(value.error());
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return fail(ErrorCode::kInvalid, "a % in the address needs two hexadecimal digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return fail(ErrorCode::kInvalid, "the address contains a NUL");
    out.push_back(c);
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
  return out;
}

Result<void> parse_target(Request& request) {
  std::string_view target = request.target;
  if (target.starts_with("http://") || target.starts_with("https://")) {
    target.remove_prefix(target.find("//") + 2);
    const std::size_t slash = target.find('/');
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  // Cut off, it would be another address than the one that an edge has looked at.
  if (target.contains('#')) return fail(ErrorCode::kInvalid, "a request target has no fragment");
  if (!target.starts_with('/'))
    return fail(ErrorCode::kInvalid, "the request target must begin with a slash");
  const std::size_t mark = target.find('?');
  auto query = parse_query(mark == std::string_view::npos ? "" : target.substr(mark + 1));
  if (!query) return std::unexpected(query.error());
  request.path = target.substr(0, mark);
  request.query = std::move(*query);
  return {};
}

Result<std::vector<std::string>> split_path(std::string_view path) {
  if (!path.starts_with('/')) return fail(ErrorCode::kInvalid, "a path begins with a slash");
  path.remove_prefix(1);
  std::vector<std::string> segments;
  for (bool more = !path.empty(); more;) {
    const std::size_t slash = path.find('/');
    more = slash != std::string_view::npos;
    auto segment = percent_decode(path.substr(0, slash));
    if (!segment) return std::unexpected(segment.error());
    segments.push_back(std::move(*segment));
    if (more) path.remove_prefix(slash + 1);
  }
  return segments;
}

}  // namespace perpetua::http
