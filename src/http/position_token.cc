#include "http/position_token.h"

#include <sodium.h>

#include <fstream>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace perpetua::http {
namespace {

constexpr std::size_t kTagSize = crypto_auth_hmacsha256_BYTES;
constexpr std::size_t kSecretSize = crypto_auth_hmacsha256_KEYBYTES;
constexpr std::size_t kWriterSizeMax = 4 + 32 + 4 + 8;  // name, incarnation, entry
static_assert((1 + 4 + kPositionWritersMax * kWriterSizeMax + kTagSize + 2) / 3 * 4 <=
              kPositionTokenSizeMax);

std::string tag_of(std::string_view bytes, std::string_view secret) {
  std::string tag(kTagSize, '\0');
  crypto_auth_hmacsha256(reinterpret_cast<unsigned char*>(tag.data()),
                         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                         reinterpret_cast<const unsigned char*>(secret.data()));
  return tag;
}

}  // namespace

PositionTokens::PositionTokens(std::vector<Key> keys) : keys_(std::move(keys)) {
  PERPETUA_ASSERT(!keys_.empty(), "positions are signed with a key");
  for (const Key& key : keys_)
    PERPETUA_ASSERT(key.secret.size() == kSecretSize, "a position's key has 32 bytes");
}

Result<PositionTokens> PositionTokens::open(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kInvalid, path + ": cannot be read");
  std::vector<Key> keys;
  for (std::string line; std::getline(file, line);) {
    const auto id = from_hex(std::string_view(line).substr(0, 2));
    const auto secret = line.size() > 3 ? from_hex(std::string_view(line).substr(3)) : id;
    if (!id || !secret || id->size() != 1 || line[2] != ' ' || secret->size() != kSecretSize)
      return fail(ErrorCode::kInvalid, path + ": line " + std::to_string(keys.size() + 1) +
                                           " must be a key's id and secret in hexadecimal");
    keys.push_back({static_cast<std::uint8_t>(id->front()), *secret});
  }
  if (keys.empty()) return fail(ErrorCode::kInvalid, path + ": holds no key");
  return PositionTokens(std::move(keys));
}

std::optional<std::string> PositionTokens::issue(const Position& position) const {
  Encoder out;
  out.u8(keys_.front().id);
  encode(out, position);
  out.raw(tag_of(out.bytes(), keys_.front().secret));
  std::string token = to_base64url(out.bytes());
  if (token.size() > kPositionTokenSizeMax) return std::nullopt;
  return token;
}

std::optional<Position> PositionTokens::verify(std::string_view token) const {
  if (token.size() > kPositionTokenSizeMax) return std::nullopt;
  const auto bytes = from_base64url(token);
  if (!bytes || bytes->size() < 1 + kTagSize) return std::nullopt;
  const std::string_view signed_part(bytes->data(), bytes->size() - kTagSize);
  const std::string_view tag = std::string_view(*bytes).substr(signed_part.size());
  for (const Key& key : keys_) {
    if (key.id != static_cast<std::uint8_t>(signed_part.front())) continue;
    if (!equal_constant_time(tag, tag_of(signed_part, key.secret))) continue;
    Decoder in(signed_part.substr(1));
    Position position = decode_position(in);
    if (in.finish("position token")) return position;
  }
  return std::nullopt;
}

}  // namespace perpetua::http
