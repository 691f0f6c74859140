#include "replication/puller.h"

#include <set>

namespace perpetua::replication {
namespace {

bool is_usable(const Session& session, const Writer& writer) {
  if (!session.has_met()) return false;
  const auto found = session.records().find(writer);
  return found != session.records().end() && !found->second.withheld &&
         found->second.standing == Standing::kProven;
}

bool is_owner(const Session& session, const Writer& writer) {
  return session.peer_writer() == writer;
}

std::uint64_t held(const Session& session, const Writer& writer) {
  return session.records().at(writer).theirs.n;
}

}  // namespace

void Puller::choose(const std::vector<Session*>& sessions) {
  intake_.settle();
  std::set<Writer> writers;
  for (const Session* session : sessions)
    if (session->has_met())
      for (const auto& [writer, record] : session->records()) writers.insert(writer);
  writers.erase(history_.own_writer());
  for (const Writer& writer : writers) choose(writer, sessions);
}

Session* Puller::best(const Writer& writer, const std::vector<Session*>& sessions,
                      std::uint64_t reached) const {
  Session* best = nullptr;
  for (Session* session : sessions) {
    if (!is_usable(*session, writer)) continue;
    if (is_owner(*session, writer)) return session;
    if (held(*session, writer) <= reached) continue;
    if (best == nullptr || held(*session, writer) > held(*best, writer)) best = session;
  }
  return best;
}

void Puller::choose(const Writer& writer, const std::vector<Session*>& sessions) {
  const port::End reached = intake_.reached(writer);
  Session* const wanted = best(writer, sessions, reached.n);
  if (const auto now = sources_.find(writer); now != sources_.end()) {
    Session& session = *now->second.session;
    if (is_usable(session, writer)) {
      const bool is_busy = reached.n < now->second.snapshot_to;
      const bool is_needed =
          is_owner(session, writer) || held(session, writer) > reached.n || wanted == nullptr;
      const bool gives_way = wanted != nullptr && is_owner(*wanted, writer);
      if (wanted == &session || is_busy || (is_needed && !gives_way)) return;
    }
    stop(writer);
  }
  if (wanted == nullptr) return;
  sources_.emplace(writer, Source{wanted, ++last_stream_});
  wanted->send(Want{last_stream_, true, writer, reached});
}

void Puller::stop(const Writer& writer) {
  const auto source = sources_.find(writer);
  if (source->second.session->has_met())
    source->second.session->send(
        Want{source->second.stream, false, writer, intake_.reached(writer)});
  sources_.erase(source);
}

void Puller::forget(const Session& session) {
  std::erase_if(sources_, [&](const auto& source) { return source.second.session == &session; });
}

std::optional<std::uint64_t> Puller::source(const Writer& writer) const {
  const auto found = sources_.find(writer);
  if (found == sources_.end()) return std::nullopt;
  return found->second.session->id();
}

std::map<Writer, Puller::Source>::iterator Puller::find(const Session& session,
                                                        std::uint32_t stream) {
  return std::ranges::find_if(sources_, [&](const auto& source) {
    return source.second.session == &session && source.second.stream == stream;
  });
}

void Puller::check(Session& session, const Result<void>& taken) {
  if (taken) return;
  const bool is_theirs =
      taken.error().code == ErrorCode::kInvalid || taken.error().code == ErrorCode::kCorrupt;
  session.end(is_theirs ? Parting::kMisbehaved : Parting::kStopping, taken.error().message);
}

void Puller::take(Session& session, const Entries& entries) {
  const auto source = find(session, entries.stream);
  if (source == sources_.end()) return;
  const Writer writer = source->first;
  const auto taken = intake_.take(writer, entries);
  if (taken || taken.error().code != ErrorCode::kConflict) return check(session, taken);
  stop(writer);
  const std::uint64_t last = entries.first + entries.entries.size() - 1;
  session.contradict(writer, Judgement::kDiverged, {last, entries.end_hash});
}

void Puller::take(Session& session, const SnapshotBegin& begin) {
  const auto source = find(session, begin.stream);
  if (source == sources_.end()) return;
  source->second.snapshot_to = begin.end.n;
  check(session, intake_.begin_snapshot(source->first, begin.end));
}

void Puller::take(Session& session, const SnapshotChunk& chunk) {
  const auto source = find(session, chunk.stream);
  if (source == sources_.end()) return;
  const auto taken = intake_.add_chunk(source->first, chunk.chunk);
  if (!taken) return check(session, taken);
  session.send(Credit{chunk.stream, 1});
}

void Puller::take(Session& session, const SnapshotEnd& end) {
  const auto source = find(session, end.stream);
  if (source == sources_.end()) return;
  check(session, intake_.install(source->first));
}

}  // namespace perpetua::replication
