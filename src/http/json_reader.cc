#include "http/json_reader.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <set>

#include "http/fields.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

/// Sees every member's name, to find one that an object has twice: a parsed value keeps the last.
struct NameHandler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using error_code = json::error_code;
  using string_view = json::string_view;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    open.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    name.append(part);
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code& failed) {
    name.append(part);
    if (!open.back().insert(name).second) {
      twice = name;
      failed = json::error::syntax;
      return false;
    }
    name.clear();
    return true;
  }
  bool on_string_part(string_view, std::size_t, error_code&) { return true; }
  bool on_string(string_view, std::size_t, error_code&) { return true; }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
  bool on_double(double, string_view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  std::vector<std::set<std::string>> open;
  std::string name;
  std::optional<std::string> twice;
};

json::parse_options strict_options() {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  return options;
}

/// RFC 6901 section 3.
std::string escape(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out.push_back(c);
  }
  return out;
}

std::string range(auto min, auto max) {
  return std::to_string(min) + " to " + std::to_string(max);
}

}  // namespace

Checked<json::value> parse_json(std::string_view text) {
  json::error_code failed;
  json::basic_parser<NameHandler> names(strict_options());
  const std::size_t used = names.write_some(false, text.data(), text.size(), failed);
  if (names.handler().twice)
    return refuse(ProblemKind::kMalformedJson, "'" + *names.handler().twice + "' is there twice");
  if (!failed && used < text.size()) failed = json::error::extra_data;
  json::value value;
  if (!failed) value = json::parse(text, failed, {}, strict_options());
  if (failed) return refuse(ProblemKind::kMalformedJson, "not JSON: " + failed.message());
  return value;
}

Checked<json::value> parse_json_body(const Request& request) {
  if (!has_content_type(request, "application/json"))
    return refuse(ProblemKind::kUnsupportedMediaType, "send the body as application/json");
  return parse_json(request.body);
}

Checked<void> check_no_members(const Request& request) {
  if (request.body.empty()) return {};
  const auto body = parse_json_body(request);
  if (!body) return std::unexpected(body.error());
  return ObjectReader(*body).finish();
}

ObjectReader::ObjectReader(const json::value& value, std::string pointer)
    : object_(value.if_object()), pointer_(std::move(pointer)) {
  if (object_ == nullptr) fault(pointer_, "must be an object");
}

bool ObjectReader::has(std::string_view name) const {
  return object_ != nullptr && object_->contains(name);
}

const json::value* ObjectReader::member(std::string_view name) {
  asked_.push_back(name);
  if (fault_) return nullptr;
  const json::value* value = object_->if_contains(name);
  if (value == nullptr) fault(pointer_to(name), "is missing");
  return value;
}

std::int64_t ObjectReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json::value* value = member(name);
  if (value == nullptr) return 0;
  std::optional<std::int64_t> read;
  if (value->is_int64()) read = value->get_int64();
  // JSON does not tell 2 from 2.0, and neither may we (RFC 8259 section 6).
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  if (const double* d = value->if_double())
    if (*d >= -kExactMax && *d <= kExactMax &&
        static_cast<double>(static_cast<std::int64_t>(*d)) == *d)
      read = static_cast<std::int64_t>(*d);
  if (!read || *read < min || *read > max) {
    fault(pointer_to(name), "must be an integer from " + range(min, max));
    return 0;
  }
  return *read;
}

double ObjectReader::number(std::string_view name, double min, double max) {
  const json::value* value = member(name);
  if (value == nullptr) return 0;
  json::error_code failed;
  const double read = value->is_number() ? value->to_number<double>(failed) : min - 1;
  if (failed || !(read >= min && read <= max)) {
    fault(pointer_to(name), "must be a number from " + range(min, max));
    return 0;
  }
  return read;
}

std::string ObjectReader::text(std::string_view name, TextBounds bounds) {
  const json::value* value = member(name);
  if (value == nullptr) return {};
  const json::string* read = value->if_string();
  if (read == nullptr || read->size() < bounds.bytes_min || read->size() > bounds.bytes_max) {
    fault(pointer_to(name),
          "must be a string of " + range(bounds.bytes_min, bounds.bytes_max) + " bytes");
    return {};
  }
  return std::string(*read);
}

std::string ObjectReader::text(std::string_view name, bool (*is_valid)(std::string_view),
                               std::string_view wanted) {
  const json::value* value = member(name);
  if (value == nullptr) return {};
  const json::string* read = value->if_string();
  if (read == nullptr || !is_valid(std::string_view(*read))) {
    fault(pointer_to(name), "must be " + std::string(wanted));
    return {};
  }
  return std::string(*read);
}

std::vector<const json::value*> ObjectReader::array(std::string_view name, std::size_t count_min,
                                                    std::size_t count_max) {
  const json::value* value = member(name);
  if (value == nullptr) return {};
  const json::array* elements = value->if_array();
  if (elements == nullptr || elements->size() < count_min || elements->size() > count_max) {
    fault(pointer_to(name), "must be an array of " + range(count_min, count_max) + " elements");
    return {};
  }
  std::vector<const json::value*> out;
  for (const json::value& element : *elements) out.push_back(&element);
  return out;
}

std::vector<std::string> ObjectReader::texts(std::string_view name, std::size_t count_min,
                                             std::size_t count_max, TextBounds bounds) {
  std::vector<std::string> out;
  for (const json::value* element : array(name, count_min, count_max)) {
    const json::string* read = element->if_string();
    if (read == nullptr || read->size() < bounds.bytes_min || read->size() > bounds.bytes_max) {
      fault(pointer_to(name, out.size()),
            "must be a string of " + range(bounds.bytes_min, bounds.bytes_max) + " bytes");
      return {};
    }
    out.emplace_back(*read);
  }
  return out;
}

const json::value* ObjectReader::object(std::string_view name) {
  return member(name);
}

std::string ObjectReader::pointer_to(std::string_view name) const {
  return pointer_ + "/" + escape(name);
}

std::string ObjectReader::pointer_to(std::string_view name, std::size_t index) const {
  return pointer_to(name) + "/" + std::to_string(index);
}

void ObjectReader::fault(std::string pointer, const std::string& detail) {
  if (fault_) return;
  const std::string where = pointer.empty() ? "the body" : pointer;
  fault_ = refuse_at(std::move(pointer), where + " " + detail).error();
}

void ObjectReader::fault(const Problem& problem) {
  if (!fault_) fault_ = problem;
}

Checked<void> ObjectReader::finish() {
  if (!fault_) {
    for (const auto& member : *object_) {
      const std::string_view name(member.key());
      if (std::ranges::find(asked_, name) == asked_.end()) {
        fault(pointer_to(name), "is not known here");
        break;
      }
    }
  }
  if (fault_) return std::unexpected(*fault_);
  return {};
}

}  // namespace perpetua::http
