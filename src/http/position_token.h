#pragma once
// The position promise (design section 5): what a session has seen, authenticated, so that nobody
// can make a region wait for positions that never were.
//
//   base64url( key id, 1 byte | encoded position | HMAC-SHA256 over all before, 32 bytes )

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/writer.h"

namespace perpetua::http {

inline constexpr std::size_t kPositionTokenSizeMax = 3072;  // a cookie holds 4 KiB with its name
/// So many fit into a token, however long their regions' names.
inline constexpr std::size_t kPositionWritersMax = 46;

/// A secret of the project, the same in every region. Not thread-safe.
class PositionTokens {
 public:
  struct Key {
    std::uint8_t id = 0;
    std::string secret;  // 32 bytes
  };

  /// The first key signs, all verify.
  explicit PositionTokens(std::vector<Key> keys);
  /// A file with a line for each key: its id as two hexadecimal digits, a blank, the secret as 64.
  /// kInvalid, naming the file and line.
  [[nodiscard]] static Result<PositionTokens> open(const std::string& path);

  /// Nothing when it would exceed kPositionTokenSizeMax: a promise that cannot be carried is not
  /// made.
  [[nodiscard]] std::optional<std::string> issue(const Position& position) const;
  /// Nothing when it is not one of ours.
  [[nodiscard]] std::optional<Position> verify(std::string_view token) const;

 private:
  std::vector<Key> keys_;
};

}  // namespace perpetua::http
