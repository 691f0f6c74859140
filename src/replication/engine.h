#pragma once
// Replication between this region and all others (design section 3), as a state machine without
// I/O: bytes of links and ticks of the timers come in, bytes for links go out. The link
// (replication/link.h) moves them in perpetuad, the simulator moves them in virtual time.
//
// One thread. Functions may be called from within the callbacks of any port, from a Wire's own
// calls too; coroutines that waited here are resumed from within the engine's functions.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "port/peers.h"
#include "replication/holders.h"
#include "replication/puller.h"
#include "replication/questions.h"
#include "replication/retention.h"
#include "replication/session.h"

namespace perpetua::replication {

/// One link's way out. Outlives its session, which ends by close() or by Engine::disconnected().
class Wire {
 public:
  virtual ~Wire() = default;
  /// There is something to take by Engine::take_output(); said once until it is taken.
  virtual void output_ready() = 0;
  /// The session is over: send `last`, then close. May come from within Engine::connected().
  virtual void close(std::string last) = 0;
};

struct EngineOptions {
  std::string project;
  std::string region;
  std::vector<std::string> peers;  // all other regions of the topology
  StreamLimits stream;
  RetentionLimits retention;
  /// What an operator's log should say: links that come and go, contradictions.
  std::function<void(const std::string& line)> log = [](const std::string&) {};
};

struct WriterStatus {
  Writer writer;
  Standing standing = Standing::kProven;
  std::uint64_t ours = 0;
  std::uint64_t theirs = 0;
  bool withheld = false;  // the peer holds it and does not serve it
  bool refused = false;   // the store here does not take what the peer serves
  /// "in step", "behind", "ahead" (the peer's copy), "diverged", "refused here", ...
  [[nodiscard]] std::string_view state() const {
    return refused ? "refused here" : name(standing, ours, theirs);
  }
};

/// Clocks further apart are told of: versions and the order of duplicates follow them.
inline constexpr std::int64_t kSkewMaxMs = 500;

struct PeerStatus {
  std::string region;
  bool connected = false;
  std::string why_not;                  // empty when connected
  std::uint64_t lag_entries = 0;        // of the own history, that the peer has not acknowledged
  std::int64_t lag_ms = 0;              // since the oldest of them became durable here
  std::optional<std::int64_t> skew_ms;  // the peer's clock minus ours, when last linked
  bool clock_is_off = false;            // by more than kSkewMaxMs
  std::vector<WriterStatus> writers;    // as they stood when last linked
};

class Engine : public port::Peers, private SessionEvents {
 public:
  using SessionId = std::uint64_t;

  /// All ports outlive the engine.
  Engine(EngineOptions options, port::History& history, port::Clock& clock, port::Timers& timers);
  /// As stop().
  ~Engine() override;

  // --- for links ---
  /// A link to the region that its certificate names. A link to the same region that is there
  /// already is closed. Whom it refuses is told why.
  SessionId connected(const std::string& region, Wire& wire);
  void received(SessionId session, std::string_view bytes);
  [[nodiscard]] std::string take_output(SessionId session);
  /// The link is gone; its Wire is not called any more.
  void disconnected(SessionId session, const std::string& why);
  /// Why there is no link, for status().
  void unreachable(const std::string& region, const std::string& why);

  /// Says goodbye on every link, and ends every wait. Nothing begins after it.
  void stop();

  // --- port::Peers ---
  Task<bool> wait_remote(std::uint64_t n, std::chrono::milliseconds timeout) override;
  [[nodiscard]] bool is_held_elsewhere(const Writer& writer, std::uint64_t n) const override;
  Task<Result<std::string>> ask(std::string region, std::string question,
                                std::chrono::milliseconds timeout) override;
  void set_answerer(Answerer answerer) override { answerer_ = std::move(answerer); }

  // --- for operators, and for rules about several regions ---
  /// The last of this region's own entries that another region is known to hold durably.
  [[nodiscard]] std::uint64_t remote_position() const;
  [[nodiscard]] bool is_connected(const std::string& region) const;
  [[nodiscard]] std::vector<PeerStatus> status() const;
  /// Since the start each peer was met, or a link to it could not be had: a region that was rolled
  /// back knows it by then, unless it is cut off.
  [[nodiscard]] bool has_tried_all_peers() const;
  /// What a region acknowledged last of a writer's history; also while it is away.
  [[nodiscard]] std::optional<Held> acknowledged(const std::string& region,
                                                 const Writer& writer) const {
    return holders_.find(region, writer);
  }
  /// The region that the writer's history is pulled from.
  [[nodiscard]] std::optional<std::string> source(const Writer& writer) const;

 private:
  struct Link {
    std::unique_ptr<Session> session;
    Wire* wire;
    bool told = false;  // that output is ready
    std::size_t answers_under_way = 0;
  };
  struct Peer {
    std::optional<SessionId> session;
    std::string why_not = "not linked yet";
    bool is_tried = false;
    std::optional<std::int64_t> skew_ms;
    bool clock_is_off = false;
    std::vector<WriterStatus> writers;
  };

  /// Whatever enters the engine holds one: consequences are drawn when the outermost one ends, so
  /// that none of them meets a session half-way.
  class Turn {
   public:
    explicit Turn(Engine& engine);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Engine& engine_;
  };
  void settle();
  void reap();
  void pump();
  void wake();
  void tell_wires();

  void on_met(Session& session) override;
  void on_not_exchanged(Session& session, const Writer& writer, Standing standing,
                        std::uint64_t theirs) override;
  void on_holds(Session& session, const Writer& writer, const port::End& end,
                std::uint64_t own_position) override;
  void on_refused(Session& session, const Writer& writer, const std::string& why) override;
  void on_message(Session& session, Message message) override;
  void on_question(Session& session, Question question);
  Task<void> answer(SessionId session, Writer asker, Question question);

  void tick();
  void trim();
  void check_clock(const Session& session);
  [[nodiscard]] Session* session_to(const std::string& region) const;
  [[nodiscard]] bool can_become_remote() const;
  [[nodiscard]] std::vector<WriterStatus> writers_of(const Session& session) const;

  EngineOptions options_;
  port::History& history_;
  port::Clock& clock_;
  port::Timers& timers_;
  Site site_;

  std::map<SessionId, Link> links_;
  std::map<std::string, Peer> peers_;
  SessionId last_session_ = 0;
  Puller puller_;
  Holders holders_;
  DurableTimes durable_times_;
  Questions questions_;
  RemoteWaits remote_waits_;
  Answerer answerer_;
  std::deque<std::move_only_function<void()>> jobs_;  // others' code, run when a turn ends

  int depth_ = 0;
  bool unsettled_ = false;
  bool stopped_ = false;
  int ticks_ = 0;
  std::optional<port::Timers::Id> ticker_;
  std::shared_ptr<void> subscription_;
};

}  // namespace perpetua::replication
