#include "http/promise.h"

#include "http/fields.h"

namespace perpetua::http {
namespace {

constexpr std::string_view kHeader = "perpetua-position";
constexpr std::string_view kCookie = "perpetua_position";

std::vector<std::string> regions_behind(const Position& have, const Position& wanted) {
  std::vector<std::string> behind;
  for (const auto& [writer, n] : wanted) {
    const auto found = have.find(writer);
    if (found != have.end() && found->second >= n) continue;
    if (behind.empty() || behind.back() != writer.region) behind.push_back(writer.region);
  }
  return behind;
}

}  // namespace

PositionPromise::PositionPromise(port::Store& store, const PositionTokens& tokens)
    : store_(store), tokens_(tokens) {}

Position PositionPromise::wanted_by(const Request& request) const {
  std::vector<std::string_view> tokens;
  for (std::string_view field : request.headers.all(kHeader)) {
    while (!field.empty() && tokens.size() < kTokensMax) {
      const std::size_t comma = std::min(field.find(','), field.size());
      tokens.push_back(trim(field.substr(0, comma)));
      field.remove_prefix(std::min(field.size(), comma + 1));
    }
  }
  if (const auto from_cookie = cookie(request, kCookie)) tokens.push_back(*from_cookie);
  Position wanted;
  for (const std::string_view token : tokens)
    if (const auto position = tokens_.verify(token)) wanted = join(wanted, *position);
  return wanted;
}

Task<Promised> PositionPromise::keep(const Request& request) {
  Promised promised;
  promised.wanted = wanted_by(request);
  if (!covers(store_.position(), promised.wanted) && waiting_ < kWaitersMax) {
    ++waiting_;
    static_cast<void>(co_await store_.wait_for(promised.wanted, kWait));
    --waiting_;
  }
  promised.stale_regions = regions_behind(store_.position(), promised.wanted);
  co_return promised;
}

void PositionPromise::renew(const Promised& promised, const Position& reflected, bool secure_cookie,
                            Response& response) const {
  const auto token = tokens_.issue(join(promised.wanted, reflected));
  if (token) {
    response.headers.add("Perpetua-Position", *token);
    response.headers.add("Set-Cookie", std::string(kCookie) + "=" + *token +
                                           "; Path=/; HttpOnly; SameSite=Lax" +
                                           (secure_cookie ? "; Secure" : ""));
  }
  if (promised.stale_regions.empty()) return;
  std::string stale;
  for (const std::string& region : promised.stale_regions)
    stale += (stale.empty() ? "" : ", ") + region;
  response.headers.add("Perpetua-Stale", stale);
}

}  // namespace perpetua::http
