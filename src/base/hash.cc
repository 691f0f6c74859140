#include "base/hash.h"

#include <sodium.h>

#include <boost/crc.hpp>

namespace perpetua {
namespace {
const unsigned char* data(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
}  // namespace

std::string hash(std::string_view bytes) {
  return hash(bytes, {});
}

std::string hash(std::string_view a, std::string_view b) {
  std::string out(kHashSize, '\0');
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, kHashSize);
  crypto_generichash_update(&state, data(a), a.size());
  crypto_generichash_update(&state, data(b), b.size());
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(out.data()), kHashSize);
  return out;
}

std::uint32_t crc32c(std::string_view a, std::string_view b) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(a.data(), a.size());
  crc.process_bytes(b.data(), b.size());
  return static_cast<std::uint32_t>(crc.checksum());
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace perpetua
