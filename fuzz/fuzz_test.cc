// The short run of every target, without a fuzzer: its kept inputs and seeds, as they are and
// changed at random. A failure aborts; the random numbers are the same each time.

#include <gtest/gtest.h>

#include <random>

#include "fuzz/files.h"
#include "fuzz/target.h"

namespace perpetua::fuzz {
namespace {

class Fuzz : public ::testing::TestWithParam<Target> {};

std::vector<std::string> kept(const Target& target) {
  std::vector<std::string> inputs = target.seeds();
  for (const char* folder : {"fuzz/corpus", "fuzz/found"})
    for (const auto& path : files_in(source_path(folder) / target.name))
      inputs.push_back(read_file(path));
  return inputs;
}

TEST_P(Fuzz, HoldsForKeptInputs) {
  for (const std::string& input : kept(GetParam())) GetParam().run(input);
}

TEST_P(Fuzz, HoldsForChangedInputs) {
  std::mt19937 random(1);
  const std::vector<std::string> inputs = kept(GetParam());
  const auto any = [&]() -> const std::string& { return inputs[random() % inputs.size()]; };
  for (int run = 0; run < GetParam().mutations; ++run) {
    std::string input = any();
    if (random() % 4 == 0) input += any();
    for (auto i = random() % 4 + 1; i > 0 && !input.empty(); --i) {
      const std::size_t at = random() % input.size();
      switch (random() % 4) {
        case 0:
          input[at] = static_cast<char>(random() & 0xff);
          break;
        case 1:
          input[at] = static_cast<char>(input[at] + 1);
          break;
        case 2:
          input.erase(at, random() % 8);
          break;
        default:
          input.insert(at, any().substr(0, random() % 16));
      }
    }
    GetParam().run(input);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, ::testing::ValuesIn(all_targets()),
                         [](const auto& target) { return std::string(target.param.name); });

// Import files are read by Python: ops/fuzzing/catalogue.py.
constexpr std::string_view kCatalogue = "catalogue";

/// One that no target reads would look like one that finds nothing.
TEST(FuzzCorpora, BelongToTargets) {
  for (const char* folder : {"fuzz/corpus", "fuzz/found"})
    for (const auto& entry : std::filesystem::directory_iterator(source_path(folder)))
      EXPECT_TRUE(find_target(entry.path().filename().string()) != nullptr ||
                  entry.path().filename() == kCatalogue)
          << entry.path();
  for (const Target& target : all_targets())
    EXPECT_FALSE(files_in(source_path("fuzz/corpus") / target.name).empty()) << target.name;
}

}  // namespace
}  // namespace perpetua::fuzz
