#pragma once
// What takes bytes from outside, as targets of a fuzzer (docs/fuzzing.md): main.cc gives them what
// libFuzzer makes up, fuzz_test.cc the corpora, and the seeds changed at random.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perpetua::fuzz {

struct Target {
  std::string_view name;
  /// Takes any bytes. Aborts when a promise is broken.
  void (*run)(std::string_view input);
  /// Inputs that get far, for a fuzzer to start from.
  std::vector<std::string> (*seeds)();
  /// Random changes that the short run tries: what takes longer is tried less often.
  int mutations = 10'000;
};

// By what they read: one function for each file of targets.
[[nodiscard]] std::span<const Target> replication_targets();
[[nodiscard]] std::span<const Target> session_targets();
[[nodiscard]] std::span<const Target> mirror_targets();
[[nodiscard]] std::span<const Target> store_targets();
[[nodiscard]] std::span<const Target> row_targets();
[[nodiscard]] std::span<const Target> http_targets();
[[nodiscard]] std::span<const Target> json_targets();
[[nodiscard]] std::span<const Target> token_targets();
[[nodiscard]] std::span<const Target> api_targets();

/// All of the above.
[[nodiscard]] const std::vector<Target>& all_targets();
/// Null when there is none of that name.
[[nodiscard]] const Target* find_target(std::string_view name);

}  // namespace perpetua::fuzz
