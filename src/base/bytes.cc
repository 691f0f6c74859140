#include "base/bytes.h"

#include <sodium.h>

namespace perpetua {

std::uint64_t Decoder::integer(std::size_t width) {
  std::uint64_t v = 0;
  for (const char c : raw(width)) v = (v << 8) | static_cast<std::uint8_t>(c);
  return v;
}

std::string_view Decoder::raw(std::size_t size) {
  if (!ok_ || size > in_.size()) {
    ok_ = false;
    return {};
  }
  const std::string_view head = in_.substr(0, size);
  in_.remove_prefix(size);
  return head;
}

std::uint32_t Decoder::count(std::size_t element_size) {
  const std::uint32_t n = u32();
  if (element_size != 0 && n > in_.size() / element_size) ok_ = false;
  return ok_ ? n : 0;
}

Result<void> Decoder::finish(std::string_view what) const {
  if (!ok_) return fail(ErrorCode::kCorrupt, std::string(what) + ": ends too early");
  if (!in_.empty())
    return fail(ErrorCode::kCorrupt,
                std::string(what) + ": " + std::to_string(in_.size()) + " bytes too many");
  return {};
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto b = static_cast<std::uint8_t>(c);
    out.push_back(kDigits[b >> 4]);
    out.push_back(kDigits[b & 15]);
  }
  return out;
}

Result<std::string> from_hex(std::string_view hex) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  if (hex.size() % 2 != 0) return fail(ErrorCode::kInvalid, "hexadecimal text of odd length");
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return fail(ErrorCode::kInvalid, "not a lower-case hexadecimal digit");
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string to_base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kVariant);
  out.pop_back();  // the terminating zero that libsodium counts
  return out;
}

Result<std::string> from_base64url(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                        text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return fail(ErrorCode::kInvalid, "not base64url without padding");
  out.resize(size);
  return out;
}

}  // namespace perpetua
