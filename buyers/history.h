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
  kDone,     // answered, and a write was acknowledged
  kRefused,  // answered: not done, and it never will be
  kFailed,   // certainly not executed, or a read without an answer
  kUnknown,  // a write that may have been executed, or may yet be
};

struct Request {
  std::vector<Attempt> attempts;  // at least one

  [[nodiscard]] const AskLine& ask() const { return attempts.front().ask; }
  /// The acknowledgement when kDone, else the last answer there was; null when none came.
  [[nodiscard]] const AnswerLine* answer() const;
  [[nodiscard]] Verdict verdict() const;
  /// When the buyer had its answer, or gave up; none while it still waited.
  [[nodiscard]] std::optional<double> ended_ms() const;
};

/// Whether an attempt may have been executed, or may yet be, though it was not acknowledged.
[[nodiscard]] bool may_have_happened(const AnswerLine& answer);
/// Whether a write should be tried again elsewhere with its key.
[[nodiscard]] bool is_lost(const AnswerLine& answer);
/// 2xx.
[[nodiscard]] bool is_success(const AnswerLine& answer);
/// Any answer of the shop itself, a refusal too: below 500.
[[nodiscard]] bool is_answered(const AnswerLine& answer);

struct History {
  LoadLine load;
  std::map<int, BuyerLine> buyers;
  std::vector<Request> requests;  // by number, which is the order of their intended starts
};

/// kCorrupt when an answer has no question, or the first line is not the load's.
[[nodiscard]] Result<History> build_history(const std::vector<RecordLine>& lines);
[[nodiscard]] Result<History> read_history(const std::string& path);

}  // namespace perpetua::buyers
