// The part of a session that compares histories: who the peer is, what it holds, who is right.

#include "base/assert.h"
#include "replication/session.h"

namespace perpetua::replication {

port::End Session::ours(const Writer& writer) const {
  auto holding = site_.history.holding(writer);
  return holding ? std::move(holding->end) : port::End{0, port::genesis_hash(writer)};
}

Session::Record& Session::record(const Writer& writer) {
  const auto found = records_.find(writer);
  if (found != records_.end()) return found->second;
  // Whoever does not name a history holds nothing of it, and nothing begins everything.
  return records_.emplace(writer, Record{{0, port::genesis_hash(writer)}}).first->second;
}

bool Session::accept(const Hello& hello) {
  const auto refuse = [this](Parting parting, std::string reason) {
    end(parting, std::move(reason));
    return false;
  };
  if (met_) return refuse(Parting::kMisbehaved, "a second hello");
  if (hello.protocol != kProtocolVersion)
    return refuse(Parting::kOtherProtocol,
                  site_.region + " speaks version " + std::to_string(kProtocolVersion) +
                      " of the protocol, its peer version " + std::to_string(hello.protocol) +
                      ": run the same release in all regions");
  if (hello.project != site_.project)
    return refuse(Parting::kOtherProject,
                  site_.region + " belongs to project '" + site_.project + "', its peer to '" +
                      hello.project + "': one of them has another shop's folder or address");
  if (hello.region == site_.region)
    return refuse(Parting::kSameRegion, "both sides say that they are " + site_.region +
                                            ": a region runs once, and with a name of its own");
  if (hello.region != peer_ || hello.own_writer.region != hello.region)
    return refuse(Parting::kMisbehaved, "the certificate says " + peer_ + ", the hello " +
                                            hello.region + " with writer " +
                                            hello.own_writer.text());
  return true;
}

void Session::handle(Hello& hello) {
  if (!accept(hello)) return;
  met_ = true;
  peer_writer_ = hello.own_writer;
  skew_ms_ = hello.wall_ms - site_.clock.wall_ms();
  std::uint64_t own_position = 0;
  for (const Hello::Held& held : hello.held)
    if (held.writer == peer_writer_) own_position = held.end.n;
  for (Hello::Held& held : hello.held) {
    Record& known = record(held.writer);
    known.theirs = std::move(held.end);
    known.own_position = own_position;
    known.withheld = held.withheld;
  }
  for (const port::Holding& holding : site_.history.holdings())
    static_cast<void>(record(holding.writer));
  events_.on_met(*this);
  for (auto& [writer, known] : records_) {
    known.standing = Standing::kAwaitingVerdict;
    compare(writer);
  }
}

/// A peer may speak of more writers than the store would take, but not of any number.
bool Session::admit(const Writer& writer) {
  if (records_.size() < 2 * port::kWritersMax || records_.contains(writer)) return true;
  end(Parting::kMisbehaved,
      "more than " + std::to_string(2 * port::kWritersMax) + " writers are named");
  return false;
}

/// Whoever holds as much or more judges the other's end. Ends move while hellos travel, so numbers
/// alone say nothing about the peer's own history; about ours they do, for only what was durable
/// here ever left.
void Session::compare(const Writer& writer) {
  Record& known = record(writer);
  known.compared = known.theirs.n <= ours(writer).n;
  if (!known.compared) {
    if (writer == site_.history.own_writer())
      conclude(writer, Judgement::kOwnerBehind, known.theirs);
    return;
  }
  const Judgement judgement = judge(site_.history, writer, known.theirs);
  known.compared = judgement != Judgement::kCannotProve;
  // What was comparable when the two met has only grown since.
  if (known.compared || known.standing != Standing::kProven)
    conclude(writer, judgement, known.theirs);
}

void Session::conclude(const Writer& writer, Judgement judgement, const port::End& judged) {
  Record& known = record(writer);
  if (judgement == Judgement::kContains) known.agreed = std::max(known.agreed, judged.n);
  const Standing standing = after(known.standing, judgement);
  if (standing == known.standing) return;
  send(Verdict{writer, judged, judgement});
  stand(writer, standing);
}

void Session::handle(const Verdict& verdict) {
  if (!admit(verdict.writer)) return;
  Record& known = record(verdict.writer);
  const Writer& own = site_.history.own_writer();
  if (verdict.judgement == Judgement::kWithheld) {
    known.withheld = true;
    return;
  }
  if (verdict.judgement == Judgement::kContains)
    known.agreed = std::max(known.agreed, verdict.judged.n);
  // A mirror's ignorance says nothing against the owner, and nobody's against what is known.
  const bool is_void = verdict.judgement == Judgement::kCannotProve &&
                       (verdict.writer == own || verdict.judged.n <= known.agreed);
  if (!is_void) stand(verdict.writer, after(known.standing, verdict.judgement));
  if (verdict.writer != peer_writer_ || std::exchange(peer_is_judged_, true)) return;
  if (record(own).standing == Standing::kCannotProve) tell_not_exchanged(own);
}

void Session::stand(const Writer& writer, Standing standing) {
  Record& known = record(writer);
  if (known.standing == standing) return;
  known.standing = standing;
  if (standing == Standing::kProven)
    return events_.on_holds(*this, writer, known.theirs, known.own_position);
  if (is_exchanged(standing)) return;
  serving_.erase(writer);
  const bool may_be_explained = writer == site_.history.own_writer() &&
                                standing == Standing::kCannotProve && peer_writer_.may_write();
  if (!may_be_explained || peer_is_judged_) tell_not_exchanged(writer);
}

void Session::tell_not_exchanged(const Writer& writer) {
  const Record& known = record(writer);
  events_.on_not_exchanged(*this, writer, known.standing, known.theirs.n);
}

void Session::refuse(const Writer& writer, const std::string& why) {
  record(writer).refused = true;
  events_.on_refused(*this, writer, why);
}

void Session::withhold(const Writer& writer) {
  serving_.erase(writer);
  if (met_) send(Verdict{writer, ours(writer), Judgement::kWithheld});
}

}  // namespace perpetua::replication
