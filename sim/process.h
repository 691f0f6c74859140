#pragma once
// One run of perpetuad in one region, from its start to its end, as server/region.cc puts it
// together, without sockets: store, replication, start gate, rules, views, position promise.

#include <memory>

#include "http/position_token.h"
#include "http/promise.h"
#include "replication/engine.h"
#include "server/rules.h"
#include "server/start_gate.h"
#include "sim/machine.h"
#include "sim/rows_store.h"
#include "sim/slow_store.h"
#include "store/journal.h"

namespace perpetua::sim {

struct Process {
  std::size_t region = 0;
  Scheduler::Owner owner;
  bool is_stopping = false;

  // Histories.
  std::unique_ptr<store::Journal> journal;
  std::unique_ptr<replication::Engine> replication;
  std::unique_ptr<server::StartGate> gate;
  std::shared_ptr<void> observer;  // of the journal
  // Rows.
  std::unique_ptr<RowsRegion> rows;

  // Over either, in some runs.
  std::unique_ptr<SlowStore> slow;

  std::unique_ptr<server::Rules> rules;
  std::unique_ptr<http::PositionPromise> promise;

  [[nodiscard]] port::Store& store() {
    if (journal) return *journal;
    return rows->store;
  }
  [[nodiscard]] port::Peers& peers() {
    if (journal) return *replication;
    return *rows;
  }
  /// Why it takes no writes; empty when it does.
  [[nodiscard]] const std::string& not_writing_because() { return store().not_writing_because(); }
};

}  // namespace perpetua::sim
