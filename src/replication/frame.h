#pragma once
// Frames: how messages travel over a link's byte stream (docs/formats/replication.md). Each has a
// length, a version, a type, a checksum (CRC-32C), and a payload that may be compressed (zstd).
//
// Whatever comes over the wire is a stranger's: lengths are checked before anything is buffered or
// allocated for them, and what a frame may unpack to is bounded.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace perpetua::replication {

inline constexpr std::uint8_t kFrameVersion = 1;
inline constexpr std::size_t kFrameHeaderSize = 12;
/// Of a payload, on the wire as well as unpacked.
inline constexpr std::size_t kPayloadSizeMax = 5 * 1024 * 1024;
/// Smaller payloads are not worth the time to compress.
inline constexpr std::size_t kCompressFrom = 1024;

enum class FrameType : std::uint8_t {
  kHello = 1,
  kVerdict = 2,
  kWant = 3,
  kEntries = 4,
  kSnapshotBegin = 5,
  kSnapshotChunk = 6,
  kSnapshotEnd = 7,
  kCredit = 8,
  kAck = 9,
  kQuestion = 10,
  kAnswer = 11,
  kPing = 12,
  kGoodbye = 13,
};

struct Frame {
  FrameType type;
  std::string payload;  // unpacked
  bool operator==(const Frame&) const = default;
};

/// The payload has at most kPayloadSizeMax bytes. Compressed when that is shorter.
[[nodiscard]] std::string encode_frame(FrameType type, std::string_view payload);

/// Takes bytes as they come and gives the frames in them. After an error it gives nothing else.
class FrameReader {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }

  /// The next whole frame; nothing when more bytes are needed. kCorrupt: the stream cannot be read
  /// any further.
  [[nodiscard]] Result<std::optional<Frame>> next();

 private:
  std::string buffer_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

}  // namespace perpetua::replication
