#include "sim/timeline.h"

#include <algorithm>
#include <cstdio>

namespace perpetua::sim {
namespace {

constexpr std::size_t kWidth = 44;

std::string time_text(Micros at) {
  char text[32];
  std::snprintf(text, sizeof text, "%9.4f s", static_cast<double>(at) / kSecond);
  return text;
}

/// In pieces that fit into a column.
std::vector<std::string> wrap(const std::string& text) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = std::min(kWidth - 2, text.size() - at);
    if (at + size < text.size())
      if (const std::size_t blank = text.rfind(' ', at + size);
          blank != std::string::npos && blank > at + kWidth / 2)
        size = blank - at;
    pieces.push_back(text.substr(at, size));
    at += size;
    while (at < text.size() && text[at] == ' ') ++at;
  }
  return pieces;
}

std::string column(std::string text) {
  text.resize(kWidth, ' ');
  return text;
}

}  // namespace

std::string timeline(const Finished& finished, std::size_t lines_max) {
  const std::vector<std::string> names = finished.plan.region_names();
  std::string out = column("").substr(0, 13);
  for (const std::string& name : names) out += column("region " + name);
  out += "\n";
  const std::size_t size = finished.lines.size();
  const std::size_t from = size > lines_max ? size - lines_max : 0;
  bool has_gap = false;
  for (std::size_t i = 0; i < size; ++i) {
    const Line& line = finished.lines[i];
    if (i < from && !line.is_fault) {
      has_gap = true;
      continue;
    }
    if (std::exchange(has_gap, false)) out += "          ...\n";
    if (line.region == kWorld) {
      out += time_text(line.at) + "  == " + line.text + "\n";
      continue;
    }
    bool is_first = true;
    for (const std::string& piece : wrap(line.text)) {
      out += is_first ? time_text(line.at) + "  " : column("").substr(0, 13);
      for (std::size_t region = 0; region < names.size(); ++region)
        out += column(region == line.region ? (is_first ? "* " : "  ") + piece : ".");
      while (out.ends_with(' ')) out.pop_back();
      out += "\n";
      is_first = false;
    }
  }
  return out;
}

}  // namespace perpetua::sim
