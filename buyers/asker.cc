#include "buyers/asker.h"

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
  if (!question.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = question.body;
  request.timeout_ms = is_safe(question.operation) ? route.read_timeout_ms : route.write_timeout_ms;
  return request;
}

}  // namespace

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

Task<HttpAnswer> Asker::attempt(const Question& question, const Route& route, AskLine& ask) {
  const Endpoint to = route.places.at(static_cast<std::size_t>(ask.attempt));
  ++ask.attempt;
  ask.to = to.name;
  ask.started_ms = net_.now_ms();
  append(ask);
  HttpRequest request = http_of(question, route);
  HttpAnswer answer = co_await net_.send(to, std::move(request));
  co_return answer;
}

Task<Reply> Asker::ask(Question question, const Route& route) {
  AskLine ask = begin(question, requests_++);
  Request so_far;
  Reply reply;
  const std::size_t attempts = is_safe(question.operation) ? 1 : route.places.size();
  for (std::size_t i = 0; i < attempts; ++i) {
    if (i >= 2) co_await net_.sleep_until(net_.now_ms() + kPauseMs * static_cast<double>(i - 1));
    reply.http = co_await attempt(question, route, ask);
    reply.told = end(ask, reply.http);
    so_far.attempts.push_back(Attempt{ask, reply.told});
    if (!is_lost(reply.told)) break;
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
