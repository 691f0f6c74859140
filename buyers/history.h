#pragma once
// The record put in order: each request with its attempts, and what the buyer may conclude.

#include "buyers/record.h"

namespace perpetua::buyers {

struct Attempt {
  AskLine ask;
  std::optional<AnswerLine> answer;  // none: the load was killed before it came
};

/// What a buyer knows once it stops trying.
enum class Verdict {
  kDone,     // answered as the contract has it, and a write was acknowledged
  kRefused,  // a write: answered, not done, and it never will be
  kFailed,   // a write that certainly was not executed, or a read that was not answered as it must
  kUnknown,  // a write that may have been executed, or may yet be
};

struct Request {
  std::vector<Attempt> attempts;  // at least one

  [[nodiscard]] const AskLine& ask() const { return attempts.front().ask; }
  /// The acknowledgement when kDone, else the last answer there was; null when none came.
  [[nodiscard]] const AnswerLine* answer() const;
  [[nodiscard]] Verdict verdict() const;
  /// When the buyer had its answer, or gave up; none while it still waited, and when it could not
  /// even ask.
  [[nodiscard]] std::optional<double> ended_ms() const;
};

/// 2xx, with the body that the contract has.
[[nodiscard]] bool is_success(const AnswerLine& answer);
/// What ends a gap: a success or, for a write, a refusal by the shop's rules.
[[nodiscard]] bool is_served(Operation operation, const AnswerLine& answer);
/// Whether a write should be tried again elsewhere with its key: who was asked does not know, or
/// did not say, what became of it.
[[nodiscard]] bool is_lost(const AnswerLine& answer);
/// Whether an attempt may have been executed, or may yet be, though it was not acknowledged. An
/// edge may have asked several regions, and shows the last one's answer: through an edge only `sold
/// out`, said when every region has answered, rules it out; else a refusal at first hand does.
[[nodiscard]] bool may_have_happened(const Attempt& attempt);
/// Whether who was asked may still be at work on it after the buyer has gone on.
[[nodiscard]] bool may_come_late(const Attempt& attempt);

struct History {
  LoadLine load;
  std::map<std::string, StockLine> stock;  // by region, where it was read before the load
  std::map<int, BuyerLine> buyers;
  std::vector<Request> requests;  // by number, which is the order of their intended starts
};

/// kCorrupt when an answer has no question, a buyer who asked for something of its own no line, or
/// the first line is not the load's.
[[nodiscard]] Result<History> build_history(const std::vector<RecordLine>& lines);
[[nodiscard]] Result<History> read_history(const std::string& path);

}  // namespace perpetua::buyers
