#pragma once
// Who asks, and whether the request is one that they meant to send.

#include <optional>
#include <string>
#include <vector>

#include "domain/types.h"
#include "http/problem.h"
#include "http/session_token.h"
#include "port/world.h"

namespace perpetua::http {

inline constexpr std::size_t kIdempotencyKeySizeMax = 64;

struct Caller {
  domain::Session session;
  bool by_cookie = false;
};

class Access {
 public:
  /// `origins` as browsers send them. `clock` and `random` outlive it.
  Access(SessionSigner signer, SessionVerifier verifier, std::vector<std::string> origins,
         const port::Clock& clock, port::Random& random);

  struct Issued {
    Session session;
    std::string token;
  };
  /// The guest of the request's session cookie, for another 30 days, or as long as this region's
  /// certificate lasts; a new guest when there is no valid one. Writes nothing anywhere.
  [[nodiscard]] Issued begin(const Request& request);
  /// Adds the cookies: the session's, and one that tells a page's scripts that there is a session.
  static void set_cookies(const Issued& issued, bool secure, Response& response);

  /// When the sessions that begin here end at the latest: seconds since 1970.
  [[nodiscard]] std::int64_t sessions_end_at() const { return signer_.ends_at(); }

  /// By `Authorization: Bearer`, else by cookie. kUnauthenticated.
  [[nodiscard]] Checked<Caller> authenticate(const Request& request);

  /// The same for a request that changes something: a browser sends cookies whoever made it send
  /// the request, so one that comes with a cookie must come from a page of ours (kForbiddenOrigin)
  /// and be of a kind that a form on another's page cannot send (kUnsupportedMediaType).
  [[nodiscard]] Checked<Caller> authenticate_write(const Request& request);

  /// Refuses an Origin that is not ours; none at all is fine.
  [[nodiscard]] Checked<void> check_origin(const Request& request) const;

 private:
  SessionSigner signer_;
  SessionVerifier verifier_;
  std::vector<std::string> origins_;
  const port::Clock& clock_;
  port::Random& random_;
};

/// kValidation unless there is one Idempotency-Key of 1..64 characters [A-Za-z0-9_-].
[[nodiscard]] Checked<std::string> idempotency_key(const Request& request);

/// Whether the buyer's own connection is encrypted, as a trusted edge says.
[[nodiscard]] bool is_secure(const Request& request);

}  // namespace perpetua::http
