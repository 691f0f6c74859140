// Tokens that come back from a client: a verifier accepts only what was issued
// (docs/formats/tokens.md). Changed tokens are refused for their signatures, so payloads come
// signed as well, which tests what is behind a signature.

#include <sodium.h>

#include "base/assert.h"
#include "base/bytes.h"
#include "fuzz/files.h"
#include "fuzz/target.h"
#include "http/position_token.h"
#include "http/region_testing.h"
#include "http/session_token.h"

namespace perpetua::fuzz {
namespace {

using namespace http;

// --- positions: the first byte says whether the rest is a token, or what is in a signed one ---

const std::string kSecret(32, 'k');
const std::string kOldSecret(32, 'o');

std::string sign_position(std::string_view bytes) {
  std::string tag(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256(reinterpret_cast<unsigned char*>(tag.data()),
                         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                         reinterpret_cast<const unsigned char*>(kSecret.data()));
  return to_base64url(std::string(bytes) + tag);
}

void run_position(std::string_view input) {
  if (input.empty()) return;
  static const PositionTokens now({{1, kSecret}, {2, kOldSecret}});
  static const PositionTokens before({{2, kOldSecret}});
  const bool is_signed = input.front() == 's';
  input.remove_prefix(1);
  const std::string token = is_signed ? sign_position(input) : std::string(input);
  const auto position = now.verify(token);
  if (!position) return;
  PERPETUA_ASSERT(token.size() <= kPositionTokenSizeMax, "a token is bounded");
  PERPETUA_ASSERT(now.issue(*position) == token || before.issue(*position) == token,
                  "only what was issued is accepted");
}

std::vector<std::string> position_seeds() {
  const Position position{{{"ap-southeast-1", 1}, 4}, {{"eu-west-1", 2}, 1'000'000}};
  Encoder bytes;
  bytes.u8(1);
  encode(bytes, position);
  return {'t' + PositionTokens({{1, kSecret}}).issue(position).value(),
          't' + PositionTokens({{2, kOldSecret}}).issue(position).value(),
          't' + PositionTokens({{1, kSecret}}).issue({}).value(), 's' + bytes.bytes()};
}

// --- sessions, by the first byte: a token as it is; a payload, signed; a header, with a signed
// payload; or a change of an issued token: u16 where, and the bytes that come there ---

constexpr std::int64_t kNow = 1'800'000'000;

Session guest() {
  return {"cu_" + std::string(32, 'a'), "ca_" + std::string(32, '0'), kNow, kNow + kSessionSeconds};
}

/// The keys are new in each process, so no input has their signatures: that is as it should be.
struct Sessions {
  SessionFiles files;
  KeyPtr key = *read_private_key(files.folder / "session.key");
  SessionSigner signer =
      *SessionSigner::open(files.folder / "session.key", files.folder / "session.pem");
  SessionVerifier verifier = *SessionVerifier::open(files.folder / "ca.pem");
  std::string issued = signer.issue(guest());

  std::string sign(std::string_view header, std::string_view payload) const {
    const std::string message = std::string(header) + '.' + to_base64url(payload);
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key.get());
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(message.data()), message.size());
    EVP_MD_CTX_free(context);
    return message + '.' + to_base64url(signature);
  }
};

void check_session(const std::optional<Session>& session) {
  if (!session) return;
  PERPETUA_ASSERT(
      is_random_id("cu_", session->customer_id) && is_random_id("ca_", session->cart_id),
      "a session's ids are of their form");
  PERPETUA_ASSERT(session->expires_at > kNow && session->issued_at <= kNow + 300,
                  "a session is of now");
}

constexpr std::string_view kPayload =
    R"({"sub":"cu_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","cart":"ca_00000000000000000000000000000000",)"
    R"("iat":1800000000,"exp":1802592000})";

void run_session_token(std::string_view input) {
  static Sessions sessions;
  if (input.empty()) return;
  const char kind = input.front();
  input.remove_prefix(1);
  const std::string& issued = sessions.issued;
  const std::string header = issued.substr(0, issued.find('.'));
  if (kind == 't') {
    PERPETUA_ASSERT(!sessions.verifier.verify(input, kNow), "a stranger's token is refused");
  } else if (kind == 'p') {
    check_session(sessions.verifier.verify(sessions.sign(header, input), kNow));
  } else if (kind == 'h') {
    PERPETUA_ASSERT(!sessions.verifier.verify(sessions.sign(to_base64url(input), kPayload), kNow),
                    "a header without a certificate of ours is refused");
  } else if (input.size() > 2) {
    std::string token = issued;
    Decoder in(input);
    const std::size_t at = in.u16() % token.size();
    const std::string_view bytes = in.raw(in.left());
    token.replace(at, std::min(bytes.size(), token.size() - at), bytes);
    PERPETUA_ASSERT(token == issued || !sessions.verifier.verify(token, kNow),
                    "a changed token is refused");
  }
}

std::vector<std::string> session_token_seeds() {
  std::string golden = read_file(source_path("src/http/golden/session_token.txt"));
  const std::string header = from_base64url(golden.substr(0, golden.find('.'))).value();
  return {'t' + golden, 't' + std::string("a.b.c"),    'p' + std::string(kPayload),
          'h' + header, std::string("c\x04\x00=x", 5), std::string("c\x00\x03.", 4)};
}

constexpr Target kTargets[] = {
    {"position_token", run_position, position_seeds},
    {"session_token", run_session_token, session_token_seeds, 2000},
};

}  // namespace

std::span<const Target> token_targets() {
  return kTargets;
}

}  // namespace perpetua::fuzz
