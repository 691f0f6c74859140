// The fuzz targets without a fuzzer: their seeds, as they are and changed at random. A failure
// aborts; the seed of the random numbers is fixed.

#include <gtest/gtest.h>

#include <random>

#include "replication/fuzz_targets.h"
#include "replication/message.h"

namespace perpetua::replication {
namespace {

class Fuzz : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(Fuzz, SurvivesItsSeedsChanged) {
  std::mt19937 random(1);
  const std::vector<std::string> seeds = GetParam().seeds();
  const auto any_seed = [&]() -> const std::string& { return seeds[random() % seeds.size()]; };
  for (const std::string& seed : seeds) GetParam().run(seed);
  for (int run = 0; run < 10'000; ++run) {
    std::string input = any_seed();
    if (random() % 4 == 0) input += any_seed();
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
          input.insert(at, any_seed().substr(0, random() % 16));
      }
    }
    GetParam().run(input);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz,
                         ::testing::ValuesIn(fuzz_targets().begin(), fuzz_targets().end()),
                         [](const auto& target) { return std::string(target.param.name); });

/// Behind the checksum of frames, where a change of the bytes would never come.
TEST(FuzzFrame, SurvivesChangedPayloads) {
  std::mt19937 random(2);
  std::vector<Frame> frames;
  for (const std::string& seed : fuzz_targets().front().seeds()) {
    FrameReader reader;
    reader.feed(std::string_view(seed).substr(1));
    frames.push_back(reader.next().value().value());
  }
  for (int run = 0; run < 20'000; ++run) {
    Frame frame = frames[random() % frames.size()];
    for (auto i = random() % 4; i > 0 && !frame.payload.empty(); --i)
      frame.payload[random() % frame.payload.size()] = static_cast<char>(random() & 0xff);
    if (random() % 4 == 0) frame.payload.resize(random() % (frame.payload.size() + 9));
    fuzz_targets().front().run('\xff' + encode_frame(frame.type, frame.payload));
  }
}

}  // namespace
}  // namespace perpetua::replication
