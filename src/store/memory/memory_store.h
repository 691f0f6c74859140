#pragma once
// The store in memory, for unit tests and the simulator:
//
//   port::TestWorld world;
//   auto store = store::found_in_memory({"eu-west-1", 1}, {}, world);
//   ... detach a coroutine that uses *store ...
//   world.drain();  // commits become durable here

#include <memory>
#include <vector>

#include "store/journal.h"
#include "store/memory/memory_engine.h"

namespace perpetua::store {

/// What a store in memory needs; all outlive it.
struct MemoryWorld {
  template <class World>  // anything that is all three, like port::TestWorld
    requires std::derived_from<World, port::Executor>
  MemoryWorld(World& world) : clock(world), timers(world), executor(world) {}
  port::Clock& clock;
  port::Timers& timers;
  port::Executor& executor;
};

using FoundingRows = std::vector<std::pair<port::Key, std::string>>;

/// A founding region's store; `rows` are the first entry of its log.
[[nodiscard]] std::unique_ptr<Journal> found_in_memory(const Writer& self, const FoundingRows& rows,
                                                       MemoryWorld world);

/// A newcomer's store.
[[nodiscard]] std::unique_ptr<Journal> newcomer_in_memory(const std::string& region,
                                                          MemoryWorld world);

/// What replication would do: brings `to` up to the durable end of `writer` in `from`, by entries,
/// or by a snapshot when the entries were trimmed. Durable once the world has drained.
void mirror(const port::History& from, port::History& to, const Writer& writer);
/// All that `from` holds, but for the log of the region `to` itself.
void mirror_all(const port::History& from, port::History& to);

}  // namespace perpetua::store
