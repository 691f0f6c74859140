#pragma once
// For tests: the real store over an engine in memory, as TestNetwork drives it. What was given to
// the engine and not synced is lost when the region is killed.

#include <deque>

#include "base/assert.h"
#include "port/testing.h"
#include "store/journal.h"
#include "store/memory/memory_engine.h"
#include "store/recovery.h"

namespace perpetua::replication {

class JournalStore {
 public:
  /// Entries that a region's own history begins with.
  static constexpr std::uint64_t kFounding = 1;

  JournalStore(Writer own, port::TestWorld& world) : own_(std::move(own)), world_(world) {
    const auto founded = store::found(*engine_, own_, {}, world.wall_ms());
    PERPETUA_ASSERT(founded.has_value(), founded.error().message.c_str());
    engine_->apply(*founded);
  }
  JournalStore(const JournalStore&) = delete;
  JournalStore& operator=(const JournalStore&) = delete;

  void open() {
    store::JournalOptions options;
    options.region = own_.region;
    auto opened = store::Journal::open(engine_, {world_, world_}, std::move(options));
    PERPETUA_ASSERT(opened.has_value(), opened.error().message.c_str());
    journal_ = std::move(*opened);
  }
  void close() {
    if (journal_) seen_.erase(seen_.upper_bound(journal_->position()[own_]), seen_.end());
    journal_.reset();
    disk_queue_.runs.clear();
  }
  void wipe() {
    own_.incarnation = 0;
    engine_ = std::make_shared<store::MemoryEngine>(disk_queue_);
  }
  /// As a folder that is copied, and put back.
  [[nodiscard]] store::Batch copy() const {
    store::Batch all;
    for (const auto at = engine_->scan("", "\xff"); at->valid(); at->next())
      all.put(std::string(at->key()), std::string(at->value()));
    return all;
  }
  void put_back(const store::Batch& copy) {
    engine_ = std::make_shared<store::MemoryEngine>(disk_queue_);
    engine_->apply(copy);
  }
  [[nodiscard]] store::Journal& history() { return *journal_; }

  void write(const std::string& text) {
    const std::shared_ptr<port::Transaction> transaction = journal_->begin();
    // A row for each entry: a copy of the rows shows which entries it is of.
    const std::uint64_t n = journal_->appended(own_).n + 1;
    transaction->put({kTable, "p", std::to_string(n)}, text);
    seen_[n] = transaction->position();
    detach(transaction->commit(), std::move_only_function<void(Result<port::Committed>)>(
                                      [transaction](const Result<port::Committed>&) {}));
  }
  /// What each of the own entries could see when it was taken.
  [[nodiscard]] const std::map<std::uint64_t, Position>& seen() const { return seen_; }
  [[nodiscard]] bool has_pending() const { return !disk_queue_.runs.empty(); }
  /// Writes one group.
  void sync() {
    auto run = std::move(disk_queue_.runs.front());
    disk_queue_.runs.pop_front();
    run();
  }

  [[nodiscard]] std::vector<std::string> rows(const Writer& writer) {
    std::map<std::uint64_t, std::string> found;
    std::optional<port::Key> after;
    for (bool is_whole = false; !is_whole;) {
      std::optional<Rows> read;
      detach<Rows>(journal_->scan_table(kTable, after, port::kScanLimitMax),
                   [&read](Rows rows) { read.emplace(std::move(rows)); });
      PERPETUA_ASSERT(read && read->has_value(), "the engine in memory answers at once");
      std::vector<port::KeyedRow>& rows = **read;
      is_whole = rows.empty();
      if (!is_whole) after = rows.back().key;
      for (port::KeyedRow& row : rows)
        if (row.row.writer == writer) found.emplace(row.row.n, std::move(row.row.value));
    }
    std::vector<std::string> values;
    for (auto& [n, value] : found) values.push_back(std::move(value));
    return values;
  }

 private:
  static constexpr const char* kTable = "t";
  using Rows = Result<std::vector<port::KeyedRow>>;

  struct Queue : port::Executor {
    void post(std::move_only_function<void()> run) override { runs.push_back(std::move(run)); }
    std::deque<std::move_only_function<void()>> runs;
  };

  Writer own_;
  port::TestWorld& world_;
  Queue disk_queue_;
  std::shared_ptr<store::MemoryEngine> engine_ = std::make_shared<store::MemoryEngine>(disk_queue_);
  std::unique_ptr<store::Journal> journal_;
  std::map<std::uint64_t, Position> seen_;
};

}  // namespace perpetua::replication
