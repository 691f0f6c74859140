#pragma once
// An engine on RocksDB. A thread of its own writes and syncs, one batch at a time; reads are
// answered at once, on the caller's thread, from RocksDB's memory or its files.
//
// RocksDB makes a batch visible after it has synced its write-ahead log, so what is seen is
// durable, as Engine asks.

#include <memory>
#include <string>

#include "port/world.h"
#include "store/engine.h"

namespace rocksdb {
class Env;
}

namespace perpetua::store {

class RocksEngine final : public Engine {
 public:
  struct Options {
    std::string folder;           // made when it is not there
    rocksdb::Env* env = nullptr;  // null: the real one. Outlives the engine
    std::size_t write_buffer_bytes =
        std::size_t{8} * 1024 * 1024;  // of memory before it becomes a file
    bool sync = true;  // false loses acknowledged commits: for the test that shows it
  };

  /// The executor outlives the engine. kUnavailable: the folder cannot be used, or another process
  /// has it open. kCorrupt: the database is damaged in more than what a crash may tear off. On a
  /// full disk it opens for reading: every write then fails as if in the middle of it.
  static Result<std::shared_ptr<RocksEngine>> open(const Options& options,
                                                   port::Executor& executor);
  /// Waits for the batch that is being written; its `done` is not called any more.
  ~RocksEngine() override;

  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override;
  [[nodiscard]] std::unique_ptr<Cursor> scan(std::string_view from,
                                             std::string_view to) const override;
  void write(Batch batch, Done done) override;
  [[nodiscard]] std::uint64_t free_bytes() const override;
  [[nodiscard]] std::unique_ptr<View> snapshot() const override;

  /// At once, synced, on this thread: for founding, before anything else runs.
  Result<void> write_now(const Batch& batch);

 private:
  class Impl;
  explicit RocksEngine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace perpetua::store
