#include "store/rocks/rocks_store.h"

#include "base/assert.h"
#include "store/recovery.h"
#include "store/rocks/rocks_engine.h"

namespace perpetua::store {
namespace {

/// What to do about a store that does not open.
std::unexpected<Error> advise(Error error, const std::string& folder) {
  if (error.code == ErrorCode::kCorrupt)
    error.message += ". What was acknowledged here may be damaged, and nothing was changed: keep " +
                     folder + " aside and start the region on an empty disk; it mirrors the " +
                     "others, its own history too, and takes no orders until it is let in";
  if (error.code == ErrorCode::kUnavailable)
    error.message +=
        ". See that " + folder + " can be written to, and that no other perpetuad " + "runs on it";
  return std::unexpected(std::move(error));
}

/// For an engine that is only written to directly.
class NoExecutor final : public port::Executor {
  void post(std::move_only_function<void()>) override {
    PERPETUA_ASSERT(false, "nothing is written in the background here");
  }
};

}  // namespace

Result<std::unique_ptr<Journal>> open_rocks_store(const std::string& folder, JournalOptions options,
                                                  RocksPorts ports) {
  RocksEngine::Options engine_options;
  engine_options.folder = folder;
  Result<std::shared_ptr<RocksEngine>> engine = RocksEngine::open(engine_options, ports.executor);
  if (!engine) return advise(engine.error(), folder);
  auto journal = Journal::open(std::move(*engine), {ports.clock, ports.timers}, std::move(options));
  if (!journal) return advise(journal.error(), folder);
  return journal;
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
