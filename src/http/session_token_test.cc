#include "http/session_token.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "http/position_token.h"
#include "http/testing.h"

namespace perpetua::http {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

Session guest() {
  return {"cu_" + std::string(32, 'a'), "ca_" + std::string(32, '0'), kNow, kNow + kSessionSeconds};
}

class SessionTokenTest : public ::testing::Test {
 protected:
  SessionTokenTest() : authority_(folder_), other_(folder_, "other-ca") {}

  SessionSigner signer(const TestAuthority& authority, TestAuthority::Leaf leaf) {
    authority.issue("session", leaf);
    auto signer = SessionSigner::open(folder_ / "session.key", folder_ / "session.pem");
    EXPECT_TRUE(signer) << signer.error().message;
    return std::move(*signer);
  }
  SessionVerifier verifier() { return std::move(*SessionVerifier::open(folder_ / "ca.pem")); }

  static TestAuthority::Leaf leaf() {
    TestAuthority::Leaf leaf;
    leaf.dns_name = "eu-west-1.session.perpetua.test";
    leaf.is_ed25519 = true;
    return leaf;
  }

  TemporaryFolder folder_;
  TestAuthority authority_;
  TestAuthority other_;
};

TEST_F(SessionTokenTest, AnyRegionVerifiesWhatOneIssued) {
  const std::string token = signer(authority_, leaf()).issue(guest());
  SessionVerifier verifier = this->verifier();
  EXPECT_EQ(verifier.verify(token, kNow), guest());
  EXPECT_EQ(verifier.verify(token, kNow), guest());  // with the certificate known by now
}

TEST_F(SessionTokenTest, RefusesEveryTamperedCharacter) {
  const std::string token = signer(authority_, leaf()).issue(guest());
  SessionVerifier verifier = this->verifier();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string tampered = token;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    if (tampered == token) continue;
    EXPECT_EQ(verifier.verify(tampered, kNow), std::nullopt) << i;
  }
}

TEST_F(SessionTokenTest, RefusesWhatIsNoToken) {
  const std::string token = signer(authority_, leaf()).issue(guest());
  SessionVerifier verifier = this->verifier();
  const std::string payload = token.substr(token.find('.') + 1);
  const std::string none = to_base64url(R"({"alg":"none"})") + "." + payload;
  for (const std::string& bad :
       {std::string(), std::string(".."), std::string("a.b.c"), none,
        none.substr(0, none.rfind('.') + 1), token + ".", token.substr(0, token.rfind('.')),
        std::string(100'000, 'a'), std::string(1000, '.')})
    EXPECT_EQ(verifier.verify(bad, kNow), std::nullopt) << bad.substr(0, 80);
}

TEST_F(SessionTokenTest, RefusesAnotherAuthoritysCertificate) {
  const std::string token = signer(other_, leaf()).issue(guest());
  EXPECT_EQ(verifier().verify(token, kNow), std::nullopt);
}

TEST_F(SessionTokenTest, RefusesCertificatesMadeForSomethingElse) {
  authority_.issue("edge", {.dns_name = "dublin.edge.perpetua.test", .is_ed25519 = true});
  EXPECT_FALSE(SessionSigner::open(folder_ / "edge.key", folder_ / "edge.pem"));
  authority_.issue("deep", {.dns_name = "a.b.session.perpetua.test", .is_ed25519 = true});
  EXPECT_FALSE(SessionSigner::open(folder_ / "deep.key", folder_ / "deep.pem"));
  authority_.issue("ec", {.dns_name = leaf().dns_name, .is_ed25519 = false});
  EXPECT_FALSE(SessionSigner::open(folder_ / "ec.key", folder_ / "ec.pem"));
  auto no_signing = leaf();
  no_signing.may_sign = false;
  authority_.issue("agree", no_signing);
  EXPECT_FALSE(SessionSigner::open(folder_ / "agree.key", folder_ / "agree.pem"));
  authority_.issue("session", leaf());
  EXPECT_FALSE(SessionSigner::open(folder_ / "edge.key", folder_ / "session.pem"));
}

TEST_F(SessionTokenTest, RefusesACertificateOfAKindOfKeyThatNobodyKnows) {
  const std::string token = signer(authority_, leaf()).issue(guest());
  const auto certificate = read_certificate(folder_ / "session.pem").value();
  std::string der(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)), '\0');
  auto* at = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(certificate.get(), &at);
  const std::string ed25519("\x06\x03\x2b\x65\x70");  // its object identifier (RFC 8410)
  ASSERT_NE(der.find(ed25519), std::string::npos);
  der[der.find(ed25519) + 4] = '\x7f';
  std::string base64((der.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                  reinterpret_cast<const unsigned char*>(der.data()), static_cast<int>(der.size()));
  base64.pop_back();
  const std::string header = to_base64url(R"({"alg":"EdDSA","x5c":[")" + base64 + R"("]})");
  EXPECT_EQ(verifier().verify(header + token.substr(token.find('.')), kNow), std::nullopt);
}

TEST_F(SessionTokenTest, EndsWithItsTimesAndItsCertificates) {
  auto short_lived = leaf();
  short_lived.not_after = kNow + 100;
  const std::string token = signer(authority_, short_lived).issue(guest());
  SessionVerifier verifier = this->verifier();
  EXPECT_TRUE(verifier.verify(token, kNow));
  EXPECT_FALSE(verifier.verify(token, kNow + 101));  // known certificate, expired
  EXPECT_FALSE(this->verifier().verify(token, kNow + 101));

  const std::string old = signer(authority_, leaf()).issue(guest());
  EXPECT_TRUE(verifier.verify(old, kNow + kSessionSeconds - 1));
  EXPECT_FALSE(verifier.verify(old, kNow + kSessionSeconds));
  EXPECT_FALSE(verifier.verify(old, kNow - 301));  // from the future
}

TEST(PositionTokens, AreOursOrNothing) {
  const PositionTokens tokens({{2, std::string(32, 'b')}, {1, std::string(32, 'a')}});
  const PositionTokens former({{1, std::string(32, 'a')}});
  const PositionTokens stranger({{2, std::string(32, 'c')}});
  const Position position{{Writer{"eu-west-1", 1}, 17}, {Writer{"ap-southeast-1", 2}, 4}};
  const std::string token = tokens.issue(position).value();
  EXPECT_EQ(tokens.verify(token), position);
  EXPECT_EQ(tokens.verify(former.issue(position).value()), position);
  EXPECT_EQ(tokens.verify(stranger.issue(position).value()), std::nullopt);
  EXPECT_EQ(former.verify(token), std::nullopt);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string tampered = token;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    if (tampered == token) continue;
    EXPECT_EQ(tokens.verify(tampered), std::nullopt) << i;
  }
  EXPECT_EQ(tokens.verify(""), std::nullopt);
  EXPECT_EQ(tokens.verify(std::string(5000, 'A')), std::nullopt);

  Position large;
  for (std::uint32_t i = 0; i < 100; ++i) large[Writer{"eu-west-1", i}] = 1;
  EXPECT_EQ(tokens.issue(large), std::nullopt);
}

std::string golden(const std::string& name) {
  std::ifstream file(std::string(PERPETUA_GOLDEN_FOLDER) + "/" + name);
  std::string line;
  std::getline(file, line);
  EXPECT_TRUE(file) << name;
  return line;
}

// docs/formats/tokens.md; made by other software.
TEST(Golden, SessionToken) {
  SessionVerifier verifier =
      *SessionVerifier::open(std::string(PERPETUA_GOLDEN_FOLDER) + "/ca.pem");
  const Session session{"cu_abababababababababababababababab",
                        "ca_cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", 1'800'000'000, 1'802'592'000};
  EXPECT_EQ(verifier.verify(golden("session_token.txt"), kNow), session);
}

TEST(Golden, PositionToken) {
  std::string secret;
  for (char c = 0; c < 32; ++c) secret.push_back(c);
  const PositionTokens tokens({{7, secret}});
  const Position position{{Writer{"ap-southeast-1", 1}, 4}, {Writer{"eu-west-1", 2}, 1'000'000}};
  EXPECT_EQ(tokens.verify(golden("position_token.txt")), position);
  EXPECT_EQ(tokens.issue(position), golden("position_token.txt"));
}

TEST(PositionTokens, KeysComeFromAFile) {
  const TemporaryFolder folder;
  const std::string secret(64, 'a');
  folder.write("good", "0f " + secret + "\n02 " + secret + "\n");
  EXPECT_TRUE(PositionTokens::open(folder / "good"));
  for (const std::string& bad : {std::string(), std::string("\n"), std::string("0"), "0f" + secret,
                                 "0f " + secret + "a", "zz " + secret, std::string("0f ")}) {
    folder.write("bad", bad);
    EXPECT_FALSE(PositionTokens::open(folder / "bad")) << bad;
  }
  EXPECT_FALSE(PositionTokens::open(folder / "missing"));
}

}  // namespace
}  // namespace perpetua::http
