#include "buyers/asker.h"

#include <algorithm>
#include <iterator>

#include "buyers/facts.h"

namespace perpetua::buyers {
namespace {

constexpr double kPauseMs = 50;  // before the third attempt, and as much more before each later one

HttpRequest http_of(const Question& question, const Route& route) {
  HttpRequest request;
  request.method = method(question.operation);
  request.path = question.path;
  request.headers.emplace_back("Accept", "application/json");
  if (!question.token.empty())
    request.headers.emplace_back("Authorization", "Bearer " + question.token);
  if (!question.position.empty())
    request.headers.emplace_back("Perpetua-Position", question.position);
  if (!question.key.empty()) request.headers.emplace_back("Idempotency-Key", question.key);
  if (!question.if_match.empty()) request.headers.emplace_back("If-Match", question.if_match);
  if (!question.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = question.body;
  request.timeout_ms = is_safe(question.operation) ? route.read_timeout_ms : route.write_timeout_ms;
  return request;
}

}  // namespace

Question ask_for_session(int buyer) {
  Question question;
  question.buyer = buyer;
  question.operation = Operation::kBeginSession;
  question.path = "/api/session";
  return question;
}

void Asker::append(const RecordLine& line) {
  if (record_) record_->append(line);
}

void Asker::append_token(int buyer, std::string_view token) {
  if (record_) record_->append_token(buyer, token);
}

AskLine Asker::begin(const Question& question, std::uint64_t request) {
  AskLine ask;
  ask.request = request;
  ask.attempt = 0;
  ask.buyer = question.buyer;
  ask.operation = question.operation;
  ask.key = question.key;
  ask.if_match = question.if_match;
  ask.method = method(question.operation);
  ask.path = question.path;
  ask.intended_ms = question.intended_ms;
  ask.lines = question.lines;
  return ask;
}

AnswerLine Asker::end(const AskLine& ask, const HttpAnswer& answer) {
  AnswerLine told;
  told.request = ask.request;
  told.attempt = ask.attempt;
  told.ended_ms = net_.now_ms();
  told.status = answer.status;
  told.error = answer.error;
  told.region = answer.header("perpetua-region");
  told.stale = !answer.header("perpetua-stale").empty();
  told.facts = read_facts(ask, answer);
  append(told);
  return told;
}

Task<HttpAnswer> Asker::attempt(const Question& question, const Route& route, Endpoint to,
                                AskLine& ask) {
  ++ask.attempt;
  ask.to = to.name;
  ask.started_ms = net_.now_ms();
  append(ask);
  HttpRequest request = http_of(question, route);
  HttpAnswer answer = co_await net_.send(to, std::move(request));
  co_return answer;
}

std::vector<Endpoint> Asker::retries(const Route& route) const {
  std::vector<Endpoint> regions = route.regions;
  std::ranges::stable_partition(regions,
                                [&](const Endpoint& region) { return region.name != nearest_; });
  return regions;
}

Task<Reply> Asker::ask(Question question, const Route& route) {
  AskLine ask = begin(question, requests_++);
  Request so_far;
  Reply reply;
  std::vector<Endpoint> places{route.first};
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i >= 2) co_await net_.sleep_until(net_.now_ms() + kPauseMs * static_cast<double>(i - 1));
    reply.http = co_await attempt(question, route, places[i], ask);
    reply.told = end(ask, reply.http);
    so_far.attempts.push_back(Attempt{ask, reply.told});
    const std::string& region = reply.told.region;
    if (i == 0 && !region.empty() && region != kNoRegion) nearest_ = region;
    if (is_safe(question.operation) || !is_lost(reply.told)) break;
    if (i == 0) std::ranges::copy(retries(route), std::back_inserter(places));
  }
  reply.verdict = so_far.verdict();
  co_return reply;
}

void Asker::not_sent(const Question& question) {
  AskLine ask = begin(question, requests_++);
  ask.attempt = 1;
  ask.to = "nowhere";
  ask.started_ms = net_.now_ms();
  append(ask);
  HttpAnswer none;
  none.error = NetError::kNotSent;
  end(ask, none);
}

}  // namespace perpetua::buyers
