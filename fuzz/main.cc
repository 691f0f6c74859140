// perpetua_fuzz --list
// perpetua_fuzz TARGET --seeds FOLDER     writes what the target starts from
// perpetua_fuzz TARGET [FILE...]          runs it once on each file: replays a finding
// perpetua_fuzz TARGET [-option=value...] [FOLDER...]   fuzzes: libFuzzer's own command line
//
// ./perpetua fuzz builds it and runs all targets (docs/fuzzing.md).

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "fuzz/target.h"

extern "C" int LLVMFuzzerRunDriver(int* argc, char*** argv,
                                   int (*run)(const std::uint8_t* data, std::size_t size));

namespace {

using perpetua::fuzz::Target;

// libFuzzer starts its own program again, with its options alone, to merge and to minimise.
constexpr const char* kInherited = "PERPETUA_FUZZ_TARGET";

const Target* chosen = nullptr;

int run(const std::uint8_t* data, std::size_t size) {
  // Of the very size, so that a read past the end is one past an allocation.
  const std::vector<char> input(data, data + size);
  chosen->run({input.data(), input.size()});
  return 0;
}

void write_seeds(const Target& target, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const std::string& seed : target.seeds())
    std::ofstream(folder / ("seed-" + std::to_string(number++)), std::ios::binary) << seed;
}

int usage() {
  std::cerr << "usage: perpetua_fuzz TARGET [FILE... | --seeds FOLDER | libFuzzer's options]; "
               "'perpetua_fuzz --list' lists the targets\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.size() == 1 && arguments[0] == "--list") {
    for (const Target& target : perpetua::fuzz::all_targets()) std::cout << target.name << '\n';
    return 0;
  }
  if (const char* inherited = std::getenv(kInherited)) {
    chosen = perpetua::fuzz::find_target(inherited);
  } else if (!arguments.empty()) {
    chosen = perpetua::fuzz::find_target(arguments[0]);
    setenv(kInherited, std::string(arguments[0]).c_str(), 1);
    argv[1] = argv[0];
    ++argv;
    --argc;
  }
  if (chosen == nullptr) return usage();
  if (arguments.size() == 3 && arguments[1] == "--seeds") {
    write_seeds(*chosen, arguments[2]);
    return 0;
  }
  return LLVMFuzzerRunDriver(&argc, &argv, run);
}
