#include "domain/grant_message.h"

namespace perpetua::domain {
namespace {
constexpr std::uint8_t kVersion = 1;
}

std::string encode(const GrantQuestion& question) {
  Encoder out;
  out.u8(kVersion);
  out.str(question.book);
  encode(out, question.asked);
  out.i64(question.seen);
  out.u64(question.n);
  return std::move(out).take();
}

Result<GrantQuestion> decode_grant_question(std::string_view bytes) {
  Decoder in(bytes);
  GrantQuestion question;
  if (in.u8() != kVersion) in.set_failed();
  question.book = in.str();
  question.asked = decode_writer(in);
  question.seen = in.i64();
  question.n = in.u64();
  // What becomes part of a key has that key's bounds.
  if (question.book.size() > 64 || question.seen < 0) in.set_failed();
  const Result<void> finished = in.finish("question for rights");
  if (!finished) return std::unexpected(finished.error());
  return question;
}

std::string encode(const GrantAnswer& answer) {
  Encoder out;
  out.u8(kVersion);
  out.i64(answer.granted);
  out.u8(answer.withheld ? 1 : 0);
  out.u64(answer.n);
  return std::move(out).take();
}

Result<GrantAnswer> decode_grant_answer(std::string_view bytes) {
  Decoder in(bytes);
  GrantAnswer answer;
  if (in.u8() != kVersion) in.set_failed();
  answer.granted = in.i64();
  const std::uint8_t withheld = in.u8();
  answer.withheld = withheld == 1;
  answer.n = in.u64();
  if (withheld > 1 || answer.granted < 0) in.set_failed();
  const Result<void> finished = in.finish("answer about rights");
  if (!finished) return std::unexpected(finished.error());
  return answer;
}

}  // namespace perpetua::domain
