#pragma once
// A store whose reads take their time, as a distributed one's do: between any two reads of a
// transaction others come, commit, and mirrors are applied. The embedded store answers at once, so
// that nothing ever comes between there.

#include <memory>

#include "port/store.h"
#include "sim/machine.h"
#include "sim/random.h"

namespace perpetua::sim {

class SlowStore final : public port::Store {
 public:
  /// Both outlive it.
  SlowStore(port::Store& store, Machine& machine, Random random);
  ~SlowStore() override;

  [[nodiscard]] const Writer& self() const override { return store_.self(); }
  [[nodiscard]] const std::string& not_writing_because() const override {
    return store_.not_writing_because();
  }
  [[nodiscard]] std::unique_ptr<port::Transaction> begin() override;
  [[nodiscard]] Position position() const override { return store_.position(); }
  Task<bool> wait_for(Position wanted, std::chrono::milliseconds timeout) override {
    return store_.wait_for(std::move(wanted), timeout);
  }
  Task<Result<port::Changes>> changes(Writer writer, std::uint64_t after,
                                      std::size_t limit) override;
  [[nodiscard]] std::shared_ptr<void> subscribe(std::function<void()> changed) override {
    return store_.subscribe(std::move(changed));
  }
  Task<Result<std::vector<port::KeyedRow>>> scan_table(std::string table,
                                                       std::optional<port::Key> after,
                                                       std::size_t limit) override;

 private:
  class Slowly;
  Task<void> pause();

  port::Store& store_;
  Machine& machine_;
  Random random_;
};

}  // namespace perpetua::sim
