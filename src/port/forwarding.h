#pragma once
// A store and a transaction that pass everything on to another one, for those that change a little
// of what a store does: reads that take their time, a disk that fills.

#include <memory>

#include "port/store.h"

namespace perpetua::port {

class ForwardingStore : public Store {
 public:
  /// `store` outlives it.
  explicit ForwardingStore(Store& store) : store_(store) {}

  [[nodiscard]] const Writer& self() const override { return store_.self(); }
  [[nodiscard]] const std::string& not_writing_because() const override {
    return store_.not_writing_because();
  }
  [[nodiscard]] std::unique_ptr<Transaction> begin() override { return store_.begin(); }
  [[nodiscard]] Position position() const override { return store_.position(); }
  Task<bool> wait_for(Position wanted, std::chrono::milliseconds timeout) override {
    return store_.wait_for(std::move(wanted), timeout);
  }
  Task<Result<Changes>> changes(Writer writer, std::uint64_t after, std::size_t limit) override {
    return store_.changes(std::move(writer), after, limit);
  }
  [[nodiscard]] std::shared_ptr<void> subscribe(std::function<void()> changed) override {
    return store_.subscribe(std::move(changed));
  }
  Task<Result<std::vector<KeyedRow>>> scan_table(std::string table, std::optional<Key> after,
                                                 std::size_t limit) override {
    return store_.scan_table(std::move(table), std::move(after), limit);
  }

 protected:
  Store& store_;
};

class ForwardingTransaction : public Transaction {
 public:
  explicit ForwardingTransaction(std::unique_ptr<Transaction> transaction)
      : transaction_(std::move(transaction)) {}

  [[nodiscard]] const Position& position() const override { return transaction_->position(); }
  Task<Result<std::vector<Row>>> gather(Key key) override {
    return transaction_->gather(std::move(key));
  }
  Task<Result<std::vector<KeyedRow>>> scan(Scan scan) override {
    return transaction_->scan(std::move(scan));
  }
  void put(Key key, std::string value) override {
    transaction_->put(std::move(key), std::move(value));
  }
  Task<Result<Committed>> commit() override { return transaction_->commit(); }

 protected:
  std::unique_ptr<Transaction> transaction_;
};

}  // namespace perpetua::port
