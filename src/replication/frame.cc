#include "replication/frame.h"

#include <zstd.h>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"

namespace perpetua::replication {
namespace {

constexpr std::uint8_t kCompressed = 1;
constexpr int kCompressionLevel = 1;
constexpr std::size_t kCheckedHeaderSize = 8;  // what comes before the checksum

/// Empty when it would not be shorter.
std::string compress(std::string_view payload) {
  if (payload.size() < kCompressFrom) return {};
  // Room for less than the payload: what does not shrink fails, and goes as it is.
  std::string out(payload.size() - 1, '\0');
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), payload.data(), payload.size(), kCompressionLevel);
  if (ZSTD_isError(size) != 0) return {};
  out.resize(size);
  return out;
}

Result<std::string> decompress(std::string_view packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
    return fail(ErrorCode::kCorrupt, "a compressed frame does not say its size");
  if (size > kPayloadSizeMax)
    return fail(ErrorCode::kCorrupt,
                "a compressed frame would unpack to " + std::to_string(size) + " bytes");
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size())
    return fail(ErrorCode::kCorrupt, "a compressed frame has bytes after its end");
  std::string out(static_cast<std::size_t>(size), '\0');
  if (ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size()) != size)
    return fail(ErrorCode::kCorrupt, "a compressed frame does not unpack");
  return out;
}

}  // namespace

std::string encode_frame(FrameType type, std::string_view payload) {
  PERPETUA_ASSERT(payload.size() <= kPayloadSizeMax, "the sender bounds what it puts into a frame");
  const std::string packed = compress(payload);
  const std::string_view body = packed.empty() ? payload : packed;
  Encoder out;
  out.u32(static_cast<std::uint32_t>(body.size()));
  out.u8(kFrameVersion);
  out.u8(static_cast<std::uint8_t>(type));
  out.u8(packed.empty() ? 0 : kCompressed);
  out.u8(0);
  out.u32(crc32c(out.bytes(), body));
  out.raw(body);
  return std::move(out).take();
}

Result<std::optional<Frame>> FrameReader::next() {
  const auto refuse = [this](std::string why) {
    failed_ = true;
    return fail(ErrorCode::kCorrupt, std::move(why));
  };
  if (failed_) return refuse("the stream was unreadable before");
  const std::string_view left = std::string_view(buffer_).substr(used_);
  const auto wait = [this]() -> std::optional<Frame> {
    buffer_.erase(0, std::exchange(used_, 0));
    return std::nullopt;
  };
  if (left.size() < kFrameHeaderSize) return wait();

  Decoder header(left.substr(0, kFrameHeaderSize));
  const std::size_t size = header.u32();
  const std::uint8_t version = header.u8();
  const std::uint8_t type = header.u8();
  const std::uint8_t flags = header.u8();
  const std::uint8_t reserved = header.u8();
  const std::uint32_t expected = header.u32();
  if (version != kFrameVersion)
    return refuse("frames of version " + std::to_string(version) + " are not known");
  if (type < static_cast<std::uint8_t>(FrameType::kHello) ||
      type > static_cast<std::uint8_t>(FrameType::kGoodbye))
    return refuse("frame type " + std::to_string(type) + " is not known");
  if ((flags & ~kCompressed) != 0 || reserved != 0)
    return refuse("a frame has flags that are not known");
  if (size > kPayloadSizeMax)
    return refuse("a frame of " + std::to_string(size) + " bytes is too long");
  if (left.size() < kFrameHeaderSize + size) return wait();

  const std::string_view body = left.substr(kFrameHeaderSize, size);
  if (crc32c(left.substr(0, kCheckedHeaderSize), body) != expected)
    return refuse("a frame's checksum is wrong");
  Frame frame{static_cast<FrameType>(type), {}};
  if ((flags & kCompressed) != 0) {
    auto unpacked = decompress(body);
    if (!unpacked) return refuse(unpacked.error().message);
    frame.payload = *std::move(unpacked);
  } else {
    frame.payload = body;
  }
  used_ += kFrameHeaderSize + size;
  return frame;
}

}  // namespace perpetua::replication
