#pragma once
// A file system for crash tests: it fails at a chosen operation, and a power cut takes away what
// was not synced, files' contents and directories' entries alike: what was made is gone, what was
// renamed or removed is back. Nothing is really synced, so that thousands of crashes take seconds.
// Thread-safe, as RocksDB needs.

#include <rocksdb/file_system.h>

#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace perpetua::store {

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  enum class Fault {
    kCrash,      // the machine stops: the operation is done in part, and no later one at all
    kSyncFails,  // the next sync from then on fails, once; what it should have saved stays unsaved,
                 // though it is read back until the power goes
    kDiskFull,   // appends fail from then on, having written a part
  };
  enum class Tail {
    kDropped,  // un-synced bytes are gone, and changes of directories
    kTorn,     // some first part of them survives
    kGarbled,  // bytes survive, with zeros somewhere: pages written out of order
  };

  FaultyFileSystem() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  /// A process begins, and no file is open any more: without a power cut before it all that was
  /// written is there, synced or not. Its fault comes with its at-th changing operation, counted
  /// from 1; 0: never.
  void arm(Fault fault, std::uint64_t at, std::uint64_t seed);
  /// Whether the fault came.
  [[nodiscard]] bool has_struck() const;

  /// Leaves on the disk what a power cut might.
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
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
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
  struct Saved {
    std::string bytes;
    Contents contents;
  };
  /// Of a directory's entries, until it is synced.
  struct Change {
    std::string path;
    std::string from;             // where it was renamed from; empty: it was made, or removed
    std::optional<Saved> before;  // what the path named
    bool is_removal = false;
  };

  /// What an operation may do: all of it, only its first `part` bytes, or nothing.
  struct Permit {
    const char* error = nullptr;
    std::size_t part = 0;
    bool is_for_room = false;  // what is lacking is room
    [[nodiscard]] bool is_granted() const { return error == nullptr; }
    // The analyzer loses sight of the text that an IOStatus owns.
    // NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks)
    [[nodiscard]] rocksdb::IOStatus status() const {
      if (is_granted()) return rocksdb::IOStatus::OK();
      if (is_for_room) return rocksdb::IOStatus::NoSpace(error);
      return rocksdb::IOStatus::IOError(error);
    }
    // NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)
  };
  [[nodiscard]] Permit begin(std::size_t bytes, bool is_sync);
  void synced(const std::string& path, bool is_good);
  void synced_directory(const std::string& path);
  [[nodiscard]] Saved save(const std::string& path) const;
  void undo(const Change& change);
  void lose(const std::string& path, const Contents& contents, Tail tail);

  mutable std::mutex mutex_;
  Fault fault_ = Fault::kCrash;
  std::uint64_t strikes_at_ = 0;
  std::uint64_t operations_ = 0;
  bool has_struck_ = false;
  bool is_stopped_ = false;  // no operation succeeds any more
  std::mt19937_64 random_;
  std::map<std::string, Contents> files_;
  std::vector<Change> changes_;  // oldest first
};

}  // namespace perpetua::store
