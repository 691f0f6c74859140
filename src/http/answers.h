#pragma once
// What handlers share: reading queries and ids, and the two kinds of answers (design section 5),
// private and cacheable ones.

#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "http/access.h"
#include "http/problem.h"
#include "http/promise.h"

namespace perpetua::http {

inline constexpr std::size_t kPageLimitMax = 100;
inline constexpr std::size_t kPageLimitDefault = 24;

/// A query's parameters, each at most once and none unknown.
class QueryReader {
 public:
  explicit QueryReader(const Query& query) : query_(query) {}
  std::optional<std::string> text(std::string_view name);
  /// Decimal digits only.
  std::size_t integer(std::string_view name, std::size_t min, std::size_t max,
                      std::size_t otherwise);
  [[nodiscard]] Checked<void> finish();

 private:
  const Query& query_;
  std::vector<std::string_view> asked_;
  std::optional<Problem> fault_;
};

/// `[a-z0-9][a-z0-9-]{0,63}`: ids of books and slugs of categories.
[[nodiscard]] bool is_slug(std::string_view text);

[[nodiscard]] Response json_response(int status, const boost::json::value& body);

/// 200 with a strong ETag, or 304. Carries no session.
[[nodiscard]] Response cacheable(const Request& request, const boost::json::value& body,
                                 int max_age_s);

/// Marks an answer as private and renews the position promise.
void make_private(const Request& request, const PositionPromise& promise, const Promised& promised,
                  const Position& reflected, Response& response);

/// `<path?limit=..&cursor=..>; rel="next"` (RFC 8288); `extra` is a further, encoded parameter.
[[nodiscard]] std::string next_link(std::string_view path, std::size_t limit,
                                    std::string_view cursor, std::string_view extra = {});

}  // namespace perpetua::http
