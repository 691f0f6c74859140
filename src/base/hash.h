#pragma once
// BLAKE2b-256 (RFC 7693), by libsodium; and a checksum.

#include <cstdint>
#include <string>
#include <string_view>

namespace perpetua {

inline constexpr std::size_t kHashSize = 32;

/// 32 raw bytes.
[[nodiscard]] std::string hash(std::string_view bytes);

/// hash(a || b): one link of a hash chain, without copying either.
[[nodiscard]] std::string hash(std::string_view a, std::string_view b);

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of a || b: finds damage, not malice.
[[nodiscard]] std::uint32_t crc32c(std::string_view a, std::string_view b);

/// Compares in time that depends on the lengths alone.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace perpetua
