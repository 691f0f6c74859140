// perpetua_fuzz TARGET [FILE...]: runs a target on each file, or on stdin, as fuzzers want it:
//
//   cmake -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Release -DPERPETUA_TESTS=OFF -DPERPETUA_FUZZ=ON
//     -DCMAKE_CXX_COMPILER=afl-g++
//   ninja -C build/fuzz perpetua_fuzz
//   build/fuzz/src/replication/perpetua_fuzz session --seeds seeds
//   afl-fuzz -i seeds -o found -- build/fuzz/src/replication/perpetua_fuzz session

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "replication/fuzz_targets.h"

namespace {

using perpetua::replication::FuzzTarget;

std::string read_all(std::istream& in) {
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

void write_seeds(const FuzzTarget& target, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const std::string& seed : target.seeds())
    std::ofstream(folder / std::to_string(number++), std::ios::binary) << seed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto targets = perpetua::replication::fuzz_targets();
  const auto target = arguments.empty()
                          ? targets.end()
                          : std::ranges::find(targets, arguments[0], &FuzzTarget::name);
  if (target == targets.end()) {
    std::cerr << "usage: perpetua_fuzz TARGET [FILE... | --seeds FOLDER]; targets:";
    for (const FuzzTarget& known : targets) std::cerr << ' ' << known.name;
    std::cerr << '\n';
    return 2;
  }
  if (arguments.size() == 3 && arguments[1] == "--seeds") {
    write_seeds(*target, arguments[2]);
    return 0;
  }
  if (arguments.size() == 1) target->run(read_all(std::cin));
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    if (!file) {
      std::cerr << arguments[i] << " cannot be read\n";
      return 1;
    }
    target->run(read_all(file));
  }
  return 0;
}
