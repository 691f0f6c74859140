#pragma once
// The byte-level vocabulary of every format that goes to a disk or a wire (docs/formats/):
// big-endian integers, and strings prefixed by their length. Big-endian, so that encoded keys sort
// as the numbers do.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace perpetua {

/// Appends to a string that it owns. Never fails.
class Encoder {
 public:
  void u8(std::uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u16(std::uint16_t v) { integer(v, 2); }
  void u32(std::uint32_t v) { integer(v, 4); }
  void u64(std::uint64_t v) { integer(v, 8); }
  void i64(std::int64_t v) { u64(static_cast<std::uint64_t>(v)); }
  /// The bytes as they are, with no length before them.
  void raw(std::string_view bytes) { out_.append(bytes); }
  /// u32 length, then the bytes.
  void str(std::string_view bytes) {
    u32(static_cast<std::uint32_t>(bytes.size()));
    out_.append(bytes);
  }

  [[nodiscard]] const std::string& bytes() const { return out_; }
  [[nodiscard]] std::string take() && { return std::move(out_); }
  [[nodiscard]] std::size_t size() const { return out_.size(); }

 private:
  void integer(std::uint64_t v, int width) {
    for (int shift = (width - 1) * 8; shift >= 0; shift -= 8)
      out_.push_back(static_cast<char>(static_cast<std::uint8_t>(v >> shift)));
  }
  std::string out_;
};

/// Reads what Encoder wrote. A read past the end returns zero or empty and makes the decoder fail
/// from then on, so that a caller checks once, at the end, with finish(). Views point into the
/// input, which must outlive them.
class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
  std::uint64_t u64() { return integer(8); }
  std::int64_t i64() { return static_cast<std::int64_t>(integer(8)); }
  std::string_view raw(std::size_t size);
  std::string_view str() { return raw(u32()); }

  /// How many elements may follow, each at least `element_size` bytes: a count read from a stranger
  /// is never trusted with an allocation beyond the bytes that came with it.
  std::uint32_t count(std::size_t element_size);

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t left() const { return in_.size(); }
  /// kCorrupt, naming `what`, unless all reads succeeded and every byte was used.
  [[nodiscard]] Result<void> finish(std::string_view what) const;
  void set_failed() { ok_ = false; }

 private:
  std::uint64_t integer(std::size_t width);
  std::string_view in_;
  bool ok_ = true;
};

[[nodiscard]] std::string to_hex(std::string_view bytes);
/// kInvalid unless an even number of lower-case hexadecimal digits.
[[nodiscard]] Result<std::string> from_hex(std::string_view hex);

/// base64url without padding (RFC 4648 section 5).
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base64url(std::string_view text);

}  // namespace perpetua
