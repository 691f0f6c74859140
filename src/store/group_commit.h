#pragma once
// Group commit: changes queue up while a batch is on its way to the disk, and all that has queued
// goes as the next one. Changes become durable in the order in which they were added.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/task.h"
#include "base/writer.h"
#include "store/engine.h"
#include "store/format.h"

namespace perpetua::store {

/// Something to be written. Of the records of one writer in a group only the last is.
struct Update {
  Batch batch;
  std::optional<std::pair<Writer, WriterRecord>> record;
};

class GroupCommit {
 public:
  using Records = std::map<Writer, WriterRecord>;
  struct Limits {
    std::size_t group_bytes_max;      // of one batch, unless a single change is larger
    std::size_t pending_bytes_max;    // of changes that wait for their batch
    std::uint64_t reserve_bytes = 0;  // of the disk, for what was taken before and for recovery
  };
  struct Events {
    /// A group is durable, with the last record of each writer in it. Before who waits is told.
    std::function<void(const Records&)> durable;
    /// After that.
    std::function<void()> told;
    /// The disk was full in the middle of a group: what was not durable is taken back. Before who
    /// waits is told.
    std::function<void()> full;
    /// Once. After who waits was told.
    std::function<void()> failed;
  };

  GroupCommit(Engine& engine, Limits limits, Events events);
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;
  ~GroupCommit();

  /// kUnavailable when the disk has failed or is full, or too much waits for it.
  [[nodiscard]] Result<void> check_room(std::size_t bytes) const;
  /// The change's sequence number: 1, 2, 3, ... Never refuses: callers who can say no look first.
  /// Begins the write when none is under way. Does nothing where nothing is written any more.
  std::uint64_t add(Update update);

  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  [[nodiscard]] std::uint64_t durable() const { return durable_; }

  /// Whether all up to `sequence` is durable; answers when that is known.
  [[nodiscard]] Task<bool> wait(std::uint64_t sequence);

  /// Nothing is written from now on, and nothing that was not durable will be told to be.
  void fail(std::string why);
  /// As fail(), on purpose: `failed` is not called.
  void close();
  /// Nothing can be trusted any more, reads neither.
  [[nodiscard]] bool has_failed() const { return !failure_.empty() && !is_full_; }
  /// Why nothing is written any more, though it may be read.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// Why nothing more is taken, for want of room on the disk; empty when there is room.
  [[nodiscard]] const std::string& why_full() const;
  [[nodiscard]] bool has_room() const { return engine_.free_bytes() >= limits_.reserve_bytes; }

 private:
  class Waiter;
  void begin_group();
  void end_group(std::uint64_t last, const Records& records, Result<void> written);
  void take_back(std::string why);
  void wake(bool is_durable, std::uint64_t until);

  Engine& engine_;
  Limits limits_;
  Events events_;
  std::string failure_;
  bool is_full_ = false;          // the failure is that the disk was full
  mutable std::string why_full_;  // as of the last look

  std::deque<Update> pending_;
  std::size_t pending_bytes_ = 0;
  std::uint64_t accepted_ = 0;  // the last of pending_, or of the group under way
  std::uint64_t durable_ = 0;
  bool is_under_way_ = false;

  std::map<std::pair<std::uint64_t, std::uint64_t>, Promise<bool>*> waiters_;  // by sequence, id
  std::uint64_t last_waiter_ = 0;
  std::shared_ptr<void> alive_ = std::make_shared<int>();  // what the engine's answer looks for
};

}  // namespace perpetua::store
