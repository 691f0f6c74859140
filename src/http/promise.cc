#include "http/promise.h"

#include "base/simulation.h"
#include "http/fields.h"

namespace perpetua::http {
namespace {

constexpr std::string_view kHeader = "perpetua-position";
constexpr std::string_view kCookie = "perpetua_position";

/// The regions whose writes are in `seen` and not in `reflected`, separated by commas.
std::string regions_behind(const Position& reflected, const Position& seen) {
  std::string behind;
  std::string_view last;
  for (const auto& [writer, n] : seen) {
    const auto found = reflected.find(writer);
    const bool is_reflected = n <= (found == reflected.end() ? 0 : found->second);
    if (is_reflected || writer.region == last) continue;
    behind += (behind.empty() ? "" : ", ") + writer.region;
    last = writer.region;
  }
  return behind;
}

}  // namespace

PositionPromise::PositionPromise(port::Store& store, const PositionTokens& tokens)
    : store_(store), tokens_(tokens) {}

// All that fit into a head: one that was passed over would make a promise that is not kept.
Position PositionPromise::seen_by(const Request& request) const {
  std::vector<std::string_view> tokens;
  for (std::string_view field : request.headers.all(kHeader)) {
    while (!field.empty()) {
      const std::size_t comma = std::min(field.find(','), field.size());
      tokens.push_back(trim(field.substr(0, comma)));
      field.remove_prefix(std::min(field.size(), comma + 1));
    }
  }
  if (const auto from_cookie = cookie(request, kCookie)) tokens.push_back(*from_cookie);
  Position seen;
  for (const std::string_view token : tokens)
    if (const auto position = tokens_.verify(token)) seen = join(seen, *position);
  return seen;
}

Task<Position> PositionPromise::keep(const Request& request) {
  Position seen = seen_by(request);
  if (!covers(store_.position(), seen) && waiting_ < kWaitersMax) {
    ++waiting_;
    static_cast<void>(co_await store_.wait_for(seen, kWait));
    --waiting_;
  }
  co_return seen;
}

void PositionPromise::renew(const Position& seen, const Position& reflected, bool secure_cookie,
                            Response& response) const {
  const auto token =
      tokens_.issue(PERPETUA_PLANTED(position_not_joined) ? reflected : join(seen, reflected));
  if (token) {
    response.headers.add("Perpetua-Position", *token);
    response.headers.add("Set-Cookie", std::string(kCookie) + "=" + *token +
                                           "; Path=/; HttpOnly; SameSite=Lax" +
                                           (secure_cookie ? "; Secure" : ""));
  }
  std::string behind = regions_behind(reflected, seen);
  if (behind.empty() || PERPETUA_PLANTED(stale_not_said)) return;
  PERPETUA_REACHED(stale_said);
  response.headers.add("Perpetua-Stale", std::move(behind));
}

void PositionPromise::mark(const Position& reflected, Response& response) const {
  if (auto token = tokens_.issue(reflected))
    response.headers.add("Perpetua-Position", std::move(*token));
}

}  // namespace perpetua::http
