#include "store/memory/memory_store.h"

#include "base/assert.h"
#include "store/recovery.h"

namespace perpetua::store {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

std::unique_ptr<Journal> open(std::shared_ptr<MemoryEngine> engine, const std::string& region,
                              MemoryWorld world) {
  JournalOptions options;
  options.region = region;
  auto store = Journal::open(std::move(engine), {world.clock, world.timers}, std::move(options));
  PERPETUA_ASSERT(store.has_value(), store.error().message.c_str());
  return std::move(*store);
}

void copy_snapshot(const port::History& from, port::History& to, const Writer& writer) {
  const auto reader = from.read_snapshot(writer);
  PERPETUA_ASSERT(reader.has_value(), reader.error().message.c_str());
  Result<void> done = to.begin_snapshot(writer, (*reader)->end());
  for (;;) {
    PERPETUA_ASSERT(done.has_value(), done.error().message.c_str());
    const Result<std::string> chunk = (*reader)->next(kPieceBytes);
    PERPETUA_ASSERT(chunk.has_value(), chunk.error().message.c_str());
    if (chunk->empty()) break;
    done = to.add_snapshot_chunk(writer, *chunk);
  }
  done = to.install_snapshot(writer);
  PERPETUA_ASSERT(done.has_value(), done.error().message.c_str());
}

}  // namespace

std::unique_ptr<Journal> found_in_memory(const Writer& self, const FoundingRows& rows,
                                         MemoryWorld world) {
  auto engine = std::make_shared<MemoryEngine>(world.executor);
  const Result<Batch> batch = found(*engine, self, rows, world.clock.wall_ms());
  PERPETUA_ASSERT(batch.has_value(), batch.error().message.c_str());
  engine->apply(*batch);
  return open(std::move(engine), self.region, world);
}

std::unique_ptr<Journal> newcomer_in_memory(const std::string& region, MemoryWorld world) {
  return open(std::make_shared<MemoryEngine>(world.executor), region, world);
}

void mirror(const port::History& from, port::History& to, const Writer& writer) {
  const auto held = from.holding(writer);
  if (!held) return;
  port::End at = to.appended(writer);
  while (at.n < held->end.n) {
    const auto entries = from.read(writer, at.n, kPieceBytes);
    if (!entries) {
      PERPETUA_ASSERT(entries.error().code == ErrorCode::kNotFound,
                      entries.error().message.c_str());
      return copy_snapshot(from, to, writer);
    }
    for (const std::string& entry : *entries) {
      at = {at.n + 1, port::chain_hash(at.hash, entry)};
      const Result<void> done = to.append(writer, at.n, entry, at.hash);
      PERPETUA_ASSERT(done.has_value(), done.error().message.c_str());
    }
  }
}

void mirror_all(const port::History& from, port::History& to) {
  for (const port::Holding& held : from.holdings())
    if (held.writer != to.own_writer()) mirror(from, to, held.writer);
}

}  // namespace perpetua::store
