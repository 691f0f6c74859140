#include "replication/session.h"

#include "base/assert.h"
#include "base/simulation.h"

namespace perpetua::replication {
namespace {

constexpr int kSilentTicksMax = 6;
constexpr int kPingEveryTicks = 2;
constexpr int kMeetingTicksMax = 30;
/// A peer that takes its bytes more slowly than they come gets no more of logs than this ahead,
constexpr std::size_t kOutputMax = 1024 * 1024;
/// and is left when what it made us say besides has come to this.
constexpr std::size_t kOutputSizeMax = 16 * 1024 * 1024;

}  // namespace

Session::Session(std::uint64_t id, std::string peer, const Site& site, SessionEvents& events)
    : id_(id), peer_(std::move(peer)), site_(site), events_(events) {}

void Session::start() {
  Hello hello;
  hello.project = site_.project;
  hello.region = site_.region;
  hello.own_writer = site_.history.own_writer();
  hello.wall_ms = site_.clock.wall_ms();
  for (port::Holding& holding : site_.history.holdings()) {
    const bool withheld = site_.own_withheld && holding.writer == hello.own_writer;
    told_[holding.writer] = holding.end.n;
    hello.held.push_back({std::move(holding.writer), std::move(holding.end), withheld});
  }
  std::ranges::sort(hello.held, {}, &Hello::Held::writer);
  send(hello);
}

void Session::receive(std::string_view bytes) {
  silent_ticks_ = 0;
  reader_.feed(bytes);
  while (!ended_) {
    auto frame = reader_.next();
    if (!frame) return end(Parting::kMisbehaved, frame.error().message);
    if (!*frame) return;
    auto message = decode_message(**frame);
    if (!message) return end(Parting::kMisbehaved, message.error().message);
    dispatch(*std::move(message));
  }
}

void Session::dispatch(Message message) {
  const bool needs_no_meeting = std::holds_alternative<Hello>(message) ||
                                std::holds_alternative<Ping>(message) ||
                                std::holds_alternative<Goodbye>(message);
  if (!met_ && !needs_no_meeting)
    return end(Parting::kMisbehaved, "the first message was not a hello");
  std::visit(
      [this, &message](auto& fields) {
        if constexpr (requires { handle(fields); })
          handle(fields);
        else
          events_.on_message(*this, std::move(message));
      },
      message);
}

void Session::tick() {
  if (ended_) return;
  if (PERPETUA_RARE(session_ends)) return end(Parting::kStopping, "it is time for another link");
  ++ticks_;
  if (++silent_ticks_ > kSilentTicksMax)
    return end(Parting::kSilent, "nothing was heard from " + peer_ + " for " +
                                     std::to_string(silent_ticks_ * kTickInterval.count()) + " ms");
  if (!met_ && ticks_ > kMeetingTicksMax)
    return end(Parting::kSilent, peer_ + " did not introduce itself");
  if (ticks_ % kPingEveryTicks == 0) ping();
}

void Session::ping() {
  const std::int64_t now = site_.clock.monotonic_ms();
  Ping ping{site_.clock.wall_ms(), now, last_ping_sent_ms_, 0};
  if (last_ping_sent_ms_ >= 0) ping.held_ms = now - last_ping_came_ms_;
  send(ping);
}

void Session::handle(const Ping& ping) {
  const std::int64_t now = site_.clock.monotonic_ms();
  last_ping_sent_ms_ = ping.sent_ms;
  last_ping_came_ms_ = now;
  if (ping.echo_ms < 0) return;
  // The peer's clock when the ping was sent was half a round trip ago.
  const std::int64_t round_trip_ms = std::max<std::int64_t>(0, now - ping.echo_ms - ping.held_ms);
  skew_ms_ = ping.wall_ms + round_trip_ms / 2 - site_.clock.wall_ms();
}

void Session::pump() {
  if (!has_met()) return;
  for (auto& [writer, record] : records_)
    if (!record.compared && record.theirs.n <= ours(writer).n) compare(writer);
  acknowledge();
  serve();
}

void Session::acknowledge() {
  if (output_.size() >= kOutputMax || PERPETUA_RARE(acknowledged_later)) return;
  Ack ack;
  const Writer& own = site_.history.own_writer();
  for (port::Holding& holding : site_.history.holdings()) {
    if (holding.writer == own) ack.own_position = holding.end.n;
    if (holding.writer != own && PERPETUA_PLANTED(acknowledged_by_memory))
      holding.end = site_.history.appended(holding.writer);
    if (holding.end.n == told_[holding.writer]) continue;
    if (is_contradiction(record(holding.writer).standing)) continue;
    told_[holding.writer] = holding.end.n;
    ack.held.push_back({std::move(holding.writer), std::move(holding.end)});
  }
  if (!ack.held.empty()) send(ack);
}

void Session::handle(const Ack& ack) {
  for (const auto& [writer, end] : ack.held) {
    if (!admit(writer)) return;
    Record& known = record(writer);
    if (is_contradiction(known.standing)) continue;
    if (end.n < known.theirs.n)
      return this->end(Parting::kMisbehaved,
                       "an acknowledgement of " + writer.text() + " went back, from entry " +
                           std::to_string(known.theirs.n) + " to " + std::to_string(end.n));
    known.theirs = end;
    known.own_position = ack.own_position;
    compare(writer);
    if (known.standing != Standing::kProven) continue;
    if (const auto serving = serving_.find(writer); serving != serving_.end())
      serving->second.stream.acknowledged(end.n);
    events_.on_holds(*this, writer, end, ack.own_position);
  }
}

void Session::send(const Message& message) {
  if (ended_) return;
  output_ += encode_message(message);
  if (output_.size() <= kOutputSizeMax) return;
  output_.clear();
  lose(peer_ + " does not take what is sent to it");
}

void Session::end(Parting parting, std::string reason) {
  if (ended_) return;
  if (reason.size() > kTextSizeMax) reason.resize(kTextSizeMax);
  send(Goodbye{parting, reason});
  lose(std::move(reason));
}

void Session::lose(std::string why) {
  if (ended_) return;
  ended_ = true;
  why_ended_ = std::move(why);
  serving_.clear();
}

void Session::handle(const Goodbye& goodbye) {
  lose(peer_ + " said goodbye: " + goodbye.reason);
}

// --- serving ---

void Session::handle(const Want& want) {
  if (!want.start) {
    const auto found = serving_.find(want.writer);
    if (found != serving_.end() && found->second.stream.number() == want.stream)
      serving_.erase(found);
    return;
  }
  if (!admit(want.writer) || !is_exchanged(record(want.writer).standing)) return;
  const bool is_own = want.writer == site_.history.own_writer();
  if (is_own && want.from.n > ours(want.writer).n)
    return conclude(want.writer, Judgement::kOwnerBehind, want.from);
  if (is_own && site_.own_withheld) return withhold(want.writer);
  serving_.erase(want.writer);
  serving_.emplace(want.writer, Serving{Stream(site_.history, want, site_.limits), want.from});
}

void Session::handle(const Credit& credit) {
  for (auto& [writer, serving] : serving_) {
    if (serving.stream.number() != credit.stream) continue;
    const auto taken = serving.stream.credit(credit.chunks);
    if (!taken) return end(Parting::kMisbehaved, taken.error().message);
  }
}

void Session::serve() {
  std::vector<Writer> writers;
  for (const auto& [writer, serving] : serving_) writers.push_back(writer);
  for (const Writer& writer : writers)
    if (const auto found = serving_.find(writer); found != serving_.end())
      serve(writer, found->second);
}

void Session::serve(const Writer& writer, Serving& serving) {
  if (!serving.proven) {
    if (ours(writer).n < serving.from.n) return;
    const Judgement judgement = judge(site_.history, writer, serving.from);
    if (judgement != Judgement::kContains) return conclude(writer, judgement, serving.from);
    serving.proven = true;
  }
  while (!ended_ && output_.size() < kOutputMax && !PERPETUA_RARE(served_later)) {
    auto message = serving.stream.next();
    if (!message) return end(Parting::kStopping, message.error().message);
    if (!*message) return;
    send(**message);
  }
}

}  // namespace perpetua::replication
