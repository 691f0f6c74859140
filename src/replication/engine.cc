#include "replication/engine.h"

#include "base/assert.h"
#include "base/simulation.h"

namespace perpetua::replication {

Engine::Engine(EngineOptions options, port::History& history, port::Clock& clock,
               port::Timers& timers)
    : options_(std::move(options)),
      history_(history),
      clock_(clock),
      timers_(timers),
      site_{options_.project, options_.region, history, clock, options_.stream, false},
      puller_(history),
      questions_(timers),
      remote_waits_(timers) {
  for (const std::string& peer : options_.peers) peers_[peer];
  // Stopped in an earlier run: what contradicts it may not be linked now.
  site_.own_withheld = history_.own_writer().may_write() && !history_.stopped_because().empty();
  subscription_ = history_.on_change([this] { const Turn turn(*this); });
  tick();
}

Engine::~Engine() {
  stop();
}

Engine::Turn::Turn(Engine& engine) : engine_(engine) {
  ++engine_.depth_;
  engine_.unsettled_ = true;
}

Engine::Turn::~Turn() {
  if (engine_.depth_ == 1) engine_.settle();
  --engine_.depth_;
}

void Engine::stop() {
  if (stopped_) return;
  stopped_ = true;
  if (ticker_) timers_.cancel(*ticker_);
  subscription_.reset();
  const Turn turn(*this);
  for (auto& [id, link] : links_)
    link.session->end(Parting::kStopping, options_.region + " is stopping");
}

// --- links ---

Engine::SessionId Engine::connected(const std::string& region, Wire& wire) {
  const Turn turn(*this);
  const SessionId id = ++last_session_;
  SessionEvents& events = *this;
  Link link{std::make_unique<Session>(id, region, site_, events), &wire};
  Session& session = *links_.emplace(id, std::move(link)).first->second.session;
  const auto peer = peers_.find(region);
  if (stopped_) {
    session.end(Parting::kStopping, options_.region + " is stopping");
  } else if (region == options_.region) {
    session.end(Parting::kSameRegion, "both sides are called " + region +
                                          ": a region runs once, and with a name of its own");
  } else if (peer == peers_.end()) {
    session.end(Parting::kUnknownRegion,
                "region " + region + " is not in the topology of " + options_.region);
  } else {
    if (Session* const old = session_to(region)) {
      PERPETUA_REACHED(link_replaced);
      old->end(Parting::kReplaced, "another link took this one's place");
    }
    peer->second.session = id;
    session.start();
  }
  return id;
}

void Engine::received(SessionId id, std::string_view bytes) {
  const Turn turn(*this);
  if (const auto found = links_.find(id); found != links_.end())
    found->second.session->receive(bytes);
}

std::string Engine::take_output(SessionId id) {
  const Turn turn(*this);
  const auto found = links_.find(id);
  if (found == links_.end()) return {};
  found->second.told = false;
  return found->second.session->take_output();
}

void Engine::disconnected(SessionId id, const std::string& why) {
  const Turn turn(*this);
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  found->second.wire = nullptr;
  found->second.session->lose(why);
}

void Engine::unreachable(const std::string& region, const std::string& why) {
  const auto peer = peers_.find(region);
  if (peer == peers_.end() || peer->second.session) return;
  peer->second.why_not = why;
  peer->second.is_tried = true;
}

Session* Engine::session_to(const std::string& region) const {
  const auto peer = peers_.find(region);
  if (peer == peers_.end() || !peer->second.session) return nullptr;
  return links_.at(*peer->second.session).session.get();
}

// --- consequences ---

void Engine::settle() {
  while (unsettled_) {
    unsettled_ = false;
    reap();
    pump();
    reap();
    wake();
    if (!jobs_.empty()) {
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
      unsettled_ = true;
    }
    if (!unsettled_) tell_wires();
  }
}

void Engine::reap() {
  for (auto found = links_.begin(); found != links_.end();) {
    if (!found->second.session->has_ended()) {
      ++found;
      continue;
    }
    const SessionId id = found->first;
    const Link link = std::move(found->second);
    links_.erase(found);
    const Session& session = *link.session;
    puller_.forget(session);
    if (const auto peer = peers_.find(session.peer());
        peer != peers_.end() && peer->second.session == id) {
      peer->second.session.reset();
      peer->second.why_not = session.why_ended();
      peer->second.skew_ms = session.skew_ms();
      peer->second.writers = writers_of(session);
    }
    options_.log("link to " + session.peer() + " ended: " + session.why_ended());
    if (link.wire != nullptr) link.wire->close(link.session->take_output());
    questions_.forget(id, "the link to " + session.peer() + " ended: " + session.why_ended());
    unsettled_ = true;
    found = links_.begin();  // others' code ran
  }
}

void Engine::pump() {
  const Writer& own = history_.own_writer();
  if (const auto holding = history_.holding(own))
    durable_times_.durable(holding->end.n, clock_.monotonic_ms());
  std::vector<Session*> sessions;
  for (const auto& [id, link] : links_) sessions.push_back(link.session.get());
  puller_.choose(sessions);
  for (Session* session : sessions) session->pump();
}

void Engine::wake() {
  remote_waits_.reached(remote_position());
  if (!can_become_remote()) remote_waits_.give_up();
}

void Engine::tell_wires() {
  std::vector<SessionId> ids;
  for (const auto& [id, link] : links_)
    if (!link.told && link.session->output_size() > 0) ids.push_back(id);
  for (const SessionId id : ids) {
    const auto found = links_.find(id);
    if (found == links_.end() || found->second.told) continue;
    found->second.told = true;
    found->second.wire->output_ready();
  }
}

// --- what sessions tell ---

void Engine::on_met(Session& session) {
  options_.log("linked to " + session.peer() + " (" + session.peer_writer().text() + ")");
  holders_.forget(session.peer());
  peers_.at(session.peer()).is_tried = true;
}

void Engine::on_holds(Session& session, const Writer& writer, const port::End& end,
                      std::uint64_t own_position) {
  holders_.set(session.peer(), writer, {end, own_position});
}

void Engine::on_not_exchanged(Session& session, const Writer& writer, Standing standing,
                              std::uint64_t theirs) {
  holders_.set(session.peer(), writer, {});
  const auto holding = history_.holding(writer);
  const std::uint64_t ours = holding ? holding->end.n : 0;
  options_.log("the history of " + writer.text() + " is not exchanged with " + session.peer() +
               ": " + std::string(name(standing, ours, theirs)) + " (here " + std::to_string(ours) +
               " entries, there " + std::to_string(theirs) + ")");
  if (writer != history_.own_writer()) return;
  // A peer that was rolled back has every reason to be where nothing can be proven to it.
  const auto theirs_own = session.records().find(session.peer_writer());
  if (standing == Standing::kCannotProve && theirs_own != session.records().end() &&
      is_contradiction(theirs_own->second.standing))
    return;
  PERPETUA_REACHED(owner_contradicted);
  history_.stop_writing(explain(standing, writer, session.peer(), ours, theirs));
  if (std::exchange(site_.own_withheld, true)) return;
  for (auto& [id, link] : links_) link.session->withhold(writer);
}

void Engine::on_refused(Session& session, const Writer& writer, const std::string& why) {
  options_.log(
      "what " + session.peer() + " sends of " + writer.text() +
      "'s history cannot be stored here, and is not asked for again until the next link: " + why);
}

void Engine::on_message(Session& session, Message message) {
  if (auto* const question = std::get_if<Question>(&message))
    on_question(session, std::move(*question));
  else if (auto* const answer = std::get_if<Answer>(&message))
    jobs_.emplace_back([this, id = session.id(), answer = std::move(*answer)]() mutable {
      questions_.answer(id, std::move(answer));
    });
  else
    puller_.take(session, std::move(message));
}

// --- time ---

void Engine::tick() {
  ticker_ = timers_.after(kTickInterval, [this] { tick(); });
  const Turn turn(*this);
  for (auto& [id, link] : links_) {
    link.session->tick();
    check_clock(*link.session);
  }
  constexpr int kTrimEveryTicks = 10;
  if (++ticks_ % kTrimEveryTicks == 0) trim();
}

void Engine::check_clock(const Session& session) {
  if (!session.has_met()) return;
  const std::int64_t skew_ms = session.skew_ms().value_or(0);
  const bool is_off = std::abs(skew_ms) > kSkewMaxMs;
  if (std::exchange(peers_.at(session.peer()).clock_is_off, is_off) == is_off) return;
  options_.log("the clocks of " + session.peer() + " and this region are " +
               std::to_string(std::abs(skew_ms)) + " ms apart, " + (is_off ? "more" : "no more") +
               " than the " + std::to_string(kSkewMaxMs) + " that are fine" +
               (is_off ? ": see to both machines' time synchronisation" : ""));
}

void Engine::trim() {
  for (const port::Holding& holding : history_.holdings()) {
    const std::uint64_t lowest = holders_.lowest(holding.writer, options_.peers);
    const auto plan =
        plan_trim(holding, history_.log_bytes(holding.writer), lowest, options_.retention);
    if (plan) history_.trim(holding.writer, plan->entries, plan->hashes);
  }
}

}  // namespace perpetua::replication
