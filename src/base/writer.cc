#include "base/writer.h"

#include <charconv>

namespace perpetua {

std::string Writer::text() const {
  return region + "#" + std::to_string(incarnation);
}

Result<Writer> Writer::parse(std::string_view text) {
  const std::size_t mark = text.find('#');
  const std::string bad = "'" + std::string(text.substr(0, 64)) + "' is not a writer (REGION#N)";
  if (mark == std::string_view::npos || mark == 0 || mark > 32)
    return fail(ErrorCode::kInvalid, bad);
  Writer writer{std::string(text.substr(0, mark)), 0};
  for (const char c : writer.region)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
      return fail(ErrorCode::kInvalid, bad);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + mark + 1, end, writer.incarnation);
  // One form alone: from_chars takes leading zeros.
  if (error != std::errc{} || stop != end || writer.text() != text)
    return fail(ErrorCode::kInvalid, bad);
  return writer;
}

void encode(Encoder& out, const Writer& writer) {
  out.str(writer.region);
  out.u32(writer.incarnation);
}

Writer decode_writer(Decoder& in) {
  Writer writer;
  writer.region = in.str();
  writer.incarnation = in.u32();
  return writer;
}

Position join(const Position& a, const Position& b) {
  Position out = a;
  for (const auto& [writer, n] : b) {
    std::uint64_t& mine = out[writer];
    mine = std::max(mine, n);
  }
  return out;
}

bool covers(const Position& a, const Position& b) {
  for (const auto& [writer, n] : b) {
    const auto found = a.find(writer);
    if (n > 0 && (found == a.end() || found->second < n)) return false;
  }
  return true;
}

void encode(Encoder& out, const Position& position) {
  out.u32(static_cast<std::uint32_t>(position.size()));
  for (const auto& [writer, n] : position) {
    encode(out, writer);
    out.u64(n);
  }
}

Position decode_position(Decoder& in) {
  Position position;
  const std::uint32_t size = in.count(16);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    Writer writer = decode_writer(in);
    if (!position.empty() && !(position.rbegin()->first < writer)) in.set_failed();
    position.emplace_hint(position.end(), std::move(writer), in.u64());
  }
  return position;
}

}  // namespace perpetua
