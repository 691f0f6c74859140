#pragma once
// What handlers share: reading queries and ids, and the two kinds of answers (design section 5),
// private and cacheable ones.

#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "domain/problem.h"
#include "http/access.h"
#include "http/problem.h"
#include "http/promise.h"

namespace perpetua::http {

inline constexpr std::size_t kPageLimitMax = 100;
inline constexpr std::size_t kPageLimitDefault = 24;

/// kValidation for a parameter that an address does not take.
[[nodiscard]] std::unexpected<Problem> refuse_parameter(std::string_view name);

/// A query's parameters, each at most once and none unknown.
class QueryReader {
 public:
  explicit QueryReader(const Query& query) : query_(query) {}
  std::optional<std::string> text(std::string_view name);
  /// Of 1 to `max` characters (code points).
  std::optional<std::string> text(std::string_view name, std::size_t max);
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

/// A private answer on its way. A handler that has begun one ends with one of the others, so that
/// no answer leaves without what it reflects, refusals included.
class Private {
 public:
  /// Waits for what the request's session has seen. Both outlive it.
  [[nodiscard]] static Task<Private> begin(PositionPromise& promise, const Request& request);

  [[nodiscard]] Response answer(Response response, const Position& reflected) const;
  /// A refusal says only what was here when it was begun: rows may have come since it was decided.
  [[nodiscard]] Response refuse(const domain::Problem& problem) const;
  [[nodiscard]] Response refuse(const Problem& problem) const;

 private:
  Private(const PositionPromise& promise, const Request& request, Position seen)
      : promise_(&promise),
        request_(&request),
        seen_(std::move(seen)),
        reached_(promise.reached()) {}

  const PositionPromise* promise_;
  const Request* request_;
  Position seen_;
  Position reached_;  // before anything was read
};

/// `<path?limit=..&cursor=..>; rel="next"` (RFC 8288); `extra` has further parameters, encoded.
[[nodiscard]] std::string next_link(std::string_view path, std::size_t limit,
                                    std::string_view cursor, std::string_view extra = {});

}  // namespace perpetua::http
