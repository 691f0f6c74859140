#include "buyers/history.h"

#include <algorithm>

namespace perpetua::buyers {

namespace {

// By the shop's rules, in the words of the contract.
bool is_refusal(const AnswerLine& answer) {
  return answer.status >= 400 && !answer.facts.problem.empty() &&
         answer.facts.problem != kUnreadable && !answer.facts.outcome_unknown;
}

}  // namespace

bool is_success(const AnswerLine& answer) {
  return answer.status >= 200 && answer.status < 300 && answer.facts.problem.empty();
}

bool is_served(Operation operation, const AnswerLine& answer) {
  if (is_success(answer)) return true;
  return !is_safe(operation) && (answer.status == 409 || answer.status == 412);
}

bool is_lost(const AnswerLine& answer) {
  return answer.status == 0 || answer.status >= 500 || answer.status == 408 ||
         answer.facts.outcome_unknown || answer.facts.problem == kUnreadable;
}

bool may_have_happened(const Attempt& attempt) {
  if (!attempt.answer) return true;
  const AnswerLine& answer = *attempt.answer;
  if (answer.error == NetError::kConnect || answer.error == NetError::kNotSent) return false;
  if (!is_refusal(answer)) return true;
  if (answer.status == 409 && answer.facts.problem == "sold-out") return false;
  const bool executes_nothing = answer.status < 500 || answer.status == 503;
  return !executes_nothing || answer.status == 408 || answer.region != attempt.ask.to;
}

bool may_come_late(const Attempt& attempt) {
  if (!attempt.answer) return true;
  return attempt.answer->error == NetError::kTimeout || attempt.answer->status == 504;
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
  if (is_safe(ask().operation)) return Verdict::kFailed;
  if (std::ranges::any_of(attempts, may_have_happened)) return Verdict::kUnknown;
  return told && told->status > 0 ? Verdict::kRefused : Verdict::kFailed;
}

std::optional<double> Request::ended_ms() const {
  const auto& last = attempts.back().answer;
  if (!last || last->error == NetError::kNotSent) return std::nullopt;
  return last->ended_ms;
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

Result<void> check_buyers(const History& history) {
  for (const Request& request : history.requests) {
    const AskLine& ask = request.ask();
    if (ask.buyer < 0 || ask.operation == Operation::kBeginSession) continue;
    if (history.buyers.contains(ask.buyer)) continue;
    return fail(ErrorCode::kCorrupt, "request " + std::to_string(ask.request) + " is of buyer " +
                                         std::to_string(ask.buyer) + ", of whom there is no line");
  }
  return {};
}

}  // namespace

Result<History> build_history(const std::vector<RecordLine>& lines) {
  if (lines.empty() || !std::holds_alternative<LoadLine>(lines.front()))
    return fail(ErrorCode::kCorrupt, "a record begins with the line of its load");
  History history;
  history.load = std::get<LoadLine>(lines.front());
  std::map<std::uint64_t, Request> requests;
  for (const RecordLine& line : lines) {
    if (const auto* stock = std::get_if<StockLine>(&line)) history.stock[stock->region] = *stock;
    if (const auto* buyer = std::get_if<BuyerLine>(&line)) history.buyers[buyer->buyer] = *buyer;
    if (const auto* ask = std::get_if<AskLine>(&line))
      requests[ask->request].attempts.push_back(Attempt{*ask, std::nullopt});
    if (const auto* answer = std::get_if<AnswerLine>(&line)) {
      const auto added = add_answer(requests, *answer);
      if (!added) return std::unexpected(added.error());
    }
  }
  for (auto& [number, request] : requests) history.requests.push_back(std::move(request));
  const auto known = check_buyers(history);
  if (!known) return std::unexpected(known.error());
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
