#pragma once
// A region's disk, below the store's own group commit, log and recovery: an ordered map that keeps
// what was synced, and a write-ahead log of which a power cut leaves the un-synced tail, a part of
// it, or none.

#include <memory>
#include <optional>
#include <set>

#include "sim/history.h"
#include "sim/random.h"
#include "sim/scheduler.h"
#include "store/engine.h"
#include "store/memory/memory_engine.h"

namespace perpetua::sim {

/// What is wrong with it now.
struct DiskFaults {
  Micros latency_extra = 0;  // of each write
  bool is_full = false;
  bool fills_in_write = false;  // the next write finds no room in its middle
  bool fails_sync = false;      // the next write's fsync fails
};

class Disk {
 public:
  Disk(Scheduler& scheduler, History& history, std::size_t region, Random random);

  /// What a process opens. Its writes belong to `owner`; at most one is open.
  [[nodiscard]] std::shared_ptr<store::Engine> open(const Scheduler::Owner& owner);
  /// The process is gone. What it was writing may be on the disk, or not.
  void power_cut();

  /// At once and durably, for what happens before a process runs.
  void apply(const store::Batch& batch) { stored_.apply(batch); }
  [[nodiscard]] bool is_empty() const { return !everything()->valid(); }
  [[nodiscard]] const store::View& view() const { return stored_; }

  void wipe();
  /// As a folder that was copied, and is put back.
  [[nodiscard]] store::Batch copy() const;
  void put_back(const store::Batch& copy);
  /// Reads of one of the stored values return a wrong bit, until the process that reads ends.
  void rot();
  /// Nothing is wrong with it any more.
  void heal() {
    faults = {};
    rotten_key_.reset();
  }
  [[nodiscard]] bool is_rotten() const { return rotten_key_.has_value(); }

  DiskFaults faults;

 private:
  class Open;
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] std::unique_ptr<store::Cursor> everything() const;
  /// Its executor is never used: only apply() writes.
  struct NoExecutor : port::Executor {
    void post(std::move_only_function<void()>) override {}
  };

  Scheduler& scheduler_;
  History& history_;
  std::size_t region_;
  Random random_;
  NoExecutor nobody_;
  store::MemoryEngine stored_{nobody_};
  std::optional<store::Batch> being_written_;
  std::optional<std::string> rotten_key_;
  std::uint64_t rotten_bit_ = 0;
};

}  // namespace perpetua::sim
