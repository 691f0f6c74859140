#pragma once
// Files that targets start from: the formats' golden files, and kept inputs.

#include <filesystem>
#include <string>
#include <vector>

namespace perpetua::fuzz {

/// Of the source tree, for paths such as "src/store/golden/row.hex".
[[nodiscard]] std::filesystem::path source_path(std::string_view relative);

/// Asserts that it can be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
/// A golden file's bytes: hexadecimal digits in lines.
[[nodiscard]] std::string golden(std::string_view relative);
/// The files of a folder, by name; none when there is no such folder.
[[nodiscard]] std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder);

}  // namespace perpetua::fuzz
