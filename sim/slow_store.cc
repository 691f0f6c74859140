#include "sim/slow_store.h"

namespace perpetua::sim {

SlowStore::SlowStore(port::Store& store, Machine& machine, Random random)
    : ForwardingStore(store), machine_(machine), random_(random) {}

Task<void> SlowStore::pause() {
  if (random_.permille(500)) co_return;
  const std::chrono::milliseconds delay{random_.between(0, 2)};
  co_await port::sleep(machine_, delay);
}

class SlowStore::Slowly final : public port::ForwardingTransaction {
 public:
  Slowly(SlowStore& store, std::unique_ptr<port::Transaction> transaction)
      : ForwardingTransaction(std::move(transaction)), store_(store) {}

  Task<Result<std::vector<port::Row>>> gather(port::Key key) override {
    co_await store_.pause();
    co_return co_await transaction_->gather(std::move(key));
  }
  Task<Result<std::vector<port::KeyedRow>>> scan(port::Scan scan) override {
    co_await store_.pause();
    co_return co_await transaction_->scan(std::move(scan));
  }
  Task<Result<port::Committed>> commit() override {
    co_await store_.pause();
    co_return co_await transaction_->commit();
  }

 private:
  SlowStore& store_;
};

std::unique_ptr<port::Transaction> SlowStore::begin() {
  return std::make_unique<Slowly>(*this, store_.begin());
}

Task<Result<port::Changes>> SlowStore::changes(Writer writer, std::uint64_t after,
                                               std::size_t limit) {
  co_await pause();
  co_return co_await store_.changes(std::move(writer), after, limit);
}

Task<Result<std::vector<port::KeyedRow>>> SlowStore::scan_table(std::string table,
                                                                std::optional<port::Key> after,
                                                                std::size_t limit) {
  co_await pause();
  co_return co_await store_.scan_table(std::move(table), std::move(after), limit);
}

}  // namespace perpetua::sim
