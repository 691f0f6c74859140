#pragma once
// A store in memory that delivers other writers' rows singly and out of order, as a distributed
// database's own replication would. It shows that the rules need no more than port/store.h says:
// domain/workload_test.cc runs on it as well. Its position is, of each writer, the entries of which
// nothing is missing.

#include <random>

#include "port/store.h"
#include "store/listeners.h"
#include "store/memory/memory_engine.h"
#include "store/memory/memory_store.h"
#include "store/position_waits.h"
#include "store/transaction.h"

namespace perpetua::store {

class UnorderedStore final : public port::Store, private TransactionHost {
 public:
  UnorderedStore(Writer self, MemoryWorld world);
  ~UnorderedStore() override;

  /// Queues what `from` has and this has not yet, row by row.
  void receive_from(const UnorderedStore& from);
  /// Applies one queued row, whichever `random` picks; false when none is queued. Durable, and
  /// position() with it, once the world has drained.
  bool deliver_one(std::mt19937_64& random);

  [[nodiscard]] const Writer& self() const override { return self_; }
  [[nodiscard]] std::unique_ptr<port::Transaction> begin() override;
  [[nodiscard]] Position position() const override { return durable_; }
  Task<bool> wait_for(Position wanted, std::chrono::milliseconds timeout) override;
  Task<Result<port::Changes>> changes(Writer writer, std::uint64_t after,
                                      std::size_t limit) override;
  [[nodiscard]] std::shared_ptr<void> subscribe(std::function<void()> changed) override;
  Task<Result<std::vector<port::KeyedRow>>> scan_table(std::string table,
                                                       std::optional<port::Key> after,
                                                       std::size_t limit) override;

 private:
  struct Delivery {
    Writer writer;
    std::uint64_t n;
    std::size_t row;
  };
  struct Received {
    port::Change change;
    std::size_t missing;  // rows not delivered yet
  };
  using Rows = std::map<std::string, std::map<Writer, port::Row>>;  // by encoded key

  [[nodiscard]] const Writer& own_writer() const override { return self_; }
  [[nodiscard]] const std::string& not_writing_because() const override { return nothing_; }
  [[nodiscard]] Stamps& stamps() override { return stamps_; }
  [[nodiscard]] GroupCommit& groups() override { return groups_; }
  [[nodiscard]] Result<std::vector<port::Row>> gather(std::string_view encoded_key) const override;
  [[nodiscard]] Result<std::vector<port::KeyedRow>> scan(const Range& range, std::size_t limit,
                                                         bool& is_cut) const override;
  [[nodiscard]] Result<Accepted> accept(const Puts& puts, const Position& snapshot) override;

  void apply(const port::KeyedRow& row);
  void advance(const Writer& writer);
  std::uint64_t make_durable();

  Writer self_;
  std::string nothing_;
  Rows rows_;
  std::map<Writer, std::map<std::uint64_t, Received>> entries_;
  std::vector<Delivery> queue_;
  Position visible_;
  Position durable_;
  std::deque<std::pair<std::uint64_t, Position>> becoming_durable_;  // by sequence
  Stamps stamps_;
  Listeners listeners_;
  PositionWaits waits_;
  MemoryEngine engine_;
  GroupCommit groups_;
};

}  // namespace perpetua::store
