#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/crc.hpp>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/task.h"
#include "base/writer.h"

namespace perpetua {
namespace {

using namespace std::string_view_literals;

TEST(Bytes, DecoderReadsWhatTheEncoderWrote) {
  Encoder out;
  out.u8(7);
  out.u16(300);
  out.u32(70000);
  out.i64(-2);
  out.str("a\0b"sv);
  Decoder in(out.bytes());
  EXPECT_EQ(in.u8(), 7);
  EXPECT_EQ(in.u16(), 300);
  EXPECT_EQ(in.u32(), 70000u);
  EXPECT_EQ(in.i64(), -2);
  EXPECT_EQ(in.str(), "a\0b"sv);
  EXPECT_TRUE(in.finish("test"));
}

TEST(Bytes, ShortInputFailsOnceAndForAll) {
  Decoder in(std::string_view("\0\0\0\5ab", 6));
  EXPECT_EQ(in.str(), "");
  EXPECT_EQ(in.u8(), 0);
  EXPECT_FALSE(in.finish("test"));
}

TEST(Bytes, CountIsNotTrustedBeyondTheBytesThatCame) {
  Decoder in(std::string_view("\xff\xff\xff\xff", 4));
  EXPECT_EQ(in.count(1), 0u);
  EXPECT_FALSE(in.ok());
}

TEST(Bytes, TextFormsRoundTripAndRefuseGarbage) {
  const std::string bytes("\x00\xff\x10", 3);
  EXPECT_EQ(to_hex(bytes), "00ff10");
  EXPECT_EQ(from_hex("00ff10").value(), bytes);
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0G"));
  EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
  EXPECT_FALSE(from_base64url("a="));
  EXPECT_FALSE(from_base64url("+"));
}

TEST(Hash, IsBlake2bWith256Bits) {
  EXPECT_EQ(to_hex(hash("abc")),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  EXPECT_EQ(hash("ab", "c"), hash("abc"));
}

TEST(Hash, ChecksumsAreThoseOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0'), {}), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(16, '\xff'), std::string(16, '\xff')), 0x62A8AB43u);
  // However it is cut, and of any length.
  std::string bytes;
  for (int i = 0; i < 40; ++i) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(bytes.data(), bytes.size());
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
      EXPECT_EQ(crc32c(bytes.substr(0, cut), bytes.substr(cut)), crc.checksum());
    bytes.push_back(static_cast<char>(i * 37 + 200));
  }
}

TEST(Writer, TextRoundTripsAndRefusesGarbage) {
  const Writer writer{"eu-west-1", 3};
  EXPECT_EQ(Writer::parse(writer.text()).value(), writer);
  for (const char* bad :
       {"", "#1", "eu", "EU#1", "eu#", "eu#1x", "eu#-1", "eu#01", "eu#4294967296"})
    EXPECT_FALSE(Writer::parse(bad)) << bad;
}

TEST(Position, HasOneEncoding) {
  const Writer a{"a", 1};
  const Writer b{"b", 1};
  const auto decode = [](std::initializer_list<Writer> writers) {
    Encoder out;
    out.u32(static_cast<std::uint32_t>(writers.size()));
    for (const Writer& writer : writers) {
      encode(out, writer);
      out.u64(7);
    }
    Decoder in(out.bytes());
    static_cast<void>(decode_position(in));
    return in.finish("a position").has_value();
  };
  EXPECT_TRUE(decode({a, b}));
  EXPECT_FALSE(decode({b, a}));
  EXPECT_FALSE(decode({a, a}));
}

TEST(Position, JoinIsTheLeastThatCoversBoth) {
  const Writer a{"a", 1};
  const Writer b{"b", 1};
  const Position p{{a, 2}};
  const Position q{{a, 1}, {b, 5}};
  const Position both = join(p, q);
  EXPECT_EQ(both, (Position{{a, 2}, {b, 5}}));
  EXPECT_TRUE(covers(both, p));
  EXPECT_TRUE(covers(both, q));
  EXPECT_FALSE(covers(p, q));
  EXPECT_TRUE(covers({}, {{a, 0}}));
}

Task<int> plus_one(Promise<int>& source) {
  const int x = co_await source;
  co_return x + 1;
}
Task<int> twice(Promise<int>& source) {
  const int x = co_await plus_one(source);
  co_return 2 * x;
}

TEST(Task, WaitsForAPromiseSetLater) {
  Promise<int> source;
  int got = 0;
  detach<int>(twice(source), [&](int x) { got = x; });
  EXPECT_EQ(got, 0);
  source.set(20);
  EXPECT_EQ(got, 42);
}

Task<int> throws() {
  throw std::runtime_error("no");
  co_return 0;
}
Task<void> catches(bool& caught) {
  try {
    static_cast<void>(co_await throws());
  } catch (const std::runtime_error&) {
    caught = true;
  }
}

TEST(Task, ExceptionsTravelToTheAwaiter) {
  bool caught = false;
  detach(catches(caught));
  EXPECT_TRUE(caught);
}

}  // namespace
}  // namespace perpetua
