#include "store/rocks/rocks_engine.h"

#include <malloc.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <condition_variable>
#include <cstdarg>
#include <filesystem>
#include <limits>
#include <mutex>
#include <thread>

#include "base/assert.h"

namespace perpetua::store {
namespace {

constexpr std::size_t kMiB = std::size_t{1024} * 1024;
constexpr int kCacheShardBits = 2;

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

Error to_error(const rocksdb::Status& status, std::string_view doing) {
  const auto code = status.IsCorruption() ? ErrorCode::kCorrupt
                    : status.IsNoSpace()  ? ErrorCode::kLimit
                                          : ErrorCode::kUnavailable;
  return {code, "the store, " + std::string(doing) + ": " + status.ToString()};
}

/// Small: a region with its whole catalogue stays under 96 MiB.
void bound_memory(rocksdb::Options& options) {
  options.max_write_buffer_number = 2;
  options.arena_block_size = std::min(kMiB / 4, options.write_buffer_size / 8);
  options.max_open_files = 256;
  options.target_file_size_base = 16 * kMiB;
  options.max_background_jobs = 2;
  options.max_file_opening_threads = 1;
  options.max_manifest_file_size = 4 * kMiB;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  rocksdb::BlockBasedTableOptions table;
  // Index and filter of a file are one block each: they must fit into a shard of the cache, or each
  // read would unpack them anew.
  table.block_cache = rocksdb::NewLRUCache(16 * kMiB, kCacheShardBits);
  table.cache_index_and_filter_blocks = true;
  table.enable_index_compression = false;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));  // most gathers find few writers
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
}

/// RocksDB's own log would be a file on the same disk: once a line has found no room there, the
/// next one aborts the process, while it should go on being read. What goes wrong comes back as a
/// status.
class NoLog final : public rocksdb::Logger {
 public:
  NoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options make_options(const RocksEngine::Options& wanted) {
  rocksdb::Options options;
  if (wanted.env != nullptr) options.env = wanted.env;
  options.write_buffer_size = wanted.write_buffer_bytes;
  options.create_if_missing = true;
  options.info_log = std::make_shared<NoLog>();
  options.compression = rocksdb::kLZ4Compression;
  // One batch is written and synced at a time, so a crash tears at most the end of the last log,
  // which was not acknowledged: an incomplete record there is dropped. Anything else that does not
  // check is damage to what was acknowledged, and must not open. (kPointInTimeRecovery would open
  // and silently drop all that comes after the damage.)
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;  // sees a log that is gone, or shorter
  // What a failed sync left in memory is read back by the next process: written anew, and synced,
  // before anything is built on it.
  options.avoid_flush_during_recovery = false;
  options.recycle_log_file_num = 0;  // a recycled log's tail looks torn
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;  // after an error nothing is tried again: we end
  options.skip_stats_update_on_db_open = true;
  bound_memory(options);
  return options;
}

void fill(rocksdb::WriteBatch& out, const Batch& batch) {
  for (const Batch::Operation& operation : batch.operations()) {
    const rocksdb::Status status =
        operation.kind == Batch::Operation::Kind::kPut
            ? out.Put(slice(operation.key), slice(operation.value))
            : out.DeleteRange(slice(operation.key), slice(operation.value));
    PERPETUA_ASSERT(status.ok(), "a batch in memory takes everything");
  }
}

/// RocksDB syncs the folder's entries, and nobody the folder's own.
rocksdb::Status sync_entry_of(const std::string& folder, rocksdb::Env& env) {
  const std::filesystem::path parent = std::filesystem::absolute(folder + "/..").lexically_normal();
  std::unique_ptr<rocksdb::Directory> directory;
  const rocksdb::Status opened = env.NewDirectory(parent.string(), &directory);
  return opened.ok() ? directory->Fsync() : opened;
}

class RocksCursor final : public Cursor {
 public:
  RocksCursor(rocksdb::DB& db, const rocksdb::Snapshot* snapshot, std::string_view from,
              std::string_view to)
      : to_(to), upper_bound_(to_) {
    if (from >= to) return;
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    options.iterate_upper_bound = &upper_bound_;
    iterator_.reset(db.NewIterator(options));
    iterator_->Seek(slice(from));
  }
  [[nodiscard]] bool valid() const override { return iterator_ && iterator_->Valid(); }
  void next() override { iterator_->Next(); }
  [[nodiscard]] std::string_view key() const override { return view(iterator_->key()); }
  [[nodiscard]] std::string_view value() const override { return view(iterator_->value()); }
  [[nodiscard]] Result<void> status() const override {
    if (!iterator_ || iterator_->status().ok()) return {};
    return std::unexpected(to_error(iterator_->status(), "scanning"));
  }

 private:
  std::string to_;
  rocksdb::Slice upper_bound_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

Result<std::optional<std::string>> get_from(rocksdb::DB& db, const rocksdb::Snapshot* snapshot,
                                            std::string_view key) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db.Get(options, db.DefaultColumnFamily(), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return std::unexpected(to_error(status, "reading"));
  return value.ToString();
}

using Snapshot = std::shared_ptr<const rocksdb::Snapshot>;

Snapshot take_snapshot(rocksdb::DB& db) {
  return {db.GetSnapshot(), [&db](const rocksdb::Snapshot* taken) { db.ReleaseSnapshot(taken); }};
}

class RocksView final : public View {
 public:
  RocksView(rocksdb::DB& db, Snapshot snapshot) : db_(db), snapshot_(std::move(snapshot)) {}
  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override {
    return get_from(db_, snapshot_.get(), key);
  }
  [[nodiscard]] std::unique_ptr<Cursor> scan(std::string_view from,
                                             std::string_view to) const override {
    return std::make_unique<RocksCursor>(db_, snapshot_.get(), from, to);
  }

 private:
  rocksdb::DB& db_;
  Snapshot snapshot_;
};

}  // namespace

class RocksEngine::Impl {
 public:
  Impl(std::unique_ptr<rocksdb::DB> opened, bool sync, bool is_read_only, port::Executor& executor)
      : db(std::move(opened)), executor_(executor), is_read_only_(is_read_only) {
    write_options_.sync = sync;
    thread_ = std::thread([this] { write_batches(); });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void submit(Batch batch, Done done) {
    before_ = take_snapshot(*db);
    {
      const std::lock_guard lock(mutex_);
      PERPETUA_ASSERT(!next_, "one batch at a time");
      next_.emplace(std::move(batch), std::move(done));
    }
    wake_.notify_one();
  }

  Result<void> write_now(const Batch& batch) {
    if (is_read_only_)
      return fail(ErrorCode::kLimit, "the store was opened on a full disk, for reading");
    rocksdb::WriteBatch out(batch.bytes() + batch.operations().size() * 16);
    fill(out, batch);
    const rocksdb::Status status = db->Write(write_options_, &out);
    if (!status.ok()) return std::unexpected(to_error(status, "writing"));
    return {};
  }

  /// RocksDB shows a batch before the loop is told of it: while one is written, the state before.
  [[nodiscard]] Snapshot snapshot() const { return before_ ? before_ : take_snapshot(*db); }

  std::unique_ptr<rocksdb::DB> db;

 private:
  using Job = std::pair<Batch, Done>;

  void write_batches() {
    while (std::optional<Job> job = take()) {
      Result<void> written = write_now(job->first);
      executor_.post([this, alive = std::weak_ptr(alive_), done = std::move(job->second),
                      written = std::move(written)]() mutable {
        if (!alive.expired()) told(std::move(done), std::move(written));
      });
    }
  }

  void told(Done done, Result<void> written) {
    before_.reset();
    done(std::move(written));
  }

  std::optional<Job> take() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return next_ || is_stopping_; });
    return std::exchange(next_, std::nullopt);
  }

  port::Executor& executor_;
  rocksdb::WriteOptions write_options_;
  bool is_read_only_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<Job> next_;
  Snapshot before_;  // of the batch being written; the loop's
  bool is_stopping_ = false;
  std::shared_ptr<void> alive_ = std::make_shared<int>();  // looked for on the executor's thread
  std::thread thread_;
};

Result<std::shared_ptr<RocksEngine>> RocksEngine::open(const Options& options,
                                                       port::Executor& executor) {
  // Each thread's arena keeps what it once had; with a few threads two arenas do.
  mallopt(M_ARENA_MAX, 2);
  rocksdb::DB* db = nullptr;
  const rocksdb::Options chosen = make_options(options);
  const rocksdb::Status status = rocksdb::DB::Open(chosen, options.folder, &db);
  const bool is_read_only =
      status.IsNoSpace() && rocksdb::DB::OpenForReadOnly(chosen, options.folder, &db).ok();
  if (!status.ok() && !is_read_only)
    return std::unexpected(to_error(status, "opening " + options.folder));
  std::unique_ptr<rocksdb::DB> opened(db);
  if (!is_read_only)
    if (const auto synced = sync_entry_of(options.folder, *db->GetEnv()); !synced.ok())
      return std::unexpected(to_error(synced, "keeping " + options.folder));
  return std::shared_ptr<RocksEngine>(new RocksEngine(
      std::make_unique<Impl>(std::move(opened), options.sync, is_read_only, executor)));
}

RocksEngine::RocksEngine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RocksEngine::~RocksEngine() = default;

Result<std::optional<std::string>> RocksEngine::get(std::string_view key) const {
  return get_from(*impl_->db, nullptr, key);
}

std::unique_ptr<Cursor> RocksEngine::scan(std::string_view from, std::string_view to) const {
  return std::make_unique<RocksCursor>(*impl_->db, nullptr, from, to);
}

void RocksEngine::write(Batch batch, Done done) {
  impl_->submit(std::move(batch), std::move(done));
}

std::uint64_t RocksEngine::free_bytes() const {
  std::uint64_t free = 0;
  const rocksdb::Status status = impl_->db->GetEnv()->GetFreeSpace(impl_->db->GetName(), &free);
  // Where the file system does not tell, a write that fails does.
  return status.ok() ? free : std::numeric_limits<std::uint64_t>::max();
}

std::unique_ptr<View> RocksEngine::snapshot() const {
  return std::make_unique<RocksView>(*impl_->db, impl_->snapshot());
}

Result<void> RocksEngine::write_now(const Batch& batch) {
  return impl_->write_now(batch);
}

}  // namespace perpetua::store
