#pragma once
// The store's whole behaviour over any engine, without I/O of its own: validation, group commit,
// commit log, hash chain, mirrors, snapshots, recovery. RocksDB drives it in perpetuad, a simulated
// disk in the simulator. Deterministic: given the same calls and the same answers of the engine, it
// does the same.
//
// Reads see what was accepted, durable or not; answers wait (port/store.h). One thread.

#include <memory>

#include "port/history.h"
#include "port/store.h"
#include "port/world.h"
#include "store/entry.h"
#include "store/group_commit.h"
#include "store/listeners.h"
#include "store/overlay.h"
#include "store/position_waits.h"
#include "store/recovery.h"
#include "store/rows.h"
#include "store/stamps.h"
#include "store/transaction.h"

namespace perpetua::store {

/// They outlive the store.
struct Ports {
  port::Clock& clock;
  port::Timers& timers;
};

struct JournalOptions {
  std::string region;
  std::size_t group_bytes_max = std::size_t{8} * 1024 * 1024;
  std::size_t pending_bytes_max = std::size_t{64} * 1024 * 1024;
  std::size_t stamps_max = 65'536;
  /// Entries let go of before the engine removes them: a removed range costs it a tombstone that
  /// reads pass by, so not one for each entry.
  std::uint64_t removed_at_once = 256;
  /// Of the disk. What was taken before, RocksDB's own files and a restart must have room.
  std::uint64_t reserve_bytes = std::uint64_t{128} * 1024 * 1024;
  /// Called once, with the reason, from within the call that noticed, when the disk has failed or
  /// returned what was not written: nothing is acknowledged from then on, and the process should
  /// end and recover. Must not call the store.
  std::function<void(const std::string& why)> on_failed = [](const std::string&) {};
};

class Journal final : public port::Store, public port::History, private TransactionHost {
 public:
  /// Recovers what the engine holds (an empty one: a newcomer) and verifies what it relies on.
  /// kCorrupt: the store must not be used. kInvalid: it is another region's.
  static Result<std::unique_ptr<Journal>> open(std::shared_ptr<Engine> engine, Ports ports,
                                               JournalOptions options);
  /// As close(): nobody may be woken into what is gone by then, so close() it before.
  ~Journal() override;

  /// Everything that waits is told, before this returns, that the store is unavailable, and nothing
  /// is read or written any more. What the engine was given may yet become durable.
  void close();

  /// Until it is called with nothing, what would write is refused with kUnavailable and `why`. Not
  /// kept over a restart; what mirrors append is taken.
  void hold_writes(std::string why) { held_ = std::move(why); }

  // port::Store
  [[nodiscard]] const Writer& self() const override { return store_.self; }
  [[nodiscard]] const std::string& not_writing_because() const override {
    if (!stopped_.empty()) return stopped_;
    return held_.empty() ? groups_->why_full() : held_;
  }
  [[nodiscard]] std::unique_ptr<port::Transaction> begin() override;
  [[nodiscard]] Position position() const override;
  Task<bool> wait_for(Position wanted, std::chrono::milliseconds timeout) override;
  Task<Result<port::Changes>> changes(Writer writer, std::uint64_t after,
                                      std::size_t limit) override;
  [[nodiscard]] std::shared_ptr<void> subscribe(std::function<void()> changed) override;
  Task<Result<std::vector<port::KeyedRow>>> scan_table(std::string table,
                                                       std::optional<port::Key> after,
                                                       std::size_t limit) override;

  // port::History
  [[nodiscard]] const Writer& own_writer() const override { return store_.self; }
  [[nodiscard]] std::vector<port::Holding> holdings() const override;
  [[nodiscard]] std::optional<port::Holding> holding(const Writer& writer) const override;
  [[nodiscard]] std::optional<std::string> hash_at(const Writer& writer,
                                                   std::uint64_t n) const override;
  Result<std::vector<std::string>> read(const Writer& writer, std::uint64_t after,
                                        std::size_t bytes_max) const override;
  Result<void> append(const Writer& writer, std::uint64_t n, std::string_view entry,
                      std::string_view hash) override;
  [[nodiscard]] port::End appended(const Writer& writer) const override;
  Result<std::unique_ptr<port::SnapshotReader>> read_snapshot(const Writer& writer) const override;
  Result<void> begin_snapshot(const Writer& writer, const port::End& end) override;
  Result<void> add_snapshot_chunk(const Writer& writer, std::string_view chunk) override;
  [[nodiscard]] std::size_t durable_chunks(const Writer& writer) const override;
  Result<void> install_snapshot(const Writer& writer) override;
  void trim(const Writer& writer, std::uint64_t entries, std::uint64_t hashes) override;
  [[nodiscard]] std::uint64_t log_bytes(const Writer& writer) const override;
  void stop_writing(std::string why) override;
  [[nodiscard]] const std::string& stopped_because() const override { return stopped_; }
  [[nodiscard]] std::shared_ptr<void> on_change(std::function<void()> changed) override;

 private:
  /// One writer's history here.
  struct State {
    WriterRecord accepted;
    WriterRecord durable;
    Slot visible_slot = 0;  // what reads reflect: `accepted`, once its rows can be read
    WriterRecord removed;   // as of the last removal from the engine: trims may be ahead of it
    [[nodiscard]] bool is_visible() const { return accepted.slot == visible_slot; }
    /// A snapshot takes the place of what is durable.
    [[nodiscard]] bool is_installing() const { return accepted.slot != durable.slot; }
  };

  /// A snapshot that is being received, or whose rows are on their way to the disk.
  struct Staging {
    Slot slot = 0;
    port::End end;
    std::uint64_t first_hash = 0;  // as its first chunk says
    std::uint64_t next_hash = 0;   // the position of the next one to come
    std::uint32_t next_index = 0;
    bool is_whole = false;
    bool is_accepted = false;             // to be shown as soon as all of it is on the disk
    std::uint64_t sequence = 0;           // of its last change
    std::vector<std::uint64_t> chunks{};  // their sequences
  };

  Journal(std::shared_ptr<Engine> engine, Ports ports, JournalOptions options, Recovered recovered);

  // journal.cc
  void became_durable(const GroupCommit::Records& records);
  void take_back();
  void look_for_room();
  void show_snapshots();
  void show(const Writer& writer, const port::End& end);
  [[nodiscard]] Result<void> take_hashes(const Writer& writer, Staging& staging,
                                         const std::vector<std::string>& hashes, Batch& batch);
  void drop_slot(Slot slot);
  [[nodiscard]] Slot take_slot(Batch& batch);
  void put_store_record(Batch& batch) const;
  /// What the engine returned cannot be trusted: the store fails. Returns kUnavailable.
  [[nodiscard]] std::unexpected<Error> failed(const Error& error) const;
  void remove_trimmed(const Writer& writer, State& state);
  /// kInvalid for what is no mirror's writer, kLimit for one more than may be held.
  [[nodiscard]] Result<void> check_mirror(const Writer& writer) const;
  [[nodiscard]] State& state_of(const Writer& writer, Batch& batch);
  std::uint64_t put_rows(const Writer& writer, Slot slot, const Entry& entry, Batch& batch);
  Result<void> apply_again(const Writer& writer, std::string_view bytes);
  std::uint64_t apply(const Writer& writer, State& state, Batch batch, const Entry& entry,
                      std::string_view bytes, port::End end);

  // journal_store.cc
  [[nodiscard]] Stamps& stamps() override { return stamps_; }
  [[nodiscard]] GroupCommit& groups() override { return *groups_; }
  [[nodiscard]] Result<std::vector<port::Row>> gather(std::string_view encoded_key) const override;
  [[nodiscard]] Result<std::vector<port::KeyedRow>> scan(const Range& range, std::size_t limit,
                                                         bool& is_cut) const override;
  [[nodiscard]] Result<Accepted> accept(const Puts& puts, const Position& snapshot) override;
  [[nodiscard]] Result<std::vector<port::KeyedRow>> merge_rows(const Range& range,
                                                               const Overlay* overlay,
                                                               std::size_t limit,
                                                               bool& is_cut) const;

  [[nodiscard]] const State* find(const Writer& writer) const;
  [[nodiscard]] static const WriterRecord& served(const State& state);
  void add_unsynced(const WriterRecord& record, std::uint64_t& n,
                    std::vector<std::string>& entries) const;
  [[nodiscard]] std::optional<std::string> link_hash(const State& state, std::uint64_t n) const;

  std::shared_ptr<Engine> engine_;
  Ports ports_;
  JournalOptions options_;
  StoreRecord store_;
  std::string stopped_;
  std::string held_;
  std::map<Writer, State> writers_;
  std::map<Writer, Staging> stagings_;
  Position visible_;
  Stamps stamps_;
  Overlay overlay_;
  Listeners listeners_;
  PositionWaits waits_;
  std::optional<port::Timers::Id> room_timer_;
  std::unique_ptr<GroupCommit> groups_;  // a pointer, for reads that find rot make it fail
};

}  // namespace perpetua::store
