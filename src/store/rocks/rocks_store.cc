#include "store/rocks/rocks_store.h"

#include "base/assert.h"
#include "store/recovery.h"
#include "store/rocks/rocks_engine.h"

namespace perpetua::store {
namespace {

/// For an engine that is only written to directly.
class NoExecutor final : public port::Executor {
  void post(std::move_only_function<void()>) override {
    PERPETUA_ASSERT(false, "nothing is written in the background here");
  }
};

}  // namespace

Result<std::unique_ptr<Journal>> open_rocks_store(std::string folder, JournalOptions options,
                                                  RocksPorts ports) {
  RocksEngine::Options engine_options;
  engine_options.folder = std::move(folder);
  Result<std::shared_ptr<RocksEngine>> engine = RocksEngine::open(engine_options, ports.executor);
  if (!engine) return std::unexpected(engine.error());
  return Journal::open(std::move(*engine), {ports.clock, ports.timers}, std::move(options));
}

Result<void> found_rocks_store(std::string folder, const Writer& self,
                               const std::vector<std::pair<port::Key, std::string>>& rows,
                               std::int64_t wall_ms) {
  NoExecutor executor;
  RocksEngine::Options options;
  options.folder = std::move(folder);
  const Result<std::shared_ptr<RocksEngine>> engine = RocksEngine::open(options, executor);
  if (!engine) return std::unexpected(engine.error());
  const Result<Batch> batch = found(**engine, self, rows, wall_ms);
  if (!batch) return std::unexpected(batch.error());
  return (*engine)->write_now(*batch);
}

}  // namespace perpetua::store
