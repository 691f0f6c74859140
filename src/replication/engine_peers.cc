// The part of the engine that the rules see: who holds what, questions and answers, status.

#include "base/assert.h"
#include "base/simulation.h"
#include "replication/engine.h"

namespace perpetua::replication {

std::uint64_t Engine::remote_position() const {
  return holders_.furthest(history_.own_writer());
}

bool Engine::is_held_elsewhere(const Writer& writer, std::uint64_t n) const {
  if (writer != history_.own_writer() && writer.region != options_.region) {
    // Only what its region had on its disk ever left it.
    const auto held = holders_.find(writer.region, writer);
    if (!held || held->end.n >= n) return true;
  }
  return holders_.furthest(writer) >= n;
}

bool Engine::is_connected(const std::string& region) const {
  const Session* const session = session_to(region);
  return session != nullptr && session->has_met();
}

bool Engine::can_become_remote() const {
  if (stopped_) return false;
  return std::ranges::any_of(links_, [this](const auto& entry) {
    const Session& session = *entry.second.session;
    if (!session.has_met()) return false;
    const auto own = session.records().find(history_.own_writer());
    return own == session.records().end() || is_exchanged(own->second.standing);
  });
}

Task<bool> Engine::wait_remote(std::uint64_t n, std::chrono::milliseconds timeout) {
  if (n <= remote_position()) co_return true;
  if (timeout.count() <= 0 || !can_become_remote()) co_return false;
  if (PERPETUA_RARE(remote_not_waited_for)) co_return false;
  co_return co_await remote_waits_.wait(n, timeout);
}

Task<Result<std::string>> Engine::ask(std::string region, std::string question,
                                      std::chrono::milliseconds timeout) {
  PERPETUA_ASSERT(question.size() <= port::kQuestionSizeMax, "questions are small");
  Session* const session = session_to(region);
  if (session == nullptr || !session->has_met())
    co_return fail(ErrorCode::kUnavailable, "there is no link to " + region);
  if (questions_.under_way(session->id()) >= Questions::kUnderWayMax)
    co_return fail(ErrorCode::kUnavailable, "too many questions to " + region + " are under way");
  const SessionId asked = session->id();
  const std::uint64_t id = questions_.next_id();
  std::move_only_function<void()> send = [this, asked, message = Question{id, question}] {
    const Turn turn(*this);
    if (const auto found = links_.find(asked); found != links_.end())
      found->second.session->send(message);
  };
  co_return co_await questions_.wait(asked, id, timeout, std::move(send));
}

void Engine::on_question(Session& session, Question question) {
  if (PERPETUA_RARE(question_dropped)) return;
  Link& link = links_.at(session.id());
  if (link.answers_under_way >= Questions::kUnderWayMax)
    return session.end(Parting::kMisbehaved, "more questions at once than are allowed");
  ++link.answers_under_way;
  jobs_.emplace_back([this, id = session.id(), asker = session.peer_writer(),
                      question = std::move(question)]() mutable {
    detach(answer(id, std::move(asker), std::move(question)));
  });
}

Task<void> Engine::answer(SessionId id, Writer asker, Question question) {
  Answer message{question.id, answerer_ != nullptr, options_.region + " answers no questions"};
  if (answerer_) message.text = co_await answerer_(std::move(asker), std::move(question.text));
  PERPETUA_ASSERT(message.text.size() <= kAnswerSizeMax, "answers are small");
  const Turn turn(*this);
  const auto found = links_.find(id);
  if (found == links_.end()) co_return;
  --found->second.answers_under_way;
  found->second.session->send(message);
}

std::vector<WriterStatus> Engine::writers_of(const Session& session) const {
  std::vector<WriterStatus> writers;
  for (const auto& [writer, record] : session.records()) {
    const auto holding = history_.holding(writer);
    writers.push_back({writer, record.standing, holding ? holding->end.n : 0, record.theirs.n,
                       record.withheld, record.refused});
  }
  return writers;
}

std::vector<PeerStatus> Engine::status() const {
  const Writer& own = history_.own_writer();
  const auto holding = history_.holding(own);
  const std::uint64_t end = holding ? holding->end.n : 0;
  std::vector<PeerStatus> all;
  for (const auto& [region, peer] : peers_) {
    PeerStatus status{region, is_connected(region), peer.why_not,      0,
                      0,      peer.skew_ms,         peer.clock_is_off, peer.writers};
    if (const Session* const session = session_to(region)) {
      if (!status.connected) status.why_not = "linked, not introduced yet";
      status.skew_ms = session->skew_ms();
      status.writers = writers_of(*session);
    }
    if (status.connected) status.why_not.clear();
    const auto held = holders_.find(region, own);
    const std::uint64_t acknowledged = held ? std::min(held->end.n, end) : 0;
    status.lag_entries = end - acknowledged;
    status.lag_ms = durable_times_.age_ms(acknowledged, clock_.monotonic_ms());
    all.push_back(std::move(status));
  }
  return all;
}

bool Engine::has_tried_all_peers() const {
  return std::ranges::all_of(peers_, [](const auto& peer) { return peer.second.is_tried; });
}

std::optional<std::string> Engine::source(const Writer& writer) const {
  const auto id = puller_.source(writer);
  if (!id) return std::nullopt;
  return links_.at(*id).session->peer();
}

}  // namespace perpetua::replication
