#include "http/answers.h"

#include <boost/json/serialize.hpp>
#include <charconv>

#include "http/domain_json.h"
#include "http/fields.h"
#include "http/uri.h"

namespace perpetua::http {

std::unexpected<Problem> refuse_parameter(std::string_view name) {
  // Encoded: it may be anything, and a problem is UTF-8.
  return refuse(ProblemKind::kValidation,
                "this address has no parameter '" + percent_encode(name.substr(0, 64)) + "'");
}

std::optional<std::string> QueryReader::text(std::string_view name) {
  asked_.push_back(name);
  std::optional<std::string> found;
  for (const auto& [key, value] : query_) {
    if (key != name) continue;
    if (found && !fault_)
      fault_ = refuse(ProblemKind::kValidation, std::string(name) + " is there twice").error();
    found = value;
  }
  return found;
}

std::optional<std::string> QueryReader::text(std::string_view name, std::size_t max) {
  auto found = text(name);
  if (!found) return found;
  const auto characters = std::ranges::count_if(
      *found, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  const bool is_good =
      !found->empty() && found->size() <= 4 * max && static_cast<std::size_t>(characters) <= max;
  if (!is_good && !fault_)
    fault_ = refuse(ProblemKind::kValidation,
                    std::string(name) + " must have 1 to " + std::to_string(max) + " characters")
                 .error();
  return found;
}

std::size_t QueryReader::integer(std::string_view name, std::size_t min, std::size_t max,
                                 std::size_t otherwise) {
  const auto value = text(name);
  if (!value) return otherwise;
  std::size_t read = 0;
  const char* end = value->data() + value->size();
  const auto [at, failed] = std::from_chars(value->data(), end, read);
  const bool is_good = failed == std::errc() && at == end && read >= min && read <= max;
  if (!is_good && !fault_)
    fault_ =
        refuse(ProblemKind::kValidation, std::string(name) + " must be an integer from " +
                                             std::to_string(min) + " to " + std::to_string(max))
            .error();
  return is_good ? read : otherwise;
}

Checked<void> QueryReader::finish() {
  for (const auto& [key, value] : query_)
    if (!fault_ && std::ranges::find(asked_, key) == asked_.end())
      fault_ = refuse_parameter(key).error();
  if (fault_) return std::unexpected(*fault_);
  return {};
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '-' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

Response json_response(int status, const boost::json::value& body) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = boost::json::serialize(body);
  return response;
}

Response cacheable(const Request& request, const boost::json::value& body, int max_age_s) {
  Response response = json_response(200, body);
  const std::string etag = etag_of(response.body);
  response.headers.add("Cache-Control", "public, max-age=" + std::to_string(max_age_s));
  response.headers.add("ETag", etag);
  if (none_match_fails(request, etag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

Task<Private> Private::begin(PositionPromise& promise, const Request& request) {
  Position seen = co_await promise.keep(request);
  co_return Private(promise, request, std::move(seen));
}

Response Private::answer(Response response, const Position& reflected) const {
  response.headers.set("Cache-Control", "no-store");
  promise_->renew(seen_, reflected, is_secure(*request_), response);
  return response;
}

Response Private::refuse(const domain::Problem& problem) const {
  return refuse(to_problem(problem));
}

Response Private::refuse(const Problem& problem) const {
  Response response = to_response(problem);
  promise_->renew(seen_, reached_, is_secure(*request_), response);
  return response;
}

std::string next_link(std::string_view path, std::size_t limit, std::string_view cursor,
                      std::string_view extra) {
  std::string link = "<" + std::string(path) + "?limit=" + std::to_string(limit);
  if (!extra.empty()) link += "&" + std::string(extra);
  return link + "&cursor=" + percent_encode(cursor) + ">; rel=\"next\"";
}

}  // namespace perpetua::http
