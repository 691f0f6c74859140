#pragma once
// One region's side of a link to one peer, as a state machine without I/O: bytes and ticks come in,
// bytes and events go out. It introduces this region, compares every history with the peer's,
// serves what the peer wants, acknowledges what is durable here, and finds a silent peer out.
//
// What needs more than one link (where to pull from, what to tell waiters) is the engine's.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "port/world.h"
#include "replication/standing.h"
#include "replication/stream.h"

namespace perpetua::replication {

/// What all sessions of a region share. Outlives them.
struct Site {
  std::string project;
  std::string region;
  port::History& history;
  port::Clock& clock;
  StreamLimits limits;
  bool own_withheld = false;  // the own history is contradicted: nobody is served from it
};

class Session;

/// What a session tells the engine, from inside receive(), pump() and tick().
class SessionEvents {
 public:
  virtual ~SessionEvents() = default;
  virtual void on_met(Session& session) = 0;
  /// The two do not exchange this writer any more. The own one: of kCannotProve it is told when the
  /// peer's own history has been judged too, for that may explain it.
  virtual void on_not_exchanged(Session& session, const Writer& writer, Standing standing,
                                std::uint64_t theirs) = 0;
  /// The peer holds `end` durably, as it says and as far as it can be compared; with the position
  /// of its own log behind that.
  virtual void on_holds(Session& session, const Writer& writer, const port::End& end,
                        std::uint64_t own_position) = 0;
  virtual void on_refused(Session& session, const Writer& writer, const std::string& why) = 0;
  /// Entries, snapshots, questions and answers.
  virtual void on_message(Session& session, Message message) = 0;
};

inline constexpr std::chrono::milliseconds kTickInterval{100};

class Session {
 public:
  /// What is known of the peer's copy of one writer's history.
  struct Record {
    port::End theirs;
    std::uint64_t own_position = 0;
    Standing standing = Standing::kProven;
    std::uint64_t agreed = 0;  // up to here the two are known to be the same
    bool compared = true;      // false: theirs was longer than ours, or nothing could be proven
    bool withheld = false;     // they do not serve it
    bool refused = false;      // the store here does not take what they serve
  };

  /// `peer` is the region that the link has authenticated.
  Session(std::uint64_t id, std::string peer, const Site& site, SessionEvents& events);

  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  /// The peer has introduced itself and was accepted.
  [[nodiscard]] bool has_met() const { return met_ && !ended_; }
  /// Of the hello; only after the peer has been met.
  [[nodiscard]] const Writer& peer_writer() const { return peer_writer_; }
  [[nodiscard]] const std::map<Writer, Record>& records() const { return records_; }
  [[nodiscard]] std::optional<std::int64_t> skew_ms() const { return skew_ms_; }

  void start();
  void receive(std::string_view bytes);
  /// Every kTickInterval. A process that was stopped ticks once when it goes on: its own silence is
  /// not the peer's.
  void tick();
  /// Sends what has become due: acknowledgements, entries.
  void pump();
  void send(const Message& message);
  /// A judgement of the peer's history that was made here: tells the peer when it is news.
  void conclude(const Writer& writer, Judgement judgement, const port::End& judged);
  /// Nobody is served from this writer any more.
  void withhold(const Writer& writer);
  /// The store does not take what the peer sends of this writer: it is not asked again.
  void refuse(const Writer& writer, const std::string& why);

  void end(Parting parting, std::string reason);
  /// The link is gone.
  void lose(std::string why);
  [[nodiscard]] bool has_ended() const { return ended_; }
  [[nodiscard]] const std::string& why_ended() const { return why_ended_; }

  [[nodiscard]] std::size_t output_size() const { return output_.size(); }
  [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }

 private:
  struct Serving {
    Stream stream;
    port::End from;
    bool proven = false;
  };

  void handle(Hello& hello);
  void handle(const Verdict& verdict);
  void handle(const Want& want);
  void handle(const Credit& credit);
  void handle(const Ack& ack);
  void handle(const Ping& ping);
  void handle(const Goodbye& goodbye);
  void dispatch(Message message);

  [[nodiscard]] bool accept(const Hello& hello);
  [[nodiscard]] bool admit(const Writer& writer);
  void compare(const Writer& writer);
  void stand(const Writer& writer, Standing standing);
  void tell_not_exchanged(const Writer& writer);
  [[nodiscard]] port::End ours(const Writer& writer) const;
  [[nodiscard]] Record& record(const Writer& writer);
  void acknowledge();
  void serve();
  void serve(const Writer& writer, Serving& serving);
  void ping();

  const std::uint64_t id_;
  const std::string peer_;
  const Site& site_;
  SessionEvents& events_;

  FrameReader reader_;
  std::string output_;
  bool met_ = false;
  bool ended_ = false;
  std::string why_ended_;

  Writer peer_writer_;
  bool peer_is_judged_ = false;  // its own history, by itself
  std::map<Writer, Record> records_;
  std::map<Writer, Serving> serving_;
  std::map<Writer, std::uint64_t> told_;  // the ends that the peer knows of

  int ticks_ = 0;
  int silent_ticks_ = 0;
  std::int64_t last_ping_sent_ms_ = -1;  // the peer's clock
  std::int64_t last_ping_came_ms_ = 0;
  std::optional<std::int64_t> skew_ms_;
};

}  // namespace perpetua::replication
