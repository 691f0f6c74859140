#pragma once
// The links between regions as their replication engines meet them: connections that carry bytes in
// order, as TCP's do, over paths that are slow, stall, break, or work one way only. Dialling
// follows replication/link.h.

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "replication/engine.h"
#include "sim/history.h"
#include "sim/random.h"
#include "sim/scheduler.h"

namespace perpetua::sim {

/// From one region to another. Faults count: two at once end one after the other.
struct Path {
  Micros delay = kMillisecond;
  Micros jitter = 0;
  Micros delay_extra = 0;
  std::int64_t bytes_per_second = 0;  // 0: any number
  int cuts = 0;                       // connections break, none can be made
  int stalls = 0;                     // what is sent waits; nobody is told
  /// What is sent does not arrive, for now or for ever.
  [[nodiscard]] bool is_silent() const { return cuts > 0 || stalls > 0; }
};

class Network {
 public:
  Network(Scheduler& scheduler, History& history, Random random, std::vector<std::string> names);
  ~Network();

  [[nodiscard]] Path& path(std::size_t from, std::size_t to) { return paths_[from][to]; }
  /// Nothing gets there and back.
  [[nodiscard]] bool is_silent_between(std::size_t a, std::size_t b) const {
    return paths_[a][b].is_silent() || paths_[b][a].is_silent();
  }

  /// A process has begun to listen and to dial. Both outlive the network.
  void start(std::size_t region, replication::Engine& engine, const Scheduler::Owner& owner);
  /// It is gone: its connections break.
  void stop(std::size_t region);

  /// Breaks the connections between the two, as both are told.
  void reset(std::size_t a, std::size_t b);
  /// What waited on the path goes on.
  void unstall(std::size_t from, std::size_t to);
  /// `a` loses its connection, `b` is not told, ever.
  void half_open(std::size_t a, std::size_t b);

  [[nodiscard]] std::uint64_t bytes_carried() const { return bytes_carried_; }

 private:
  struct Connection;
  struct Side;
  struct Site {
    replication::Engine* engine = nullptr;
    const Scheduler::Owner* owner = nullptr;
    [[nodiscard]] bool is_up() const { return owner != nullptr && owner->is_alive; }
  };

  void dial(std::size_t from, std::size_t to, Micros backoff);
  void dial_later(std::size_t from, std::size_t to, Micros delay, Micros backoff);
  void fail_dial(std::size_t from, std::size_t to, Micros after, const char* why, Micros backoff);
  void knock(std::size_t from, std::size_t to);
  void connect(std::size_t from, std::size_t to);
  [[nodiscard]] bool is_connected(std::size_t from, std::size_t to) const;

  void transmit(const std::shared_ptr<Connection>& connection, std::size_t side);
  void send(const std::shared_ptr<Connection>& connection, std::size_t side, std::string bytes,
            bool is_end);
  void arrive(const std::shared_ptr<Connection>& connection, std::size_t side);
  void lose(const std::shared_ptr<Connection>& connection, std::size_t side, const char* why,
            Micros after);
  [[nodiscard]] Micros travel_time(std::size_t from, std::size_t to);

  Scheduler& scheduler_;
  History& history_;
  Random random_;
  std::vector<std::string> names_;
  std::vector<Site> sites_;
  std::vector<std::vector<Path>> paths_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::uint64_t bytes_carried_ = 0;
};

}  // namespace perpetua::sim
