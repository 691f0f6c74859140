#include "replication/message.h"

#include <array>

#include "base/hash.h"

namespace perpetua::replication {
namespace {

constexpr std::size_t kEncodedWriterMin = 9;
constexpr std::size_t kEncodedEndSize = 8 + kHashSize;

void put(Encoder& out, const port::End& end) {
  out.u64(end.n);
  out.raw(end.hash);
}
port::End take_end(Decoder& in) {
  port::End end;
  end.n = in.u64();
  end.hash = in.raw(kHashSize);
  return end;
}

/// One that may have a history.
Writer take_writer(Decoder& in) {
  Writer writer = decode_writer(in);
  if (!Writer::parse(writer.text()) || !writer.may_write()) in.set_failed();
  return writer;
}

bool take_flag(Decoder& in) {
  const std::uint8_t flag = in.u8();
  if (flag > 1) in.set_failed();
  return flag == 1;
}

std::int64_t take_milliseconds(Decoder& in) {
  const std::int64_t ms = in.i64();
  if (ms < -kMillisecondsMax || ms > kMillisecondsMax) in.set_failed();
  return in.ok() ? ms : 0;
}

std::string take_text(Decoder& in, std::size_t size_max) {
  const std::string_view text = in.str();
  if (text.size() > size_max) in.set_failed();
  return std::string(text);
}

template <class Code>
Code take_code(Decoder& in, std::uint64_t code, Code last) {
  if (code < 1 || code > static_cast<std::uint64_t>(last)) {
    in.set_failed();
    return last;
  }
  return static_cast<Code>(code);
}

std::uint32_t take_count(Decoder& in, std::size_t element_size, std::size_t count_max) {
  const std::uint32_t count = in.count(element_size);
  if (count > count_max) in.set_failed();
  return in.ok() ? count : 0;
}

FrameType put(Encoder& out, const Hello& hello) {
  out.u16(hello.protocol);
  out.str(hello.project);
  out.str(hello.region);
  encode(out, hello.own_writer);
  out.i64(hello.wall_ms);
  out.u32(static_cast<std::uint32_t>(hello.held.size()));
  for (const auto& [writer, end, withheld] : hello.held) {
    encode(out, writer);
    put(out, end);
    out.u8(withheld ? 1 : 0);
  }
  out.u32(static_cast<std::uint32_t>(hello.fields.size()));
  for (const Field& field : hello.fields) {
    out.u16(field.tag);
    out.str(field.value);
  }
  return FrameType::kHello;
}

Hello take_hello(Decoder& in) {
  Hello hello;
  hello.protocol = in.u16();
  // What follows may be of another form in another version; its number alone says why to part.
  if (hello.protocol != kProtocolVersion) {
    in.raw(in.left());
    return hello;
  }
  hello.project = take_text(in, kTextSizeMax);
  hello.region = take_text(in, kTextSizeMax);
  hello.own_writer = decode_writer(in);
  if (!Writer::parse(hello.own_writer.text())) in.set_failed();
  hello.wall_ms = take_milliseconds(in);
  const std::uint32_t count =
      take_count(in, kEncodedWriterMin + kEncodedEndSize + 1, port::kWritersMax);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    Hello::Held held;
    held.writer = take_writer(in);
    held.end = take_end(in);
    held.withheld = take_flag(in);
    if (!hello.held.empty() && held.writer <= hello.held.back().writer) in.set_failed();
    hello.held.push_back(std::move(held));
  }
  const std::uint32_t fields = take_count(in, 6, kFieldsMax);
  for (std::uint32_t i = 0; i < fields && in.ok(); ++i) {
    const std::uint16_t tag = in.u16();
    hello.fields.push_back({tag, std::string(in.str())});
  }
  return hello;
}

FrameType put(Encoder& out, const Verdict& verdict) {
  encode(out, verdict.writer);
  put(out, verdict.judged);
  out.u8(static_cast<std::uint8_t>(verdict.judgement));
  return FrameType::kVerdict;
}
Verdict take_verdict(Decoder& in) {
  Verdict verdict;
  verdict.writer = take_writer(in);
  verdict.judged = take_end(in);
  verdict.judgement = take_code(in, in.u8(), Judgement::kWithheld);
  return verdict;
}

FrameType put(Encoder& out, const Want& want) {
  out.u32(want.stream);
  out.u8(want.start ? 1 : 0);
  encode(out, want.writer);
  put(out, want.from);
  return FrameType::kWant;
}
Want take_want(Decoder& in) {
  Want want;
  want.stream = in.u32();
  want.start = take_flag(in);
  want.writer = take_writer(in);
  want.from = take_end(in);
  return want;
}

FrameType put(Encoder& out, const Entries& entries) {
  out.u32(entries.stream);
  out.u64(entries.first);
  out.u32(static_cast<std::uint32_t>(entries.entries.size()));
  for (const std::string& entry : entries.entries) out.str(entry);
  out.raw(entries.end_hash);
  return FrameType::kEntries;
}
Entries take_entries(Decoder& in) {
  Entries entries;
  entries.stream = in.u32();
  entries.first = in.u64();
  const std::uint32_t count = take_count(in, 4, kEntriesMax);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) entries.entries.emplace_back(in.str());
  entries.end_hash = in.raw(kHashSize);
  if (entries.first == 0 || count == 0) in.set_failed();
  if (entries.first > std::numeric_limits<std::uint64_t>::max() - count) in.set_failed();
  return entries;
}

FrameType put(Encoder& out, const SnapshotBegin& begin) {
  out.u32(begin.stream);
  put(out, begin.end);
  return FrameType::kSnapshotBegin;
}
SnapshotBegin take_snapshot_begin(Decoder& in) {
  const std::uint32_t stream = in.u32();
  return {stream, take_end(in)};
}

FrameType put(Encoder& out, const SnapshotChunk& chunk) {
  out.u32(chunk.stream);
  out.str(chunk.chunk);
  return FrameType::kSnapshotChunk;
}
SnapshotChunk take_snapshot_chunk(Decoder& in) {
  const std::uint32_t stream = in.u32();
  return {stream, take_text(in, kChunkSizeMax)};
}

FrameType put(Encoder& out, const SnapshotEnd& end) {
  out.u32(end.stream);
  return FrameType::kSnapshotEnd;
}

FrameType put(Encoder& out, const Credit& credit) {
  out.u32(credit.stream);
  out.u32(credit.chunks);
  return FrameType::kCredit;
}
Credit take_credit(Decoder& in) {
  const std::uint32_t stream = in.u32();
  return {stream, in.u32()};
}

FrameType put(Encoder& out, const Ack& ack) {
  out.u64(ack.own_position);
  out.u32(static_cast<std::uint32_t>(ack.held.size()));
  for (const auto& [writer, end] : ack.held) {
    encode(out, writer);
    put(out, end);
  }
  return FrameType::kAck;
}
Ack take_ack(Decoder& in) {
  Ack ack;
  ack.own_position = in.u64();
  const std::uint32_t count =
      take_count(in, kEncodedWriterMin + kEncodedEndSize, port::kWritersMax);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    Writer writer = take_writer(in);
    ack.held.push_back({std::move(writer), take_end(in)});
  }
  return ack;
}

FrameType put(Encoder& out, const Question& question) {
  out.u64(question.id);
  out.str(question.text);
  return FrameType::kQuestion;
}
Question take_question(Decoder& in, std::size_t size_max) {
  const std::uint64_t id = in.u64();
  return {id, take_text(in, size_max)};
}

FrameType put(Encoder& out, const Answer& answer) {
  out.u64(answer.id);
  out.u8(answer.answered ? 1 : 0);
  out.str(answer.text);
  return FrameType::kAnswer;
}
Answer take_answer(Decoder& in) {
  const std::uint64_t id = in.u64();
  const bool answered = take_flag(in);
  return {id, answered, take_text(in, kAnswerSizeMax)};
}

FrameType put(Encoder& out, const Ping& ping) {
  for (const std::int64_t ms : {ping.wall_ms, ping.sent_ms, ping.echo_ms, ping.held_ms})
    out.i64(ms);
  return FrameType::kPing;
}
Ping take_ping(Decoder& in) {
  Ping ping;
  for (std::int64_t* ms : {&ping.wall_ms, &ping.sent_ms, &ping.echo_ms, &ping.held_ms})
    *ms = take_milliseconds(in);
  return ping;
}

FrameType put(Encoder& out, const Goodbye& goodbye) {
  out.u16(static_cast<std::uint16_t>(goodbye.parting));
  out.str(goodbye.reason);
  return FrameType::kGoodbye;
}
Goodbye take_goodbye(Decoder& in) {
  const Parting parting = take_code(in, in.u16(), Parting::kSilent);
  return {parting, take_text(in, kTextSizeMax)};
}

Message take_message(FrameType type, Decoder& in) {
  switch (type) {
    case FrameType::kHello:
      return take_hello(in);
    case FrameType::kVerdict:
      return take_verdict(in);
    case FrameType::kWant:
      return take_want(in);
    case FrameType::kEntries:
      return take_entries(in);
    case FrameType::kSnapshotBegin:
      return take_snapshot_begin(in);
    case FrameType::kSnapshotChunk:
      return take_snapshot_chunk(in);
    case FrameType::kSnapshotEnd:
      return SnapshotEnd{in.u32()};
    case FrameType::kCredit:
      return take_credit(in);
    case FrameType::kAck:
      return take_ack(in);
    case FrameType::kQuestion:
      return take_question(in, port::kQuestionSizeMax);
    case FrameType::kAnswer:
      return take_answer(in);
    case FrameType::kPing:
      return take_ping(in);
    case FrameType::kGoodbye:
      return take_goodbye(in);
  }
  in.set_failed();
  return Goodbye{};
}

constexpr std::array<std::string_view, 13> kNames{
    "hello",  "verdict", "want",     "entries", "snapshot-begin", "snapshot-chunk", "snapshot-end",
    "credit", "ack",     "question", "answer",  "ping",           "goodbye"};

}  // namespace

std::string encode_message(const Message& message) {
  Encoder payload;
  const FrameType type =
      std::visit([&payload](const auto& fields) { return put(payload, fields); }, message);
  return encode_frame(type, payload.bytes());
}

Result<Message> decode_message(const Frame& frame) {
  Decoder in(frame.payload);
  Message message = take_message(frame.type, in);
  const auto index = static_cast<std::size_t>(frame.type) - 1;
  const auto finished = in.finish("a " + std::string(kNames.at(index)) + " message");
  if (!finished) return std::unexpected(finished.error());
  return message;
}

}  // namespace perpetua::replication
