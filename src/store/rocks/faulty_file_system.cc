#include "store/rocks/faulty_file_system.h"

#include <filesystem>
#include <fstream>
#include <sstream>

// The analyzer loses sight of the text that an IOStatus owns.
// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks)
namespace perpetua::store {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::filesystem::path folder_of(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().parent_path();
}

std::string read_file(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

class FaultyFileSystem::File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(FaultyFileSystem& fs, std::string path, std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), fs_(fs), path_(std::move(path)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const Permit permit = fs_.begin(data.size(), false);
    const std::size_t size = permit.is_granted() ? data.size() : permit.part;
    const IOStatus written = target()->Append(Slice(data.data(), size), options, debug);
    const std::lock_guard lock(fs_.mutex_);
    if (written.ok()) fs_.files_[path_].size += size;
    return permit.is_granted() ? written : permit.status();
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    const Permit permit = fs_.begin(0, false);
    if (!permit.is_granted()) return permit.status();
    const std::lock_guard lock(fs_.mutex_);
    fs_.files_[path_].size = size;
    return target()->Truncate(size, options, debug);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return sync(); }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();  // a hint: promises nothing
  }
  IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  IOStatus sync() {
    IOStatus status = fs_.begin(0, true).status();
    fs_.synced(path_, status.ok());
    return status;
  }

  FaultyFileSystem& fs_;
  std::string path_;
};

class FaultyFileSystem::Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(FaultyFileSystem& fs, std::string path, std::unique_ptr<rocksdb::FSDirectory> directory)
      : FSDirectoryWrapper(std::move(directory)), fs_(fs), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    IOStatus status = fs_.begin(0, true).status();
    if (status.ok()) fs_.synced_directory(path_);
    return status;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  FaultyFileSystem& fs_;
  std::string path_;
};

void FaultyFileSystem::arm(Fault fault, std::uint64_t at, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  strikes_at_ = at;
  operations_ = 0;
  has_struck_ = is_stopped_ = false;
  random_.seed(seed);
}

bool FaultyFileSystem::has_struck() const {
  const std::lock_guard lock(mutex_);
  return has_struck_;
}

FaultyFileSystem::Permit FaultyFileSystem::begin(std::size_t bytes, bool is_sync) {
  const std::lock_guard lock(mutex_);
  ++operations_;
  if (is_stopped_ && fault_ == Fault::kCrash) return {"the machine has stopped"};
  const bool is_due = strikes_at_ != 0 && operations_ >= strikes_at_;
  const auto strike = [&](const char* what) {
    has_struck_ = true;
    return Permit{what, bytes == 0 ? 0 : random_() % (bytes + 1), fault_ == Fault::kDiskFull};
  };
  if (!is_due) return {};
  switch (fault_) {
    case Fault::kCrash:
      is_stopped_ = true;
      return strike("the machine has stopped");
    case Fault::kSyncFails:
      if (!is_sync || has_struck_) return {};
      return strike("fsync has failed");
    case Fault::kDiskFull:
      if (bytes == 0) return {};
      return strike("no space left on device");
  }
  return {};
}

void FaultyFileSystem::synced(const std::string& path, bool is_good) {
  const std::lock_guard lock(mutex_);
  Contents& contents = files_[path];
  if (!is_good) contents.has_lost = true;
  if (!contents.has_lost) contents.synced = contents.size;
}

void FaultyFileSystem::synced_directory(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const std::filesystem::path folder = folder_of(path + "/");
  std::erase_if(changes_, [&](const Change& made) { return folder_of(made.path) == folder; });
}

FaultyFileSystem::Saved FaultyFileSystem::save(const std::string& path) const {
  Saved saved{read_file(path), {}};
  const auto known = files_.find(path);
  const std::uint64_t size = saved.bytes.size();
  saved.contents = known == files_.end() ? Contents{size, size} : known->second;
  return saved;
}

void FaultyFileSystem::undo(const Change& change) {
  const auto contents = files_.extract(change.path);
  if (!change.from.empty()) {
    if (std::filesystem::exists(change.path)) std::filesystem::rename(change.path, change.from);
    if (contents) files_[change.from] = contents.mapped();
  } else if (!change.is_removal) {
    std::filesystem::remove_all(change.path);
  }
  if (!change.before) return;
  std::ofstream(change.path, std::ios::binary) << change.before->bytes;
  files_[change.path] = change.before->contents;
}

void FaultyFileSystem::lose(const std::string& path, const Contents& contents, Tail tail) {
  if (!std::filesystem::exists(path) || contents.size <= contents.synced) return;
  const std::uint64_t unsaved = contents.size - contents.synced;
  std::uint64_t kept = tail == Tail::kDropped ? 0 : unsaved;
  if (tail == Tail::kTorn) kept = random_() % (unsaved + 1);
  std::filesystem::resize_file(path, contents.synced + kept);
  if (tail != Tail::kGarbled) return;
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(contents.synced + random_() % unsaved));
  file << std::string(1 + random_() % 16, '\0');
  file.close();
  std::filesystem::resize_file(path, contents.size);
}

void FaultyFileSystem::cut_power(Tail tail) {
  const std::lock_guard lock(mutex_);
  // Directories' changes reach the disk in their order.
  const std::size_t kept = tail == Tail::kTorn ? random_() % (changes_.size() + 1) : 0;
  for (; changes_.size() > kept; changes_.pop_back()) undo(changes_.back());
  for (const auto& [path, contents] : files_) lose(path, contents, tail);
  files_.clear();
  changes_.clear();
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& path,
                                           const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext* debug) {
  const Permit permit = begin(0, false);
  if (!permit.is_granted()) return permit.status();
  std::unique_ptr<rocksdb::FSWritableFile> made;
  const IOStatus status = target()->NewWritableFile(path, options, &made, debug);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  files_[path] = {};
  changes_.push_back({path, {}, {}, false});
  *file = std::make_unique<File>(*this, path, std::move(made));
  return status;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const std::string& path,
                                              const rocksdb::FileOptions& options,
                                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                                              IODebugContext* debug) {
  const Permit permit = begin(0, false);
  if (!permit.is_granted()) return permit.status();
  std::unique_ptr<rocksdb::FSWritableFile> opened;
  const IOStatus status = target()->ReopenWritableFile(path, options, &opened, debug);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  const std::uint64_t size = std::filesystem::file_size(path);
  files_.try_emplace(path, Contents{size, size});
  *file = std::make_unique<File>(*this, path, std::move(opened));
  return status;
}

IOStatus FaultyFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                                        IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> opened;
  const IOStatus status = target()->NewDirectory(path, options, &opened, debug);
  if (status.ok()) *directory = std::make_unique<Directory>(*this, path, std::move(opened));
  return status;
}

IOStatus FaultyFileSystem::CreateDir(const std::string& path, const IOOptions& options,
                                     IODebugContext* debug) {
  const Permit permit = begin(0, false);
  if (!permit.is_granted()) return permit.status();
  IOStatus status = target()->CreateDir(path, options, debug);
  const std::lock_guard lock(mutex_);
  if (status.ok()) changes_.push_back({path, {}, {}, false});
  return status;
}

IOStatus FaultyFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                              IODebugContext* debug) {
  return std::filesystem::exists(path) ? IOStatus::OK() : CreateDir(path, options, debug);
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                      IODebugContext* debug) {
  const Permit permit = begin(0, false);
  if (!permit.is_granted()) return permit.status();
  const std::lock_guard lock(mutex_);
  Change removal{path, {}, save(path), true};
  IOStatus status = target()->DeleteFile(path, options, debug);
  if (!status.ok()) return status;
  changes_.push_back(std::move(removal));
  files_.erase(path);
  return status;
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                      const IOOptions& options, IODebugContext* debug) {
  const Permit permit = begin(0, false);
  if (!permit.is_granted()) return permit.status();
  const std::lock_guard lock(mutex_);
  Change change{to, from, {}, false};
  if (std::filesystem::exists(to)) change.before = save(to);
  IOStatus status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  changes_.push_back(std::move(change));
  files_.erase(to);
  if (const auto contents = files_.extract(from)) files_[to] = contents.mapped();
  return status;
}

IOStatus FaultyFileSystem::Truncate(const std::string& path, std::size_t size,
                                    const IOOptions& options, IODebugContext* debug) {
  const Permit permit = begin(0, false);
  if (!permit.is_granted()) return permit.status();
  return target()->Truncate(path, size, options, debug);
}

}  // namespace perpetua::store
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)
