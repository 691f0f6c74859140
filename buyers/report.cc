#include "buyers/report.h"

#include <algorithm>
#include <limits>

namespace perpetua::buyers {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

void count_attempt(const Attempt& attempt, double started_ms, Report& report) {
  ++report.attempts;
  if (!attempt.answer) {
    ++report.failures["no answer on record"];
    return;
  }
  const AnswerLine& answer = *attempt.answer;
  if (answer.status == 0) ++report.failures[std::string(text(answer.error))];
  const bool is_failed_read = is_safe(attempt.ask.operation) && !is_success(answer);
  if (answer.status >= 500 || (answer.status > 0 && is_failed_read))
    ++report.failures[std::to_string(answer.status)];
  if (answer.error == NetError::kNotSent) ++report.not_sent;
  if (answer.stale) ++report.stale;
  if (answer.region.empty() || answer.region == kNoRegion) return;
  ++report.answered_by[answer.region];
  const auto second = static_cast<std::size_t>(std::max(0.0, answer.ended_ms - started_ms) / 1000);
  if (report.answered_by_second.size() <= second) report.answered_by_second.resize(second + 1);
  ++report.answered_by_second[second][answer.region];
}

void count_write(const Request& request, Verdict verdict, Report& report) {
  if (verdict == Verdict::kFailed) ++report.failed_writes;
  const bool order = request.ask().operation == Operation::kPlaceOrder;
  if (!order && !is_cart_write(request.ask().operation)) return;
  if (verdict == Verdict::kRefused) ++(order ? report.orders_refused : report.cart_writes_refused);
  if (verdict == Verdict::kUnknown) ++(order ? report.orders_unknown : report.cart_writes_unknown);
  if (verdict != Verdict::kDone) return;
  ++(order ? report.orders_acknowledged : report.cart_writes_acknowledged);
  if (request.answer()->facts.durability == "remote")
    ++(order ? report.orders_remote : report.cart_writes_remote);
}

void count_request(const Request& request, Report& report) {
  ++report.requests;
  const Verdict verdict = request.verdict();
  const AskLine& ask = request.ask();
  const AnswerLine* told = request.answer();
  if (!is_safe(ask.operation) && verdict != Verdict::kDone && told && !told->facts.problem.empty())
    ++report.refusals[told->facts.problem];
  if (is_safe(ask.operation))
    report.failed_safe += verdict == Verdict::kFailed ? 1 : 0;
  else
    count_write(request, verdict, report);
  report.sent_late_ms_max = std::max(report.sent_late_ms_max, ask.started_ms - ask.intended_ms);
}

// Only what the edge answered at the first attempt counts: trying elsewhere is the buyer's doing.
Due through_edge(const Request& request) {
  const Attempt& first = request.attempts.front();
  if (!first.answer) return {first.ask.intended_ms, kNever, false};
  return {first.ask.intended_ms, first.answer->ended_ms,
          is_served(first.ask.operation, *first.answer)};
}

std::vector<Phase> phases_of(const History& history, std::vector<Mark> marks) {
  std::ranges::sort(marks, {}, &Mark::at_ms);
  std::vector<Phase> phases{Phase{"before", history.load.started_ms, 0, 0, {}}};
  for (const Mark& mark : marks) phases.push_back(Phase{mark.name, mark.at_ms, 0, 0, {}});
  return phases;
}

std::size_t phase_at(const std::vector<Phase>& phases, double ms) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < phases.size(); ++i)
    if (ms >= phases[i].begin_ms) at = i;
  return at;
}

}  // namespace

Report make_report(const History& history, std::vector<Mark> marks) {
  Report report;
  report.phases = phases_of(history, std::move(marks));
  std::vector<std::vector<double>> latencies(report.phases.size());
  std::vector<double> all;
  std::vector<Due> dues;
  for (const Request& request : history.requests) {
    for (const Attempt& attempt : request.attempts)
      count_attempt(attempt, history.load.started_ms, report);
    count_request(request, report);
    dues.push_back(through_edge(request));

    const std::size_t phase = phase_at(report.phases, request.ask().intended_ms);
    ++report.phases[phase].requests;
    if (is_safe(request.ask().operation) && request.verdict() == Verdict::kFailed)
      ++report.phases[phase].failed_safe;
    if (const auto ended_ms = request.ended_ms()) {
      latencies[phase].push_back(*ended_ms - request.ask().intended_ms);
      all.push_back(latencies[phase].back());
    }
  }
  report.gap = longest_gap(std::move(dues));
  report.latency = percentiles(std::move(all));
  for (std::size_t i = 0; i < latencies.size(); ++i)
    report.phases[i].latency = percentiles(std::move(latencies[i]));
  return report;
}

}  // namespace perpetua::buyers
