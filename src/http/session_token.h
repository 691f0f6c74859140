#pragma once
// Guest sessions: a JSON Web Signature in compact form (RFC 7515), signed with Ed25519 (RFC 8037),
// that carries the certificate of the region's key in `x5c`. Every region verifies any region's
// tokens by the project's CA alone, also those of a region that it has never heard of.
//
//   header   {"alg":"EdDSA","x5c":["<base64 DER>"]}
//   payload  {"sub":"cu_<32 hex>","cart":"ca_<32 hex>","iat":<s>,"exp":<s>}
//
// Nothing is written when a token is issued.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace perpetua::http {

inline constexpr std::size_t kSessionTokenSizeMax = 3584;  // a cookie holds 4 KiB with its name
inline constexpr std::int64_t kSessionSeconds = std::int64_t{30} * 24 * 3600;

struct Session {
  std::string customer_id;
  std::string cart_id;
  std::int64_t issued_at = 0;  // seconds since 1970
  std::int64_t expires_at = 0;
  bool operator==(const Session&) const = default;
};

/// Issues with this region's key. Not thread-safe.
class SessionSigner {
 public:
  /// PEM files: an Ed25519 key and its certificate. kInvalid when they are not, or not a pair, or
  /// the certificate is too large for a cookie.
  [[nodiscard]] static Result<SessionSigner> open(const std::string& key_path,
                                                  const std::string& certificate_path);
  SessionSigner(SessionSigner&&) noexcept;
  SessionSigner& operator=(SessionSigner&&) noexcept;
  ~SessionSigner();

  [[nodiscard]] std::string issue(const Session& session) const;
  /// When the certificate ends, and with it every token: seconds since 1970.
  [[nodiscard]] std::int64_t ends_at() const;

 private:
  struct State;
  explicit SessionSigner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Verifies tokens of any region: the signature, the certificate's chain to the CA, its validity,
/// that it was issued for signing sessions (`<region>.session.perpetua.test`, digitalSignature),
/// and the token's own times. Keeps the keys of certificates that it has verified, at most
/// kCertificatesKept; only the CA can add one. Not thread-safe.
class SessionVerifier {
 public:
  static constexpr std::size_t kCertificatesKept = 64;

  [[nodiscard]] static Result<SessionVerifier> open(const std::string& ca_path);
  SessionVerifier(SessionVerifier&&) noexcept;
  SessionVerifier& operator=(SessionVerifier&&) noexcept;
  ~SessionVerifier();

  /// Nothing when any of it does not hold: which, is no stranger's business.
  [[nodiscard]] std::optional<Session> verify(std::string_view token, std::int64_t now_s);

 private:
  struct State;
  explicit SessionVerifier(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// `prefix` and 32 lower-case hexadecimal digits: the form of "cu_..." and "ca_..." ids.
[[nodiscard]] bool is_random_id(std::string_view prefix, std::string_view id);

}  // namespace perpetua::http
