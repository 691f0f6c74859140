#include "fuzz/files.h"

#include <fstream>
#include <sstream>

#include "base/assert.h"
#include "base/bytes.h"

namespace perpetua::fuzz {

std::filesystem::path source_path(std::string_view relative) {
  return std::filesystem::path(PERPETUA_SOURCE_FOLDER) / relative;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  PERPETUA_ASSERT(file.is_open() && !file.bad(), path.c_str());
  return std::move(out).str();
}

std::string golden(std::string_view relative) {
  std::string digits = read_file(source_path(relative));
  std::erase(digits, '\n');
  const auto bytes = from_hex(digits);
  PERPETUA_ASSERT(bytes && !bytes->empty(), "a golden file is in hexadecimal");
  return *bytes;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);  // a folder has no order
  return files;
}

}  // namespace perpetua::fuzz
