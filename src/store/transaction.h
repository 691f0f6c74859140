#pragma once
// Optimistic transactions, on the loop's thread, over anything that can gather, scan and accept:
// they keep what they have read, and at the end ask whether any of it has changed since they began.

#include <map>

#include "port/store.h"
#include "store/format.h"
#include "store/group_commit.h"
#include "store/stamps.h"

namespace perpetua::store {

/// The store behind its transactions.
class TransactionHost {
 public:
  using Puts = std::map<port::Key, std::string>;
  struct Accepted {
    std::uint64_t sequence = 0;  // of the group commit: answer once this is durable
    port::Committed committed;
  };

  virtual ~TransactionHost() = default;
  [[nodiscard]] virtual const Writer& own_writer() const = 0;
  [[nodiscard]] virtual const std::string& not_writing_because() const = 0;
  [[nodiscard]] virtual Stamps& stamps() = 0;
  [[nodiscard]] virtual GroupCommit& groups() = 0;
  /// Of all that was accepted, in order of writer.
  [[nodiscard]] virtual Result<std::vector<port::Row>> gather(
      std::string_view encoded_key) const = 0;
  /// The rows of the range's lowest `limit` keys; `is_cut` when there may be more.
  [[nodiscard]] virtual Result<std::vector<port::KeyedRow>> scan(const Range& range,
                                                                 std::size_t limit,
                                                                 bool& is_cut) const = 0;
  /// Takes checked puts as the own writer's next entry.
  [[nodiscard]] virtual Result<Accepted> accept(const Puts& puts, const Position& snapshot) = 0;
};

class OptimisticTransaction final : public port::Transaction {
 public:
  /// The host outlives it. `position` is what the host's reads reflect now.
  OptimisticTransaction(TransactionHost& host, Position position);
  OptimisticTransaction(const OptimisticTransaction&) = delete;
  OptimisticTransaction& operator=(const OptimisticTransaction&) = delete;
  ~OptimisticTransaction() override;

  [[nodiscard]] const Position& position() const override { return position_; }
  Task<Result<std::vector<port::Row>>> gather(port::Key key) override;
  Task<Result<std::vector<port::KeyedRow>>> scan(port::Scan scan) override;
  void put(port::Key key, std::string value) override;
  Task<Result<port::Committed>> commit() override;

 private:
  [[nodiscard]] Result<void> check_reads() const;
  [[nodiscard]] Result<void> check_puts() const;
  [[nodiscard]] Result<TransactionHost::Accepted> accept();

  TransactionHost& host_;
  Position position_;
  std::uint64_t since_;     // of the stamps
  std::uint64_t sequence_;  // of the last change that the snapshot reflects
  std::vector<std::string> keys_read_;
  std::vector<Range> ranges_read_;
  TransactionHost::Puts puts_;
  bool is_committed_ = false;
};

}  // namespace perpetua::store
