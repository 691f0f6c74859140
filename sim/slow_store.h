#pragma once
// A store whose reads take their time, as a distributed one's do: between any two reads of a
// transaction others come, commit, and mirrors are applied. The embedded store answers at once, so
// that nothing ever comes between there.

#include "port/forwarding.h"
#include "sim/machine.h"
#include "sim/random.h"

namespace perpetua::sim {

class SlowStore final : public port::ForwardingStore {
 public:
  /// Both outlive it.
  SlowStore(port::Store& store, Machine& machine, Random random);

  [[nodiscard]] std::unique_ptr<port::Transaction> begin() override;
  Task<Result<port::Changes>> changes(Writer writer, std::uint64_t after,
                                      std::size_t limit) override;
  Task<Result<std::vector<port::KeyedRow>>> scan_table(std::string table,
                                                       std::optional<port::Key> after,
                                                       std::size_t limit) override;

 private:
  class Slowly;
  Task<void> pause();

  Machine& machine_;
  Random random_;
};

}  // namespace perpetua::sim
