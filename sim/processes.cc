// How a region's process starts, dies, and is watched.

#include "base/assert.h"
#include "domain/membership.h"
#include "sim/shop.h"
#include "store/recovery.h"

namespace perpetua::sim {
namespace {

http::PositionTokens tokens() {
  return http::PositionTokens({{1, std::string(32, 's')}});
}

// As a supervisor does.
constexpr Micros kRestartDelay = 200 * kMillisecond;
constexpr Micros kStopTime = 100 * kMillisecond;

}  // namespace

const std::vector<domain::DeliveryOption>& delivery_options() {
  static const std::vector<domain::DeliveryOption> options{{"standard", {390, "EUR"}, 2, 4},
                                                           {"express", {890, "EUR"}, 1, 1}};
  return options;
}

void Shop::start(std::size_t index) {
  Region& region = *regions_[index];
  if (region.process || region.down > 0) return;
  auto process = std::make_unique<Process>();
  process->region = index;
  region.machine.run_for(process->owner);
  if (plan_.storage == Storage::kRows) {
    process->rows =
        std::make_unique<RowsRegion>(rows_, index, region.machine, process->owner, names_[index]);
    const auto transaction = process->rows->store.begin();
    for (auto& [key, value] : domain::founding_rows(names_)) transaction->put(key, value);
    detach<Result<port::Committed>>(transaction->commit(), [](const auto& founded) {
      PERPETUA_ASSERT(founded, "an empty store is founded");
    });
  } else {
    start_on_histories(region, *process);
    if (!process->journal) return;
  }
  if (reads_slowly_)
    process->slow = std::make_unique<SlowStore>(process->store(), region.machine,
                                                random_.stream("slow store", index));
  port::Store& store = process->slow ? static_cast<port::Store&>(*process->slow) : process->store();
  const domain::Context context{store, process->peers(), region.machine, region.machine};
  process->rules = std::make_unique<server::Rules>(
      context, delivery_options(), [this, index](const std::string& what, const std::string& why) {
        history_.line(now(), index, "not reconciled", [&] { return what + ": " + why; });
      });
  static const http::PositionTokens kTokens = tokens();
  process->promise = std::make_unique<http::PositionPromise>(process->store(), kTokens);
  region.process = std::move(process);
  history_.line(now(), index, "started", nullptr, true);
  if (region.process->journal)
    network_.start(index, *region.process->replication, region.process->owner);
}

void Shop::start_on_histories(Region& region, Process& process) {
  const std::size_t index = process.region;
  if (region.disk.is_empty() && !lost_.contains(index)) {
    const Result<store::Batch> founded = store::found(
        region.disk.view(), writer(index), domain::founding_rows(names_), region.machine.wall_ms());
    PERPETUA_ASSERT(founded, "an empty disk is founded");
    region.disk.apply(*founded);
  }
  store::JournalOptions options = journal_options_;
  options.region = names_[index];
  options.on_failed = [this, index, &process](const std::string& why) {
    process.is_stopping = true;
    scheduler_.after(0, &process.owner, [this, index, why] { crash(index, why); });
  };
  auto journal = store::Journal::open(region.disk.open(process.owner),
                                      {region.machine, region.machine}, std::move(options));
  if (!journal) {
    history_.line(
        now(), index, "cannot open its store", [&] { return journal.error().message; }, true);
    if (!region.disk.is_rotten())
      violated("recovery", names_[index] + " cannot open its store: " + journal.error().message);
    region.disk.power_cut();
    return start_later(index, kRestartDelay);
  }
  process.journal = std::move(*journal);
  watch(process);
  replication::EngineOptions replication = replication_options_;
  replication.region = names_[index];
  for (const std::string& name : names_)
    if (name != names_[index]) replication.peers.push_back(name);
  replication.log = [this, index](const std::string& line) {
    history_.line(now(), index, "replication", [&] { return line; });
  };
  process.replication = std::make_unique<replication::Engine>(
      std::move(replication), *process.journal, region.machine, region.machine);
  process.gate =
      std::make_unique<server::StartGate>(*process.journal, *process.replication, region.machine);
}

void Shop::watch(Process& process) {
  store::Journal& journal = *process.journal;
  const std::size_t region = process.region;
  const auto observe = [this, &journal, region] {
    if (!lost_.contains(region)) ledger_.observe(region, journal);
  };
  observe();
  process.observer = journal.on_change(observe);
}

void Shop::crash(std::size_t index, const std::string& why) {
  Region& region = *regions_[index];
  if (!region.process) return;
  ++crashes_;
  history_.line(now(), index, "CRASH", [&] { return why; }, true);
  region.process->owner.is_alive = false;
  region.ended.push_back(std::move(region.process));
  network_.stop(index);
  region.disk.power_cut();
  for (const auto& [call, broken] : std::exchange(region.calls, {}))
    scheduler_.after(region.front.delay + front_random_.between(0, region.front.jitter), nullptr,
                     broken);
  start_later(index, kRestartDelay + front_random_.between(0, kRestartDelay));
}

void Shop::start_later(std::size_t index, Micros delay) {
  scheduler_.after(delay, nullptr, [this, index] { start(index); });
}

/// In order, as server/region.cc does: nothing new is begun, whoever waits is told, the store is
/// closed, and a moment later the process is gone.
void Shop::restart(std::size_t index) {
  Region& region = *regions_[index];
  if (!region.process || !region.process->journal || region.process->owner.is_hung) return;
  history_.line(now(), index, "stops", nullptr, true);
  Process& process = *region.process;
  if (std::exchange(process.is_stopping, true)) return;
  process.rules->stop();
  process.gate->stop();
  process.replication->stop();
  process.journal->close();
  scheduler_.after(kStopTime, &process.owner, [this, index] { crash(index, "has stopped"); });
}

}  // namespace perpetua::sim
