#pragma once
// Strict reading of JSON bodies (RFC 8259): what is unknown, missing, of the wrong type or out of
// range is refused with a pointer to it (RFC 6901), never ignored or bent. Depth and size are
// bounded, and a member named twice is refused (RFC 8259 section 4 leaves its meaning open).

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/problem.h"

namespace perpetua::http {

inline constexpr std::size_t kJsonDepthMax = 8;

/// kMalformedJson when it is not JSON, is nested deeper than kJsonDepthMax, is not UTF-8 or names a
/// member twice.
[[nodiscard]] Checked<boost::json::value> parse_json(std::string_view text);

/// The same for a request's body, which must be declared as application/json
/// (kUnsupportedMediaType).
[[nodiscard]] Checked<boost::json::value> parse_json_body(const Request& request);

/// For an address that wants nothing in its body: none, or an empty object.
[[nodiscard]] Checked<void> check_no_members(const Request& request);

struct TextBounds {
  std::size_t bytes_min = 0;
  std::size_t bytes_max = 0;
};

/// Reads one object member by member and keeps the first fault; the readers answer zero or empty
/// from then on. finish() answers that fault, or refuses members that nobody asked for. The value
/// must outlive the reader.
class ObjectReader {
 public:
  /// `pointer` is where the object stands in the whole body: empty for the body itself.
  explicit ObjectReader(const boost::json::value& value, std::string pointer = {});

  [[nodiscard]] bool has(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  double number(std::string_view name, double min, double max);
  std::string text(std::string_view name, TextBounds bounds);
  /// One that satisfies `is_valid`; `wanted` says what that is.
  std::string text(std::string_view name, bool (*is_valid)(std::string_view),
                   std::string_view wanted);
  std::vector<std::string> texts(std::string_view name, std::size_t count_min,
                                 std::size_t count_max, TextBounds bounds);
  /// The member's value and pointer, for a reader of its own; nothing when it is missing.
  const boost::json::value* object(std::string_view name);
  /// The elements of an array; empty on a fault.
  std::vector<const boost::json::value*> array(std::string_view name, std::size_t count_min,
                                               std::size_t count_max);
  [[nodiscard]] std::string pointer_to(std::string_view name) const;
  [[nodiscard]] std::string pointer_to(std::string_view name, std::size_t index) const;

  /// Records a fault found by the caller, or by a reader of a part.
  void fault(std::string pointer, const std::string& detail);
  void fault(const Problem& problem);
  [[nodiscard]] bool ok() const { return !fault_; }
  [[nodiscard]] Checked<void> finish();

 private:
  const boost::json::value* member(std::string_view name);

  const boost::json::object* object_;
  std::string pointer_;
  std::vector<std::string_view> asked_;
  std::optional<Problem> fault_;
};

/// Reads the object under `name` with `read`, which gets a reader of its own; its faults go to
/// `reader`.
template <class Read>
void read_part(ObjectReader& reader, std::string_view name, Read read) {
  const boost::json::value* value = reader.object(name);
  if (value == nullptr) return;
  ObjectReader part(*value, reader.pointer_to(name));
  read(part);
  if (const auto done = part.finish(); !done) reader.fault(done.error());
}

}  // namespace perpetua::http
