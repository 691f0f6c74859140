#pragma once
// Coroutines that wait for other regions: for an answer, or for somebody to hold an entry. Each is
// given up when its frame goes away, its time is over, or what it waits for cannot come.

#include <map>
#include <string>

#include "base/task.h"
#include "port/world.h"
#include "replication/message.h"

namespace perpetua::replication {

/// Cancels a timer at the end of its scope.
class ScopedTimer {
 public:
  ScopedTimer(port::Timers& timers, std::chrono::milliseconds delay,
              std::move_only_function<void()> fire)
      : timers_(timers), id_(timers.after(delay, std::move(fire))) {}
  ~ScopedTimer() { timers_.cancel(id_); }
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;

 private:
  port::Timers& timers_;
  port::Timers::Id id_;
};

class Questions {
 public:
  static constexpr std::size_t kUnderWayMax = 1024;  // for each peer

  explicit Questions(port::Timers& timers) : timers_(timers) {}

  [[nodiscard]] std::size_t under_way(std::uint64_t session) const;
  /// An id for a question that goes out on this session.
  [[nodiscard]] std::uint64_t next_id() { return ++last_id_; }
  /// Calls `send`, and waits for the answer to question `id`.
  [[nodiscard]] Task<Result<std::string>> wait(std::uint64_t session, std::uint64_t id,
                                               std::chrono::milliseconds timeout,
                                               std::move_only_function<void()> send);
  /// Ignored when nobody waits for it any more, or another session was asked.
  void answer(std::uint64_t session, Answer answer);
  /// The session is gone, and with it its answers.
  void forget(std::uint64_t session, const std::string& why);

 private:
  struct Waiting {
    std::uint64_t session;
    Promise<Result<std::string>>* answer;
  };
  port::Timers& timers_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_id_ = 0;
};

/// Waits for a number to be reached that may also fall.
class RemoteWaits {
 public:
  static constexpr std::size_t kUnderWayMax = 16384;

  explicit RemoteWaits(port::Timers& timers) : timers_(timers) {}

  /// False when there are too many, or when the time is over.
  [[nodiscard]] Task<bool> wait(std::uint64_t n, std::chrono::milliseconds timeout);
  void reached(std::uint64_t n);
  /// Nothing can come any more. Whoever is told false does not wait again at once.
  void give_up();

 private:
  port::Timers& timers_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Promise<bool>*> waiting_;  // by n, id
  std::uint64_t last_id_ = 0;
};

}  // namespace perpetua::replication
