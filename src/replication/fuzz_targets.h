#pragma once
// What takes bytes from another region, as targets of a fuzzer: fuzz_main.cc gives them what AFL++
// makes up, fuzz_test.cc changes the seeds at random.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perpetua::replication {

struct FuzzTarget {
  std::string_view name;
  /// Takes any bytes. Aborts when a promise is broken.
  void (*run)(std::string_view input);
  /// Inputs that get far, for a fuzzer to start from.
  std::vector<std::string> (*seeds)();
};

[[nodiscard]] std::span<const FuzzTarget> fuzz_targets();

}  // namespace perpetua::replication
