#include "base/hash.h"

#include <sodium.h>

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

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace perpetua
