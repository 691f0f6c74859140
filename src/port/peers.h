#pragma once
// The other regions as the rules see them: who holds what, and a question to one of them. The
// replication engine answers in perpetuad and in the simulator.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "base/writer.h"

namespace perpetua::port {

inline constexpr std::size_t kQuestionSizeMax = std::size_t{16} * 1024;

class Peers {
 public:
  virtual ~Peers() = default;

  /// Whether another region holds this region's entry n, durably: now, or within `timeout`. At once
  /// when no link is up: nobody waits for what cannot come.
  virtual Task<bool> wait_remote(std::uint64_t n, std::chrono::milliseconds timeout) = 0;
  /// Whether another region holds the writer's entry n now, durably, as far as is known. The region
  /// that wrote it does, unless it has said that it holds less: its disk was emptied or rolled
  /// back.
  [[nodiscard]] virtual bool is_held_elsewhere(const Writer& writer, std::uint64_t n) const = 0;

  /// Asks one region; its answer, or kUnavailable (no link, too many questions under way) or
  /// kTimeout. A question may be answered more than once or not at all: questions are idempotent.
  virtual Task<Result<std::string>> ask(std::string region, std::string question,
                                        std::chrono::milliseconds timeout) = 0;

  /// Answers what other regions ask. Set once, before links are opened. The asker's writer is
  /// authenticated by its link.
  using Answerer = std::function<Task<std::string>(Writer asker, std::string question)>;
  virtual void set_answerer(Answerer answerer) = 0;
};

}  // namespace perpetua::port
