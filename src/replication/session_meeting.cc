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
    if (held.holding.writer == peer_writer_) own_position = held.holding.end.n;
  for (Hello::Held& held : hello.held) {
    Record& known = record(held.holding.writer);
    known.theirs = std::move(held.holding.end);
    known.own_position = own_position;
    known.withheld = held.withheld;
  }
  for (const port::Holding& holding : site_.history.holdings())
    static_cast<void>(record(holding.writer));
  events_.on_met(*this);
  for (auto& [writer, known] : records_) meet(writer, known.theirs);
}

/// Whoever holds as much or more judges. Ends move while hellos travel, so numbers alone say
/// nothing about the peer's own history; about ours they do, for only what was durable here ever
/// left.
void Session::meet(const Writer& writer, const port::End& theirs) {
  const port::End mine = ours(writer);
  if (theirs.n > mine.n) {
    if (writer == site_.history.own_writer())
      return contradict(writer, Judgement::kOwnerBehind, theirs);
    record(writer).compared = false;
    return stand(writer, Standing::kAwaitingVerdict);
  }
  const Judgement judgement = judge(site_.history, writer, theirs);
  if (judgement != Judgement::kContains) return contradict(writer, judgement, theirs);
  send(Verdict{writer, theirs, judgement});
  events_.on_holds(*this, writer, theirs, record(writer).own_position);
}

/// An end that the peer told of later. Its history was comparable when the two met, and only grew.
void Session::compare(const Writer& writer, const port::End& theirs) {
  Record& known = record(writer);
  const port::End mine = ours(writer);
  known.compared = theirs.n <= mine.n;
  if (!known.compared) {
    if (writer == site_.history.own_writer()) contradict(writer, Judgement::kOwnerBehind, theirs);
    return;
  }
  if (known.standing == Standing::kAwaitingVerdict) return;
  if (judge(site_.history, writer, theirs) == Judgement::kDiverged)
    contradict(writer, Judgement::kDiverged, theirs);
}

void Session::contradict(const Writer& writer, Judgement judgement, const port::End& judged) {
  send(Verdict{writer, judged, judgement});
  stand(writer, after(record(writer).standing, judgement));
}

void Session::handle(const Verdict& verdict) {
  Record& known = record(verdict.writer);
  if (verdict.judgement == Judgement::kWithheld) {
    known.withheld = true;
    return events_.on_withheld(*this, verdict.writer);
  }
  const bool was_awaited = known.standing == Standing::kAwaitingVerdict;
  stand(verdict.writer, after(known.standing, verdict.judgement));
  if (was_awaited && known.standing == Standing::kProven)
    events_.on_holds(*this, verdict.writer, known.theirs, known.own_position);
}

void Session::stand(const Writer& writer, Standing standing) {
  Record& known = record(writer);
  if (known.standing == standing) return;
  known.standing = standing;
  if (!is_contradiction(standing)) return;
  serving_.erase(writer);
  events_.on_contradicted(*this, writer, standing, known.theirs.n);
}

void Session::withhold(const Writer& writer) {
  serving_.erase(writer);
  if (met_) send(Verdict{writer, ours(writer), Judgement::kWithheld});
}

}  // namespace perpetua::replication
