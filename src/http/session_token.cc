#include "http/session_token.h"

#include <openssl/x509v3.h>

#include <boost/json.hpp>
#include <unordered_map>

#include "base/assert.h"
#include "base/bytes.h"
#include "http/certificate.h"
#include "http/json_reader.h"

namespace perpetua::http {
namespace json = boost::json;
namespace {

constexpr std::string_view kSessionSuffix = ".session.perpetua.test";
constexpr std::size_t kSignatureSize = 64;
// Of a token behind its header: dots, payload, signature.
constexpr std::size_t kTokenTailMax = 300;
// Regions' clocks differ: a token issued a little in the future is one of theirs.
constexpr std::int64_t kSkewSeconds = 300;

using ContextPtr = std::unique_ptr<EVP_MD_CTX, Freer<&EVP_MD_CTX_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, Freer<&X509_STORE_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// base64 with padding (RFC 4648 section 4), as x5c wants it.
std::string to_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(bytes),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(text),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  // EVP_DecodeBlock counts the padding as zero bytes.
  const auto padding = static_cast<std::size_t>(text.ends_with("==")  ? 2
                                                : text.ends_with('=') ? 1
                                                                      : 0);
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

std::string der_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  PERPETUA_ASSERT(size > 0, "a parsed certificate can be encoded");
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

bool signature_holds(EVP_PKEY* key, std::string_view message, std::string_view signature) {
  const ContextPtr context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

std::string sign(EVP_PKEY* key, std::string_view message) {
  const ContextPtr context(EVP_MD_CTX_new());
  std::string signature(kSignatureSize, '\0');
  std::size_t size = signature.size();
  const bool done =
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(message), message.size()) == 1;
  PERPETUA_ASSERT(done && size == kSignatureSize, "a loaded Ed25519 key signs");
  return signature;
}

/// The one certificate that a token's header names; nothing when the header is not as we write it.
X509Ptr certificate_in(std::string_view header_segment) {
  const auto text = from_base64url(header_segment);
  if (!text) return nullptr;
  const auto header = parse_json(*text);
  if (!header) return nullptr;
  ObjectReader reader(*header);
  const std::string algorithm = reader.text("alg", {1, 16});
  const auto chain = reader.texts("x5c", 1, 1, {1, kSessionTokenSizeMax});
  if (!reader.finish() || algorithm != "EdDSA") return nullptr;
  const std::string der = from_base64(chain.front());
  const unsigned char* at = bytes_of(der);
  X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != bytes_of(der) + der.size()) return nullptr;
  return certificate;
}

bool is_for_sessions(X509* certificate) {
  // None when it is of a kind that OpenSSL does not know: whoever sends a token chooses it.
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  return key != nullptr && X509_get_key_usage(certificate) != UINT32_MAX &&
         (X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0 &&
         has_name_under(*certificate, kSessionSuffix) && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519;
}

bool is_valid_at(const X509& certificate, std::int64_t now_s) {
  auto now = static_cast<std::time_t>(now_s);
  return X509_cmp_time(X509_get0_notBefore(&certificate), &now) < 0 &&
         X509_cmp_time(X509_get0_notAfter(&certificate), &now) > 0;
}

std::int64_t end_of(const X509& certificate) {
  std::tm parts{};
  const bool read = ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &parts) == 1;
  PERPETUA_ASSERT(read, "a parsed certificate has an end");
  return timegm(&parts);
}

std::optional<Session> session_in(std::string_view payload_segment) {
  const auto text = from_base64url(payload_segment);
  if (!text) return std::nullopt;
  const auto payload = parse_json(*text);
  if (!payload) return std::nullopt;
  constexpr std::int64_t kLatest = 1'000'000'000'000;
  ObjectReader reader(*payload);
  Session session;
  session.customer_id = reader.text("sub", {1, 64});
  session.cart_id = reader.text("cart", {1, 64});
  session.issued_at = reader.integer("iat", 0, kLatest);
  session.expires_at = reader.integer("exp", 0, kLatest);
  if (!reader.finish() || !is_random_id("cu_", session.customer_id) ||
      !is_random_id("ca_", session.cart_id))
    return std::nullopt;
  return session;
}

}  // namespace

bool is_random_id(std::string_view prefix, std::string_view id) {
  return id.starts_with(prefix) && id.size() == prefix.size() + 32 &&
         id.substr(prefix.size()).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

struct SessionSigner::State {
  KeyPtr key;
  std::string header;  // the first segment, the same for every token
  std::int64_t ends_at = 0;
};

SessionSigner::SessionSigner(std::unique_ptr<State> state) : state_(std::move(state)) {}
SessionSigner::SessionSigner(SessionSigner&&) noexcept = default;
SessionSigner& SessionSigner::operator=(SessionSigner&&) noexcept = default;
SessionSigner::~SessionSigner() = default;

Result<SessionSigner> SessionSigner::open(const std::string& key_path,
                                          const std::string& certificate_path) {
  auto key = read_private_key(key_path);
  if (!key) return std::unexpected(key.error());
  auto certificate = read_certificate(certificate_path);
  if (!certificate) return std::unexpected(certificate.error());
  if (X509_check_private_key(certificate->get(), key->get()) != 1)
    return fail(ErrorCode::kInvalid, key_path + " is not the key of " + certificate_path);
  if (!is_for_sessions(certificate->get()))
    return fail(ErrorCode::kInvalid, certificate_path + " is not for signing sessions");
  json::object header;
  header["alg"] = "EdDSA";
  header["x5c"] = json::array{to_base64(der_of(certificate->get()))};
  auto state = std::make_unique<State>();
  state->key = std::move(*key);
  state->header = to_base64url(json::serialize(header));
  state->ends_at = end_of(**certificate);
  if (state->header.size() + kTokenTailMax > kSessionTokenSizeMax)
    return fail(ErrorCode::kInvalid, certificate_path + " is too large to be in a cookie");
  return SessionSigner(std::move(state));
}

std::int64_t SessionSigner::ends_at() const {
  return state_->ends_at;
}

std::string SessionSigner::issue(const Session& session) const {
  json::object payload;
  payload["sub"] = session.customer_id;
  payload["cart"] = session.cart_id;
  payload["iat"] = session.issued_at;
  payload["exp"] = session.expires_at;
  std::string token = state_->header + '.' + to_base64url(json::serialize(payload));
  token += '.' + to_base64url(sign(state_->key.get(), token));
  PERPETUA_ASSERT(token.size() <= kSessionTokenSizeMax, "a token fits into a cookie");
  return token;
}

struct SessionVerifier::State {
  X509StorePtr authorities;
  std::unordered_map<std::string, X509Ptr> verified;  // by header segment

  X509* trusted(std::string_view header_segment, std::int64_t now_s);
  bool chains_to_authority(X509* certificate, std::int64_t now_s) const;
};

bool SessionVerifier::State::chains_to_authority(X509* certificate, std::int64_t now_s) const {
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), authorities.get(), certificate, nullptr) != 1)
    return false;
  X509_STORE_CTX_set_time(context.get(), 0, static_cast<std::time_t>(now_s));
  return X509_verify_cert(context.get()) == 1;
}

X509* SessionVerifier::State::trusted(std::string_view header_segment, std::int64_t now_s) {
  const std::string segment(header_segment);
  if (const auto known = verified.find(segment); known != verified.end())
    return is_valid_at(*known->second, now_s) ? known->second.get() : nullptr;
  X509Ptr certificate = certificate_in(header_segment);
  if (!certificate || !is_for_sessions(certificate.get()) ||
      !chains_to_authority(certificate.get(), now_s))
    return nullptr;
  // base64 and JSON leave room for many spellings of one certificate: starting over when full keeps
  // the bound without an order of use.
  if (verified.size() >= kCertificatesKept) verified.clear();
  return verified.emplace(segment, std::move(certificate)).first->second.get();
}

SessionVerifier::SessionVerifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
SessionVerifier::SessionVerifier(SessionVerifier&&) noexcept = default;
SessionVerifier& SessionVerifier::operator=(SessionVerifier&&) noexcept = default;
SessionVerifier::~SessionVerifier() = default;

Result<SessionVerifier> SessionVerifier::open(const std::string& ca_path) {
  auto authorities = read_authorities(ca_path);
  if (!authorities) return std::unexpected(authorities.error());
  auto state = std::make_unique<State>();
  state->authorities = std::move(*authorities);
  return SessionVerifier(std::move(state));
}

std::optional<Session> SessionVerifier::verify(std::string_view token, std::int64_t now_s) {
  if (token.size() > kSessionTokenSizeMax) return std::nullopt;
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto signature = from_base64url(token.substr(second + 1));
  if (!signature || signature->size() != kSignatureSize) return std::nullopt;
  X509* certificate = state_->trusted(token.substr(0, first), now_s);
  if (certificate == nullptr) return std::nullopt;
  if (!signature_holds(X509_get0_pubkey(certificate), token.substr(0, second), *signature))
    return std::nullopt;
  auto session = session_in(token.substr(first + 1, second - first - 1));
  if (!session || session->expires_at <= now_s || session->issued_at > now_s + kSkewSeconds)
    return std::nullopt;
  return session;
}

}  // namespace perpetua::http
