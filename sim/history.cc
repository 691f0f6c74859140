#include "sim/history.h"

namespace perpetua::sim {

// FNV-1a (RFC draft-eastlake-fnv), with a rotation so that high bits count as well.
void History::number(std::uint64_t number) {
  hash_ = (hash_ ^ number) * 0x100000001b3ULL;
  hash_ ^= hash_ >> 31;
}

void History::bytes(std::string_view bytes) {
  number(bytes.size());
  for (const char c : bytes) hash_ = (hash_ ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
}

void History::line(Micros at, std::size_t region, std::string_view what,
                   const std::function<std::string()>& text, bool is_fault) {
  number(static_cast<std::uint64_t>(at));
  number(region);
  bytes(what);
  if (!keeps_lines_) return;
  std::string said = text ? text() : std::string();
  lines_.push_back(
      {at, region, said.empty() ? std::string(what) : std::string(what) + " " + said, is_fault});
}

}  // namespace perpetua::sim
