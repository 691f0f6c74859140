#include "base/hash.h"

#include <sodium.h>

#include <boost/crc.hpp>
#include <cstring>

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

namespace perpetua {
namespace {
const unsigned char* data(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

#ifdef __x86_64__
/// By the instruction for it, eight bytes at a time: every row that is read is checked.
[[gnu::target("sse4.2")]] std::uint32_t add_to_crc(std::uint32_t crc, std::string_view bytes) {
  std::uint64_t sum = crc;
  for (; bytes.size() >= sizeof sum; bytes.remove_prefix(sizeof sum)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    sum = _mm_crc32_u64(sum, word);
  }
  auto rest = static_cast<std::uint32_t>(sum);
  for (const char c : bytes) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(c));
  return rest;
}
#endif

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
#ifdef __x86_64__
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return ~add_to_crc(add_to_crc(0xFFFFFFFF, a), b);
#endif
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(a.data(), a.size());
  crc.process_bytes(b.data(), b.size());
  return static_cast<std::uint32_t>(crc.checksum());
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace perpetua
