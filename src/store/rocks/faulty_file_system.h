#pragma once
// A file system for crash tests: it fails at a chosen operation, and a power cut takes away what
// was not synced, files' contents and directories' entries alike. Nothing is really synced, so that
// thousands of crashes take seconds. Thread-safe, as RocksDB needs.

#include <rocksdb/file_system.h>

#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace perpetua::store {

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  enum class Fault {
    kCrash,      // the machine stops: the operation is done in part, and no later one at all
    kSyncFails,  // the next sync from then on fails, once; what it should have saved stays unsaved
    kDiskFull,   // appends fail from then on, having written a part
  };
  enum class Tail {
    kDropped,  // un-synced bytes are gone
    kTorn,     // some first part of them survives
    kKept,     // all of them survive
    kGarbled,  // they survive, with zeros somewhere: pages written out of order
  };

  FaultyFileSystem() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  /// The fault comes with the at-th changing operation from now on, counted from 1; 0: never.
  void arm(Fault fault, std::uint64_t at, std::uint64_t seed);
  [[nodiscard]] std::uint64_t operations() const;
  /// Whether the fault came.
  [[nodiscard]] bool has_struck() const;

  /// Leaves on the disk what a power cut might. No file is open any more.
  void cut_power(Tail tail);

  // rocksdb::FileSystem
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus Truncate(const std::string& path, std::size_t size,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;

 private:
  class File;
  class Directory;
  struct Contents {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
    bool has_lost = false;  // a sync failed: a later one that succeeds saves nothing
  };
  struct Renamed {
    std::string from;
    std::string to;
    bool had_target = false;
    std::string target;  // what lay there before
  };

  /// What an operation may do: all of it, only its first `part` bytes, or nothing.
  struct Permit {
    const char* error = nullptr;
    std::size_t part = 0;
    [[nodiscard]] bool is_granted() const { return error == nullptr; }
    // The analyzer loses sight of the text that an IOStatus owns.
    [[nodiscard]] rocksdb::IOStatus status() const {
      if (is_granted()) return rocksdb::IOStatus::OK();
      return rocksdb::IOStatus::IOError(error);  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks)
    }
  };
  [[nodiscard]] Permit begin(std::size_t bytes, bool is_sync);
  void synced(const std::string& path, bool is_good);
  void synced_directory(const std::string& path);

  mutable std::mutex mutex_;
  Fault fault_ = Fault::kCrash;
  std::uint64_t strikes_at_ = 0;
  std::uint64_t operations_ = 0;
  bool has_struck_ = false;
  bool is_stopped_ = false;  // no operation succeeds any more
  std::mt19937_64 random_;
  std::map<std::string, Contents> files_;
  std::vector<std::string> created_;  // whose directory was not synced since
  std::vector<Renamed> renamed_;
};

}  // namespace perpetua::store
