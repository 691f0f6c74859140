#include "buyers/history.h"

#include <algorithm>

namespace perpetua::buyers {

bool is_success(const AnswerLine& answer) {
  return answer.status >= 200 && answer.status < 300;
}

bool is_answered(const AnswerLine& answer) {
  return answer.status > 0 && answer.status < 500;
}

bool may_have_happened(const AnswerLine& answer) {
  if (answer.error == NetError::kConnect || answer.error == NetError::kNotSent) return false;
  if (answer.status == 0) return true;
  if (answer.facts.outcome_unknown) return true;
  // A region that says by itself that it does not take the write has not executed it; any other
  // 5xx may be an edge that lost the region's answer.
  if (answer.status == 503) return answer.facts.problem.empty();
  return answer.status >= 500 || answer.status == 408;
}

bool is_lost(const AnswerLine& answer) {
  return answer.status == 0 || answer.status >= 500 || answer.status == 408;
}

const AnswerLine* Request::answer() const {
  const AnswerLine* last = nullptr;
  for (const Attempt& attempt : attempts) {
    if (!attempt.answer) continue;
    if (is_success(*attempt.answer)) return &*attempt.answer;
    last = &*attempt.answer;
  }
  return last;
}

Verdict Request::verdict() const {
  const AnswerLine* told = answer();
  if (told && is_success(*told)) return Verdict::kDone;
  if (is_safe(ask().operation))
    return told && is_answered(*told) ? Verdict::kRefused : Verdict::kFailed;
  const bool may_be = std::ranges::any_of(attempts, [](const Attempt& attempt) {
    return !attempt.answer || may_have_happened(*attempt.answer);
  });
  if (may_be) return Verdict::kUnknown;
  return told && told->status > 0 ? Verdict::kRefused : Verdict::kFailed;
}

std::optional<double> Request::ended_ms() const {
  const auto& last = attempts.back().answer;
  return last ? std::optional(last->ended_ms) : std::nullopt;
}

namespace {

Result<void> add_answer(std::map<std::uint64_t, Request>& requests, const AnswerLine& answer) {
  const auto wrong = [&] {
    return fail(ErrorCode::kCorrupt, "the answer to request " + std::to_string(answer.request) +
                                         ", attempt " + std::to_string(answer.attempt) +
                                         ", belongs to nothing that was asked");
  };
  const auto found = requests.find(answer.request);
  if (found == requests.end()) return wrong();
  for (Attempt& attempt : found->second.attempts) {
    if (attempt.ask.attempt != answer.attempt) continue;
    attempt.answer = answer;
    return {};
  }
  return wrong();
}

}  // namespace

Result<History> build_history(const std::vector<RecordLine>& lines) {
  if (lines.empty() || !std::holds_alternative<LoadLine>(lines.front()))
    return fail(ErrorCode::kCorrupt, "a record begins with the line of its load");
  History history;
  history.load = std::get<LoadLine>(lines.front());
  std::map<std::uint64_t, Request> requests;
  for (const RecordLine& line : lines) {
    if (const auto* buyer = std::get_if<BuyerLine>(&line)) history.buyers[buyer->buyer] = *buyer;
    if (const auto* ask = std::get_if<AskLine>(&line))
      requests[ask->request].attempts.push_back(Attempt{*ask, std::nullopt});
    if (const auto* answer = std::get_if<AnswerLine>(&line)) {
      const auto added = add_answer(requests, *answer);
      if (!added) return std::unexpected(added.error());
    }
  }
  for (auto& [number, request] : requests) history.requests.push_back(std::move(request));
  return history;
}

Result<History> read_history(const std::string& path) {
  const auto lines = read_record(path);
  if (!lines) return std::unexpected(lines.error());
  auto history = build_history(*lines);
  if (!history) return fail(history.error().code, path + ": " + history.error().message);
  return history;
}

}  // namespace perpetua::buyers
