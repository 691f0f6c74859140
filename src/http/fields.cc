#include "http/fields.h"

#include "base/bytes.h"
#include "base/hash.h"

namespace perpetua::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Calls `see` with each trimmed element of a comma-separated list, until it answers true.
template <class See>
bool any_element(std::string_view list, See see) {
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trim(list.substr(0, comma));
    if (!element.empty() && see(element)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string etag_of(std::string_view bytes) {
  return '"' + to_base64url(hash(bytes).substr(0, 16)) + '"';
}

bool none_match_fails(const Request& request, std::string_view etag) {
  for (const std::string_view field : request.headers.all("if-none-match")) {
    const bool listed = any_element(field, [etag](std::string_view tag) {
      if (tag.starts_with("W/")) tag.remove_prefix(2);
      return tag == etag || tag == "*";
    });
    if (listed) return true;
  }
  return false;
}

std::optional<std::string> if_match_tag(const Request& request) {
  const auto fields = request.headers.all("if-match");
  if (fields.empty()) return std::nullopt;
  const std::string_view tag = trim(fields.front());
  const bool is_one = fields.size() == 1 && tag.size() > 2 && tag.front() == '"' &&
                      tag.find('"', 1) == tag.size() - 1;
  return is_one ? std::string(tag.substr(1, tag.size() - 2)) : std::string();
}

std::optional<std::string_view> cookie(const Request& request, std::string_view name) {
  for (std::string_view field : request.headers.all("cookie")) {
    while (!field.empty()) {
      const std::string_view pair = trim(field.substr(0, field.find(';')));
      field.remove_prefix(std::min(field.size(), field.find(';')));
      if (!field.empty()) field.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name)
        return pair.substr(equals + 1);
    }
  }
  return std::nullopt;
}

bool has_content_type(const Request& request, std::string_view type) {
  const auto fields = request.headers.all("content-type");
  if (fields.size() != 1) return false;
  const std::size_t semicolon = fields[0].find(';');
  if (!equal_ignoring_case(trim(fields[0].substr(0, semicolon)), type)) return false;
  if (semicolon == std::string_view::npos) return true;
  const std::string_view parameter = trim(fields[0].substr(semicolon + 1));
  return parameter.empty() || equal_ignoring_case(parameter, "charset=utf-8") ||
         equal_ignoring_case(parameter, "charset=\"utf-8\"");
}

bool accepts_explicitly(const Request& request, std::string_view type) {
  for (const std::string_view field : request.headers.all("accept"))
    if (any_element(field, [type](std::string_view element) {
          return equal_ignoring_case(trim(element.substr(0, element.find(';'))), type);
        }))
      return true;
  return false;
}

bool accepts_encoding(const Request& request, std::string_view coding) {
  for (const std::string_view field : request.headers.all("accept-encoding"))
    if (any_element(field, [coding](std::string_view element) {
          const std::size_t semicolon = element.find(';');
          if (!equal_ignoring_case(trim(element.substr(0, semicolon)), coding)) return false;
          if (semicolon == std::string_view::npos) return true;
          const std::string_view weight = trim(element.substr(semicolon + 1));
          return weight.find_first_not_of("qQ=0. ") != std::string_view::npos;
        }))
      return true;
  return false;
}

}  // namespace perpetua::http
