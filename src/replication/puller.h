#pragma once
// Where each mirror gets its writer's history from. The owner serves it while it is linked; else
// any other holder that is ahead and whose history is known to contain the mirror's. One source at
// a time for each writer.

#include <deque>
#include <map>
#include <vector>

#include "replication/intake.h"
#include "replication/session.h"

namespace perpetua::replication {

class Puller {
 public:
  explicit Puller(port::History& history) : history_(history), intake_(history) {}

  /// Asks and stops asking, as the sessions and what they say they hold have it now.
  void choose(const std::vector<Session*>& sessions);

  /// Entries, or a part of a snapshot. What the disk has no room for is kept, as much as a source
  /// may send unasked, and taken by choose() later.
  void take(Session& session, Message message);

  void forget(const Session& session);
  /// The session that the writer's history comes from.
  [[nodiscard]] std::optional<std::uint64_t> source(const Writer& writer) const;

 private:
  struct Source {
    Session* session;
    std::uint32_t stream;
    std::uint64_t snapshot_to = 0;  // no other source while a snapshot up to here is on its way
    std::size_t chunks_credited = 0;
    std::deque<Message> kept{};  // until the disk has room
    std::size_t kept_bytes = 0;
  };

  void choose(const Writer& writer, const std::vector<Session*>& sessions);
  [[nodiscard]] Session* best(const Writer& writer, const std::vector<Session*>& sessions,
                              std::uint64_t reached) const;
  void stop(const Writer& writer);
  /// The writer of a stream under way; none for what comes late of one that was stopped.
  [[nodiscard]] std::map<Writer, Source>::iterator find(const Session& session,
                                                        std::uint32_t stream);
  /// Of a writer that has a source, which this may stop. False: not now.
  [[nodiscard]] bool apply(const Writer& writer, const Message& message);
  void apply_kept();
  void credit();

  port::History& history_;
  Intake intake_;
  std::map<Writer, Source> sources_;
  std::uint32_t last_stream_ = 0;
};

}  // namespace perpetua::replication
