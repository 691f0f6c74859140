#pragma once
// A writer: one incarnation of a region. Two writers never write the same row (design section 2).

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace perpetua {

/// `region` is `[a-z0-9-]{1,32}`; incarnations count from 1. Incarnation 0 is no writer: the region
/// is a newcomer that may hold others' histories and writes nothing of its own.
struct Writer {
  std::string region;
  std::uint32_t incarnation = 0;

  auto operator<=>(const Writer&) const = default;

  [[nodiscard]] bool may_write() const { return incarnation != 0; }
  /// `eu-west-1#1`
  [[nodiscard]] std::string text() const;
  /// kInvalid unless of the form that text() gives.
  [[nodiscard]] static Result<Writer> parse(std::string_view text);
};

/// str region, u32 incarnation.
void encode(Encoder& out, const Writer& writer);
[[nodiscard]] Writer decode_writer(Decoder& in);

/// A version vector: of each writer's log, the last entry reflected. Absent means 0: nothing yet.
using Position = std::map<Writer, std::uint64_t>;

/// The smallest position that reflects both.
[[nodiscard]] Position join(const Position& a, const Position& b);
/// Whether `a` reflects all that `b` does.
[[nodiscard]] bool covers(const Position& a, const Position& b);
void encode(Encoder& out, const Position& position);
/// Fails unless in order and each writer once, so that a position has one encoding.
[[nodiscard]] Position decode_position(Decoder& in);

}  // namespace perpetua
