#include "http/access.h"

#include "base/bytes.h"
#include "http/fields.h"

namespace perpetua::http {
namespace {

constexpr std::string_view kSessionCookie = "perpetua_session";
constexpr std::string_view kGuestCookie = "perpetua_guest";

}  // namespace

Access::Access(SessionSigner signer, SessionVerifier verifier, std::vector<std::string> origins,
               const port::Clock& clock, port::Random& random)
    : signer_(std::move(signer)),
      verifier_(std::move(verifier)),
      origins_(std::move(origins)),
      clock_(clock),
      random_(random) {}

Access::Issued Access::begin(const Request& request) {
  const std::int64_t now_s = clock_.wall_ms() / 1000;
  Issued issued;
  std::optional<Session> known;
  if (const auto token = cookie(request, kSessionCookie)) known = verifier_.verify(*token, now_s);
  if (known) {
    issued.session = std::move(*known);
  } else {
    issued.session.customer_id = "cu_" + to_hex(random_.bytes(16));
    issued.session.cart_id = "ca_" + to_hex(random_.bytes(16));
  }
  issued.session.issued_at = now_s;
  issued.session.expires_at = std::min(now_s + kSessionSeconds, signer_.ends_at());
  issued.token = signer_.issue(issued.session);
  return issued;
}

void Access::set_cookies(const Issued& issued, bool secure, Response& response) {
  const Session& session = issued.session;
  const std::string shared =
      "; Path=/; Max-Age=" + std::to_string(session.expires_at - session.issued_at) +
      "; SameSite=Lax" + (secure ? "; Secure" : "");
  response.headers.add("Set-Cookie",
                       std::string(kSessionCookie) + "=" + issued.token + shared + "; HttpOnly");
  response.headers.add("Set-Cookie", std::string(kGuestCookie) + "=1" + shared);
}

Checked<Caller> Access::authenticate(const Request& request) {
  Caller caller;
  std::string_view token;
  if (const auto field = request.headers.find("authorization")) {
    constexpr std::string_view kScheme = "bearer ";
    if (!equal_ignoring_case(field->substr(0, kScheme.size()), kScheme))
      return refuse(ProblemKind::kUnauthenticated, "only bearer tokens are known here");
    token = trim(field->substr(kScheme.size()));
  } else if (const auto from_cookie = cookie(request, kSessionCookie)) {
    token = *from_cookie;
    caller.by_cookie = true;
  } else {
    return refuse(ProblemKind::kUnauthenticated, "begin a session with POST /api/session");
  }
  const auto session = verifier_.verify(token, clock_.wall_ms() / 1000);
  if (!session)
    return refuse(ProblemKind::kUnauthenticated,
                  "the session has ended or is not one of ours: begin one with POST /api/session");
  caller.session = {session->customer_id, session->cart_id};
  return caller;
}

Checked<Caller> Access::authenticate_write(const Request& request) {
  auto caller = authenticate(request);
  if (!caller || !caller->by_cookie) return caller;
  if (!request.headers.find("origin"))
    return refuse(ProblemKind::kForbiddenOrigin, "a request with a cookie needs an Origin");
  if (const auto checked = check_origin(request); !checked) return std::unexpected(checked.error());
  const bool may_be_bare = request.method == "DELETE" && request.body.empty();
  if (!may_be_bare && !has_content_type(request, "application/json"))
    return refuse(ProblemKind::kUnsupportedMediaType, "send the body as application/json");
  return caller;
}

Checked<void> Access::check_origin(const Request& request) const {
  for (const std::string_view origin : request.headers.all("origin"))
    if (std::ranges::find(origins_, origin) == origins_.end())
      return refuse(ProblemKind::kForbiddenOrigin, "requests from that origin are not taken");
  return {};
}

Checked<std::string> idempotency_key(const Request& request) {
  const auto fields = request.headers.all("idempotency-key");
  const bool is_valid = fields.size() == 1 && !fields[0].empty() &&
                        fields[0].size() <= kIdempotencyKeySizeMax &&
                        fields[0].find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
                            std::string_view::npos;
  if (!is_valid)
    return refuse(ProblemKind::kValidation,
                  "an Idempotency-Key of 1 to 64 characters A-Z, a-z, 0-9, _ and - is needed");
  return std::string(fields[0]);
}

bool is_secure(const Request& request) {
  return request.headers.find("x-forwarded-proto") == "https";
}

}  // namespace perpetua::http
