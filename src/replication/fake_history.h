#pragma once
// For tests: logs in memory that behave as port/history.h says, with a disk that outlives a
// restart and loses what was not synced. Not thread-safe.

#include <map>
#include <memory>
#include <set>

#include "base/assert.h"
#include "port/history.h"
#include "port/testing.h"

namespace perpetua::replication {

/// One writer's history: `rows` stands for what its entries wrote, and is never trimmed.
struct FakeLog {
  std::vector<std::string> rows;
  std::vector<std::string> hashes;  // of positions 0 to the end
  std::uint64_t first_entry = 1;
  std::uint64_t first_hash = 0;

  explicit FakeLog(const Writer& writer) : hashes{port::genesis_hash(writer)} {}
  [[nodiscard]] port::End end() const { return {rows.size(), hashes.back()}; }
  void add(std::string_view entry) {
    hashes.push_back(port::chain_hash(hashes.back(), entry));
    rows.emplace_back(entry);
  }
};

struct FakeDisk {
  Writer own;
  std::string not_writing;
  std::map<Writer, FakeLog> logs;

  FakeLog& log(const Writer& writer) { return logs.try_emplace(writer, writer).first->second; }
};

/// The first chunk begins with the lowest position whose hash is known.
class FakeSnapshot : public port::SnapshotReader {
 public:
  explicit FakeSnapshot(const FakeLog& log)
      : end_(log.end()), first_hash_(log.first_hash), rows_(log.rows) {}
  [[nodiscard]] const port::End& end() const override { return end_; }
  Result<std::string> next(std::size_t bytes_max) override {
    Encoder out;
    if (!std::exchange(has_begun_, true)) out.u64(first_hash_);
    while (next_ < rows_.size() && out.size() < bytes_max) out.str(rows_[next_++]);
    return std::move(out).take();
  }

 private:
  port::End end_;
  std::uint64_t first_hash_;
  std::vector<std::string> rows_;
  std::size_t next_ = 0;
  bool has_begun_ = false;
};

class FakeHistory : public port::History {
 public:
  /// Entries that begin so are of a kind that this store does not know.
  static constexpr std::string_view kUnreadable = "unreadable";

  explicit FakeHistory(std::shared_ptr<FakeDisk> disk) : disk_(std::move(disk)) {}

  /// Appends to the own log, as a commit does.
  void write(std::string_view entry) {
    PERPETUA_ASSERT(disk_->not_writing.empty() && own_writer().may_write(), "takes no writes");
    add({own_writer(), std::string(entry), {}});
  }
  /// Makes durable what was appended so far.
  void sync() {
    if (pending_.empty()) return;
    for (Pending& pending : std::exchange(pending_, {})) {
      if (pending.is_chunk) {
        if (const auto staged = staged_.find(pending.writer); staged != staged_.end())
          ++staged->second.durable_chunks;
      } else if (pending.snapshot) {
        disk_->log(pending.writer) = *std::move(pending.snapshot);
      } else {
        disk_->log(pending.writer).add(pending.entry);
      }
    }
    tell();
  }
  [[nodiscard]] bool has_pending() const { return !pending_.empty(); }
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  std::size_t pending_max = 100'000;  // entries and chunks that may wait for the disk

  [[nodiscard]] const Writer& own_writer() const override { return disk_->own; }
  [[nodiscard]] std::vector<port::Holding> holdings() const override {
    std::vector<port::Holding> all;
    for (const auto& [writer, log] : disk_->logs) all.push_back(*holding(writer));
    return all;
  }
  [[nodiscard]] std::optional<port::Holding> holding(const Writer& writer) const override {
    const auto found = disk_->logs.find(writer);
    if (found == disk_->logs.end()) return std::nullopt;
    const FakeLog& log = found->second;
    return port::Holding{writer, log.end(), log.first_entry, log.first_hash};
  }
  [[nodiscard]] std::optional<std::string> hash_at(const Writer& writer,
                                                   std::uint64_t n) const override {
    const auto found = disk_->logs.find(writer);
    if (found == disk_->logs.end()) return std::nullopt;
    const FakeLog& log = found->second;
    if (n < log.first_hash || n >= log.hashes.size()) return std::nullopt;
    return log.hashes[n];
  }
  Result<std::vector<std::string>> read(const Writer& writer, std::uint64_t after,
                                        std::size_t bytes_max) const override {
    const FakeLog& log = disk_->logs.at(writer);
    if (after + 1 < log.first_entry) return fail(ErrorCode::kNotFound, "trimmed");
    std::vector<std::string> entries;
    std::size_t bytes = 0;
    for (std::size_t i = after; i < log.rows.size() && bytes < bytes_max; ++i) {
      entries.push_back(log.rows[i]);
      bytes += log.rows[i].size();
    }
    return entries;
  }
  Result<void> append(const Writer& writer, std::uint64_t n, std::string_view entry,
                      std::string_view hash) override {
    if (writer == own_writer()) return fail(ErrorCode::kInvalid, "the own writer");
    const port::End end = appended(writer);
    if (n != end.n + 1 || port::chain_hash(end.hash, entry) != hash)
      return fail(ErrorCode::kConflict, "not the next entry");
    if (pending_.size() >= pending_max) return no_room();
    if (entry.starts_with(kUnreadable))
      return fail(ErrorCode::kCorrupt, "an entry of no known kind");
    add({writer, std::string(entry), {}});
    return {};
  }
  [[nodiscard]] port::End appended(const Writer& writer) const override {
    if (const auto found = appended_.find(writer); found != appended_.end()) return found->second;
    const auto found = disk_->logs.find(writer);
    return found == disk_->logs.end() ? port::End{0, port::genesis_hash(writer)}
                                      : found->second.end();
  }
  Result<std::unique_ptr<port::SnapshotReader>> read_snapshot(const Writer& writer) const override {
    return std::make_unique<FakeSnapshot>(disk_->logs.at(writer));
  }
  Result<void> begin_snapshot(const Writer& writer, const port::End& end) override {
    std::erase_if(pending_, [&](const Pending& pending) {
      return pending.is_chunk && pending.writer == writer;
    });
    staged_.insert_or_assign(writer, Staged{end, {}, 0});
    return {};
  }
  Result<void> add_snapshot_chunk(const Writer& writer, std::string_view chunk) override {
    if (pending_.size() >= pending_max) return no_room();
    staged_.at(writer).bytes.append(chunk);
    pending_.push_back({writer, {}, {}, true});
    return {};
  }
  [[nodiscard]] std::size_t durable_chunks(const Writer& writer) const override {
    const auto staged = staged_.find(writer);
    return staged == staged_.end() ? 0 : staged->second.durable_chunks;
  }
  Result<void> install_snapshot(const Writer& writer) override {
    const Staged staged = std::move(staged_.extract(writer).mapped());
    FakeLog log(writer);
    Decoder in(staged.bytes);
    log.first_hash = in.u64();
    while (in.ok() && in.left() > 0) log.add(in.str());
    if (!in.ok() || log.end() != staged.end) return fail(ErrorCode::kCorrupt, "a bad snapshot");
    log.first_entry = staged.end.n + 1;
    appended_.insert_or_assign(writer, log.end());
    pending_.push_back({writer, {}, std::move(log)});
    return {};
  }
  void trim(const Writer& writer, std::uint64_t entries, std::uint64_t hashes) override {
    FakeLog& log = disk_->logs.at(writer);
    PERPETUA_ASSERT(entries <= log.end().n && hashes <= log.end().n, "never past the end");
    log.first_entry = std::max(log.first_entry, entries + 1);
    log.first_hash = std::max(log.first_hash, hashes);
  }
  [[nodiscard]] std::uint64_t log_bytes(const Writer& writer) const override {
    const FakeLog& log = disk_->logs.at(writer);
    std::uint64_t bytes = 0;
    for (std::size_t i = log.first_entry - 1; i < log.rows.size(); ++i) bytes += log.rows[i].size();
    return bytes;
  }
  void stop_writing(std::string why) override {
    if (disk_->not_writing.empty()) disk_->not_writing = std::move(why);
  }
  [[nodiscard]] const std::string& stopped_because() const override { return disk_->not_writing; }
  [[nodiscard]] std::shared_ptr<void> on_change(std::function<void()> changed) override {
    auto token = std::make_shared<std::function<void()>>(std::move(changed));
    listeners_.push_back(token);
    return token;
  }

 private:
  struct Pending {
    Writer writer;
    std::string entry;
    std::optional<FakeLog> snapshot;
    bool is_chunk = false;
  };
  struct Staged {
    port::End end;
    std::string bytes;
    std::size_t durable_chunks = 0;
  };

  static std::unexpected<Error> no_room() {
    return fail(ErrorCode::kUnavailable, "the disk does not keep up");
  }

  void add(Pending pending) {
    port::End end = appended(pending.writer);
    end = {end.n + 1, port::chain_hash(end.hash, pending.entry)};
    appended_.insert_or_assign(pending.writer, std::move(end));
    pending_.push_back(std::move(pending));
  }
  void tell() {
    std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
    for (const auto& listener : std::vector(listeners_))
      if (const auto changed = listener.lock()) (*changed)();
  }

  std::shared_ptr<FakeDisk> disk_;
  std::vector<Pending> pending_;
  std::map<Writer, port::End> appended_;  // of what changed since the start
  std::map<Writer, Staged> staged_;
  std::vector<std::weak_ptr<std::function<void()>>> listeners_;
};

/// A region's store for TestNetwork.
class FakeStore {
 public:
  /// Entries that a region's own history begins with.
  static constexpr std::uint64_t kFounding = 0;

  FakeStore(const Writer& own, port::TestWorld&) {
    disk->own = own;
    disk->log(own);
  }
  void open() { history_ = std::make_unique<FakeHistory>(disk); }
  /// As SIGKILL does: what was not synced is gone.
  void close() { history_.reset(); }
  /// As a new disk: a newcomer's.
  void wipe() { *disk = {{disk->own.region, 0}, {}, {}}; }
  /// As a folder that is copied, and put back.
  [[nodiscard]] FakeDisk copy() const { return *disk; }
  void put_back(const FakeDisk& copy) { *disk = copy; }
  [[nodiscard]] FakeHistory& history() { return *history_; }

  void write(std::string_view text) { history_->write(text); }
  [[nodiscard]] bool has_pending() const { return history_->has_pending(); }
  void sync() { history_->sync(); }
  /// What the writer's entries wrote, in order.
  [[nodiscard]] std::vector<std::string> rows(const Writer& writer) const {
    const auto found = disk->logs.find(writer);
    return found == disk->logs.end() ? std::vector<std::string>() : found->second.rows;
  }

  std::shared_ptr<FakeDisk> disk = std::make_shared<FakeDisk>();

 private:
  std::unique_ptr<FakeHistory> history_;
};

}  // namespace perpetua::replication
