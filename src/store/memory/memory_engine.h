#pragma once
// An engine in memory, for the simulator and unit tests. A batch takes effect when the executor
// gets to it, right before its `done`: what is seen is what would survive.

#include <limits>
#include <map>
#include <memory>

#include "port/world.h"
#include "store/engine.h"

namespace perpetua::store {

class MemoryEngine final : public Engine {
 public:
  /// The executor outlives it.
  explicit MemoryEngine(port::Executor& executor) : executor_(executor) {}

  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override;
  [[nodiscard]] std::unique_ptr<Cursor> scan(std::string_view from,
                                             std::string_view to) const override;
  void write(Batch batch, Done done) override;
  [[nodiscard]] std::uint64_t free_bytes() const override { return free_bytes_; }
  [[nodiscard]] std::unique_ptr<View> snapshot() const override;

  /// At once, for what happens before a store is opened.
  void apply(const Batch& batch);
  /// The next write, and all after it, fail; nothing of them takes effect.
  void fail_writes(Error failure) { failure_ = std::move(failure); }
  void set_free_bytes(std::uint64_t free_bytes) { free_bytes_ = free_bytes; }

 private:
  using Map = std::map<std::string, std::string, std::less<>>;
  [[nodiscard]] Map& map();

  port::Executor& executor_;
  std::shared_ptr<Map> map_ = std::make_shared<Map>();  // shared with cursors: copied on write
  std::optional<Error> failure_;
  std::uint64_t free_bytes_ = std::numeric_limits<std::uint64_t>::max();
  std::shared_ptr<void> alive_ = std::make_shared<int>();
};

}  // namespace perpetua::store
