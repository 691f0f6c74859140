#pragma once
// A region's life in small, for the crash tests: commits by several clients, a mirror that follows
// by entries, by a snapshot and by entries again, trims, and in the end the region is stopped. And
// what the load was told meanwhile, which is what must be there after a crash.

#include <gmock/gmock.h>

#include <set>

#include "store/memory/memory_store.h"
#include "store/testing.h"

namespace perpetua::store {

constexpr int kClients = 4;
constexpr int kCommitsEach = 6;
constexpr std::uint64_t kEntriesEach = 10;  // of the mirror, before the snapshot, in it and after
constexpr const char* kStopped = "contradicted by b";

inline std::string value_of(int commit, const char* row) {
  return row + std::to_string(commit) + std::string(5000, static_cast<char>('a' + commit % 26));
}
inline port::Key key_of(int commit, const char* row) {
  return {"t", "p", row + std::to_string(commit)};
}
inline const char* const kRows[] = {"x", "y", "z"};

/// What the load was told.
struct Told {
  std::map<int, std::uint64_t> acknowledged;  // commit -> entry
  std::set<int> begun;
  std::uint64_t mirrored = 0;
  bool is_stopped = false;
  bool has_failed = false;
  bool has_acknowledged_after_failure = false;
};

/// b's history, which the load mirrors.
class Source {
 public:
  Source() {
    write(kEntriesEach);
    begins_ = *store_->read(kB, 0, 1 << 20);
    write(kEntriesEach);
    auto reader = store_->read_snapshot(kB);
    snapshot_end_ = (*reader)->end();
    for (;;) {
      const auto chunk = (*reader)->next(2000);
      if (chunk->empty()) break;
      chunks_.push_back(*chunk);
    }
    write(kEntriesEach);
    ends_ = *store_->read(kB, snapshot_end_.n, 1 << 20);
  }

  [[nodiscard]] const Journal& store() const { return *store_; }
  [[nodiscard]] const port::End& snapshot_end() const { return snapshot_end_; }
  [[nodiscard]] const std::vector<std::string>& chunks() const { return chunks_; }
  /// The entry after `n`; null where the snapshot comes next, or nothing.
  [[nodiscard]] const std::string* entry_after(std::uint64_t n) const {
    if (n < begins_.size()) return &begins_[n];
    if (n >= snapshot_end_.n && n - snapshot_end_.n < ends_.size())
      return &ends_[n - snapshot_end_.n];
    return nullptr;
  }

 private:
  void write(std::uint64_t entries) {
    for (std::uint64_t i = 0; i < entries; ++i)
      ASSERT_TRUE(put_rows(world_, *store_,
                           {{"n", std::to_string(++written_)},
                            {"s" + std::to_string(written_), std::string(1000, 's')}}));
  }

  StoreWorld world_;
  std::unique_ptr<Journal> store_ = found_in_memory(kB, {}, world_);
  int written_ = 0;
  std::vector<std::string> begins_;
  port::End snapshot_end_;
  std::vector<std::string> chunks_;
  std::vector<std::string> ends_;
};

/// Brings a mirror up to its source, a step at a time, from wherever it is.
class Mirroring {
 public:
  explicit Mirroring(const Source& source) : source_(source) {}

  /// False when there is nothing left to do, or it is refused.
  bool step(Journal& mirror) {
    const std::uint64_t n = mirror.appended(kB).n;
    if (const std::string* entry = source_.entry_after(n))
      return mirror.append(kB, n + 1, *entry, *source_.store().hash_at(kB, n + 1)).has_value();
    if (n >= source_.snapshot_end().n) return false;
    const std::vector<std::string>& chunks = source_.chunks();
    // The first is received twice: a snapshot is begun anew over what another left.
    if (begun_ == 0 || (begun_ == 1 && next_ == 1)) {
      ++begun_;
      next_ = 0;
      return mirror.begin_snapshot(kB, source_.snapshot_end()).has_value();
    }
    if (next_ < chunks.size()) return mirror.add_snapshot_chunk(kB, chunks[next_++]).has_value();
    return mirror.install_snapshot(kB).has_value();
  }

 private:
  const Source& source_;
  int begun_ = 0;
  std::size_t next_ = 0;
};

/// The region's life from its opening on, until the load is done or nothing is written any more.
class Load {
 public:
  Load(StoreWorld& world, const Source& source, Told& told)
      : world_(world), source_(source), told_(told) {}

  void run(Journal& store) {
    Mirroring mirroring(source_);
    const auto token = store.on_change([&] {
      if (const auto held = store.holding(kB)) told_.mirrored = held->end.n;
      for (int i = 0; i < 3 && is_mirroring_; ++i) is_mirroring_ = mirroring.step(store);
      trim(store);
    });
    for (int i = 0; i < kClients; ++i) detach(client(store, i));
    EXPECT_TRUE(world_.run_until([&] { return is_over(store); }));
    EXPECT_TRUE(world_.run_until([&] { return running_ == 0; }));
    stop(store);
  }

 private:
  Task<void> client(Journal& store, int first) {
    for (int commit = first; commit < kClients * kCommitsEach; commit += kClients) {
      told_.begun.insert(commit);
      const auto transaction = store.begin();
      for (const char* row : kRows) transaction->put(key_of(commit, row), value_of(commit, row));
      transaction->put({"t", "p", "last"}, std::to_string(commit));
      const auto committed = co_await transaction->commit();
      if (!committed) break;
      told_.acknowledged[commit] = committed->n;
      told_.has_acknowledged_after_failure |= told_.has_failed;
    }
    --running_;
  }

  [[nodiscard]] bool is_over(const Journal& store) const {
    if (told_.has_failed || !store.not_writing_because().empty()) return true;
    return running_ == 0 && !is_mirroring_ && store.appended(kB).n == told_.mirrored;
  }

  /// Keeps the last few of everything.
  static void trim(Journal& store) {
    for (const port::Holding& held : store.holdings())
      if (held.end.n > 8) store.trim(held.writer, held.end.n - 6, held.end.n - 8);
  }

  void stop(Journal& store) {
    if (!told_.has_failed && store.not_writing_because().empty()) {
      store.stop_writing(kStopped);
      told_.is_stopped = store::run(world_, store.begin()->commit()).has_value();
    }
    if (told_.has_failed)
      told_.has_acknowledged_after_failure |=
          store::run(world_, store.begin()->commit()).has_value();
  }

  StoreWorld& world_;
  const Source& source_;
  Told& told_;
  int running_ = kClients;
  bool is_mirroring_ = true;
};

}  // namespace perpetua::store
