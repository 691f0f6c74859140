// What goes over a link stays readable: each message has a golden file, which must decode to the
// value below, and be what that value encodes to (docs/formats/replication.md).

#include "replication/message.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <fstream>

#include "base/bytes.h"
#include "base/hash.h"

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

const Entries kLarge{2, 8, {std::string(1500, 'x'), std::string(1500, 'y')}, hash("end")};

TEST(Message, ACompressedOneStaysReadable) {
  // Only that: how it is compressed may differ with the library.
  const auto decoded = decode_stream(golden("entries_compressed"));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, Message(kLarge));
}

std::string compressed(std::string_view payload, bool with_size = true) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, with_size ? 1 : 0);
  std::string out(ZSTD_compressBound(payload.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), payload.data(), payload.size()));
  ZSTD_freeCCtx(context);
  return out;
}
Result<Message> decode_compressed(std::string_view body) {
  Encoder out;
  out.u32(static_cast<std::uint32_t>(body.size()));
  out.u8(kFrameVersion);
  out.u8(static_cast<std::uint8_t>(FrameType::kQuestion));
  out.u8(1);
  out.u8(0);
  out.u32(crc32c(out.bytes(), body));
  out.raw(body);
  return decode_stream(out.bytes());
}

TEST(Message, ACompressedOneSaysItsSizeAndIsWholeAndAlone) {
  Encoder question;
  question.u64(77);
  question.str(std::string(1000, '?'));
  const std::string& payload = question.bytes();
  EXPECT_TRUE(decode_compressed(compressed(payload)));
  EXPECT_FALSE(decode_compressed(compressed(payload, false)));
  EXPECT_FALSE(decode_compressed(compressed(payload) + "x"));
  EXPECT_FALSE(decode_compressed(compressed(payload) + compressed("")));
  EXPECT_FALSE(decode_compressed(compressed(payload).substr(0, 20)));
  EXPECT_FALSE(decode_compressed(payload));
  const auto huge = decode_compressed(compressed(std::string(kPayloadSizeMax + 1, '\0')));
  ASSERT_FALSE(huge);
  EXPECT_NE(huge.error().message.find("would unpack to"), std::string::npos) << "not even tried";
}

TEST(Message, ALengthBeyondTheLimitIsRefusedBeforeItIsBuffered) {
  std::string bytes = encode_message(SnapshotEnd{1});
  bytes[0] = '\x7f';
  EXPECT_FALSE(decode_stream(bytes));
}

}  // namespace
}  // namespace perpetua::replication
