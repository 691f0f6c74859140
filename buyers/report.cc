#include "buyers/report.h"

#include <algorithm>
#include <limits>

namespace perpetua::buyers {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// Why an attempt has failed, as far as its answer tells; empty when it has not.
std::string failure(const Attempt& attempt) {
  if (!attempt.answer) return "no answer on record";
  const AnswerLine& answer = *attempt.answer;
  if (answer.status == 0) return std::string(text(answer.error));
  if (answer.status < 300 && !is_success(answer)) return answer.facts.problem;
  const bool failed = answer.status >= 500 || is_safe(attempt.ask.operation);
  return failed && !is_success(answer) ? std::to_string(answer.status) : "";
}

void count_attempt(const Attempt& attempt, Tally& tally) {
  ++tally.attempts;
  if (const std::string why = failure(attempt); !why.empty()) ++tally.failures[why];
  if (!attempt.answer) return;
  const AnswerLine& answer = *attempt.answer;
  if (answer.error == NetError::kNotSent) ++tally.not_sent;
  if (answer.stale) ++tally.stale;
  if (!answer.region.empty() && answer.region != kNoRegion) ++tally.answered_by[answer.region];
}

Writes& writes_of(Operation operation, Tally& tally) {
  if (operation == Operation::kPlaceOrder) return tally.orders;
  return is_cart_write(operation) ? tally.cart_writes : tally.sessions;
}

void count_write(const Request& request, Tally& tally) {
  Writes& writes = writes_of(request.ask().operation, tally);
  const Verdict verdict = request.verdict();
  const AnswerLine* told = request.answer();
  if (verdict == Verdict::kDone) {
    ++writes.acknowledged;
    if (told->facts.durability == "remote") ++writes.remote;
    return;
  }
  if (verdict == Verdict::kRefused) ++writes.refused;
  if (verdict == Verdict::kUnknown) ++writes.unknown;
  if (verdict == Verdict::kFailed) ++writes.failed;
  if (told && !told->facts.problem.empty()) ++tally.refusals[told->facts.problem];
}

// Only what the edge answered at the first attempt counts: trying elsewhere is the buyer's doing.
Due through_edge(const Request& request) {
  const Attempt& first = request.attempts.front();
  if (!first.answer) return {first.ask.intended_ms, kNever, false};
  return {first.ask.intended_ms, first.answer->ended_ms,
          is_served(first.ask.operation, *first.answer)};
}

struct Counter {
  Tally tally;
  std::vector<double> latencies;

  void count(const Request& request) {
    const AskLine& ask = request.ask();
    ++tally.requests;
    for (const Attempt& attempt : request.attempts) count_attempt(attempt, tally);
    if (!is_safe(ask.operation))
      count_write(request, tally);
    else if (request.verdict() != Verdict::kDone)
      ++tally.failed_safe;
    tally.sent_late_ms_max = std::max(tally.sent_late_ms_max, ask.started_ms - ask.intended_ms);
    latencies.push_back(request.ended_ms().value_or(kNever) - ask.intended_ms);
  }

  Tally finish() && {
    tally.latency = percentiles(std::move(latencies));
    return std::move(tally);
  }
};

std::size_t phase_at(const std::vector<Mark>& marks, double ms) {
  return static_cast<std::size_t>(std::ranges::upper_bound(marks, ms, {}, &Mark::at_ms) -
                                  marks.begin());
}

}  // namespace

Report make_report(const std::vector<History>& loads, std::vector<Mark> marks) {
  std::ranges::stable_sort(marks, {}, &Mark::at_ms);
  Counter all;
  std::vector<Counter> phases(marks.size() + 1);
  Report report;
  for (const History& load : loads) {
    std::vector<Due> dues;
    for (const Request& request : load.requests) {
      all.count(request);
      phases[phase_at(marks, request.ask().intended_ms)].count(request);
      dues.push_back(through_edge(request));
    }
    const Gap gap = longest_gap(std::move(dues));
    if (gap.length > report.gap.length) report.gap = gap;
  }
  report.all = std::move(all).finish();
  for (std::size_t i = 0; i < phases.size(); ++i)
    report.phases.push_back({i == 0 ? "before" : marks[i - 1].name, std::move(phases[i]).finish()});
  return report;
}

}  // namespace perpetua::buyers
