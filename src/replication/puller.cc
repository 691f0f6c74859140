#include "replication/puller.h"

#include <set>

#include "base/simulation.h"

namespace perpetua::replication {
namespace {

/// A window of entries, and a frame that it was not full for.
constexpr std::size_t kKeptBytesMax = 2 * kPayloadSizeMax;

std::uint32_t stream_of(const Message& message) {
  return std::visit(
      [](const auto& fields) -> std::uint32_t {
        if constexpr (requires { fields.stream; }) return fields.stream;
        return 0;
      },
      message);
}

/// In memory, about.
std::size_t size_of(const Message& message) {
  std::size_t bytes = sizeof(Message);
  if (const auto* const chunk = std::get_if<SnapshotChunk>(&message)) bytes += chunk->chunk.size();
  if (const auto* const entries = std::get_if<Entries>(&message))
    for (const std::string& entry : entries->entries) bytes += sizeof(entry) + entry.size();
  return bytes;
}

port::End end_of(const Entries& entries) {
  return {entries.first + entries.entries.size() - 1, entries.end_hash};
}

bool is_usable(const Session& session, const Writer& writer) {
  if (!session.has_met()) return false;
  const auto found = session.records().find(writer);
  return found != session.records().end() && !found->second.withheld && !found->second.refused &&
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
  apply_kept();
  credit();
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
  PERPETUA_REACHED(stream_cut);
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

// --- what comes ---

void Puller::take(Session& session, Message message) {
  const auto found = find(session, stream_of(message));
  if (found == sources_.end()) return;
  const Writer writer = found->first;
  Source& source = found->second;
  const bool is_next = source.kept.empty() && !PERPETUA_RARE(kept_for_disk);
  if (is_next && apply(writer, message)) return;
  source.kept_bytes += size_of(message);
  source.kept.push_back(std::move(message));
  if (source.kept_bytes > kKeptBytesMax)
    session.end(Parting::kMisbehaved,
                session.peer() + " sends more of " + writer.text() + " than is acknowledged");
}

bool Puller::apply(const Writer& writer, const Message& message) {
  Source& source = sources_.at(writer);
  Session& session = *source.session;
  const Result<void> taken = std::visit(
      [&](const auto& fields) -> Result<void> {
        if constexpr (requires { intake_.take(writer, fields); })
          return intake_.take(writer, fields);
        else
          return fail(ErrorCode::kInvalid, "no part of a stream");
      },
      message);
  if (taken) {
    if (const auto* const begin = std::get_if<SnapshotBegin>(&message)) {
      source.snapshot_to = begin->end.n;
      source.chunks_credited = 0;
    }
    return true;
  }
  switch (taken.error().code) {
    case ErrorCode::kUnavailable:
      PERPETUA_REACHED(entries_kept_for_disk);
      return false;
    case ErrorCode::kInvalid:
      session.end(Parting::kMisbehaved, taken.error().message);
      return true;
    case ErrorCode::kConflict:
      stop(writer);
      session.conclude(writer, Judgement::kDiverged, end_of(std::get<Entries>(message)));
      return true;
    default:
      stop(writer);
      session.refuse(writer, taken.error().message);
      return true;
  }
}

void Puller::apply_kept() {
  std::vector<Writer> writers;
  for (const auto& [writer, source] : sources_)
    if (!source.kept.empty()) writers.push_back(writer);
  for (const Writer& writer : writers) {
    for (auto found = sources_.find(writer); found != sources_.end() && !found->second.kept.empty();
         found = sources_.find(writer)) {
      Source& source = found->second;
      if (source.session->has_ended()) break;
      Message message = std::move(source.kept.front());
      source.kept.pop_front();
      source.kept_bytes -= size_of(message);
      if (apply(writer, message)) continue;
      source.kept_bytes += size_of(message);
      source.kept.push_front(std::move(message));
      break;
    }
  }
}

void Puller::credit() {
  for (auto& [writer, source] : sources_) {
    if (source.snapshot_to == 0) continue;
    const std::size_t durable = history_.durable_chunks(writer);
    if (durable <= source.chunks_credited) continue;
    source.session->send(
        Credit{source.stream, static_cast<std::uint32_t>(durable - source.chunks_credited)});
    source.chunks_credited = durable;
  }
}

}  // namespace perpetua::replication
