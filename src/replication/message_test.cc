// What goes over a link stays readable: each message has a golden file, which must decode to the
// value below, and be what that value encodes to (docs/formats/replication.md).

#include "replication/message.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "base/bytes.h"
#include "base/hash.h"
#include "replication/frame_fuzz.h"

namespace perpetua::replication {
namespace {

const Writer kA{"eu-west-1", 1};
const Writer kB{"ap-southeast-1", 2};

port::End end_at(std::uint64_t n) {
  return {n, hash(std::to_string(n))};
}

std::vector<std::pair<std::string, Message>> all_messages() {
  Hello hello;
  hello.project = "project";
  hello.region = "eu-west-1";
  hello.own_writer = kA;
  hello.wall_ms = 1'700'000'000'000;
  hello.held = {{kB, end_at(7), true}, {kA, end_at(300), false}};
  hello.fields = {{kSealsTag, "x"}};
  return {
      {"hello", hello},
      {"verdict", Verdict{kA, end_at(5), Judgement::kCannotProve}},
      {"want", Want{2, true, kB, end_at(7)}},
      {"entries", Entries{2, 8, {"one", "", "three"}, hash("end")}},
      {"snapshot_begin", SnapshotBegin{3, end_at(9)}},
      {"snapshot_chunk", SnapshotChunk{3, "chunk"}},
      {"snapshot_end", SnapshotEnd{3}},
      {"credit", Credit{3, 4}},
      {"ack", Ack{12, {{kB, end_at(7)}}}},
      {"question", Question{77, "how many?"}},
      {"answer", Answer{77, true, "five"}},
      {"ping", Ping{1'700'000'000'000, 5, -1, 0}},
      {"goodbye", Goodbye{Parting::kOtherProject, "another shop"}},
  };
}

std::string golden(const std::string& name) {
  std::ifstream file(std::string(PERPETUA_REPLICATION_GOLDEN) + "/" + name + ".hex");
  EXPECT_TRUE(file) << name;
  std::string digits;
  for (std::string line; std::getline(file, line);) digits += line;
  return from_hex(digits).value_or("");
}

Result<Message> decode_stream(std::string_view bytes) {
  FrameReader reader;
  reader.feed(bytes);
  const auto frame = reader.next();
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return fail(ErrorCode::kCorrupt, "no whole frame");
  return decode_message(**frame);
}

TEST(Message, EachIsAsItsGoldenFileHasIt) {
  for (const auto& [name, message] : all_messages()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(to_hex(encode_message(message)), to_hex(golden(name)));
    const auto decoded = decode_stream(golden(name));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, message);
  }
}

TEST(Message, ADamagedByteIsSeenWhereverItIs) {
  for (const auto& [name, message] : all_messages()) {
    const std::string whole = encode_message(message);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
      EXPECT_FALSE(decode_stream(damaged)) << name << " at " << at;
    }
  }
}

TEST(Message, LargeOnesAreCompressedAndComeInAnyPieces) {
  Entries entries{1, 1, {std::string(100'000, 'x'), "y"}, hash("end")};
  const std::string bytes = encode_message(entries);
  EXPECT_LT(bytes.size(), 2000u);
  FrameReader reader;
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {
    reader.feed(bytes.substr(at, 1));
    const auto early = reader.next();
    ASSERT_TRUE(early && !*early);
  }
  reader.feed(bytes.substr(bytes.size() - 1));
  const auto frame = reader.next();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ(decode_message(**frame).value(), Message(entries));
}

TEST(Message, ALengthBeyondTheLimitIsRefusedBeforeItIsBuffered) {
  std::string bytes = encode_message(SnapshotEnd{1});
  bytes[0] = '\x7f';
  EXPECT_FALSE(decode_stream(bytes));
}

/// A driver for the fuzz target that needs no fuzzer: golden messages, changed at random.
TEST(FrameFuzz, SurvivesTwentyThousandChangedStreams) {
  std::mt19937 random(1);
  std::vector<std::string> corpus;
  for (const auto& [name, message] : all_messages()) corpus.push_back(encode_message(message));
  for (int run = 0; run < 20'000; ++run) {
    std::string input(1, static_cast<char>(random() & 0xff));
    for (auto i = random() % 3 + 1; i > 0; --i) input += corpus[random() % corpus.size()];
    for (auto i = random() % 4; i > 0; --i) {
      const std::size_t at = random() % input.size();
      switch (random() % 3) {
        case 0:
          input[at] = static_cast<char>(random() & 0xff);
          break;
        case 1:
          input.erase(at, random() % 8);
          break;
        default:
          input.insert(at, corpus[random() % corpus.size()].substr(0, random() % 16));
      }
      if (input.empty()) input.push_back('\0');
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
}

/// The same behind the checksum, where a fuzzer that does not know CRC-32C would never come.
TEST(FrameFuzz, SurvivesTwentyThousandChangedPayloads) {
  std::mt19937 random(2);
  std::vector<Frame> corpus;
  for (const auto& [name, message] : all_messages()) {
    FrameReader reader;
    reader.feed(encode_message(message));
    corpus.push_back(*reader.next().value());
  }
  for (int run = 0; run < 20'000; ++run) {
    Frame frame = corpus[random() % corpus.size()];
    for (auto i = random() % 4; i > 0 && !frame.payload.empty(); --i)
      frame.payload[random() % frame.payload.size()] = static_cast<char>(random() & 0xff);
    if (random() % 4 == 0) frame.payload.resize(random() % (frame.payload.size() + 9));
    const auto message = decode_message(frame);
    if (message) {
      EXPECT_EQ(decode_stream(encode_message(*message)).value(), *message);
    }
  }
}

}  // namespace
}  // namespace perpetua::replication
