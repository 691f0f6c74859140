#include "sim/shop.h"

#include <algorithm>

#include "base/assert.h"

namespace perpetua::sim {
namespace {

constexpr Micros kMeetingTime = 20 * kSecond;

/// Small limits bring what is rare in a large shop into every other run.
replication::EngineOptions draw_replication(Random random, const Plan& plan) {
  // What a region that lost some of its disk still has should often be too old to be proven.
  const bool lets_go = std::ranges::any_of(
      plan.faults, [](const Fault& fault) { return fault.kind == FaultKind::kRollBack; });
  replication::EngineOptions options;
  options.project = "simulated";
  if (random.permille(600)) {
    // Not so small that what is left to send at the end takes a minute over the slowest link.
    options.stream.window_bytes = static_cast<std::size_t>(random.between(8'000, 60'000));
    options.stream.batch_bytes = static_cast<std::size_t>(random.between(300, 8'000));
    options.stream.chunk_bytes = static_cast<std::size_t>(random.between(8'000, 60'000));
    options.stream.chunks_ahead = static_cast<std::uint32_t>(random.between(1, 4));
  }
  // Even none: what any region may need is kept besides.
  if (random.permille(lets_go ? 800 : 300))
    options.retention.hashes_kept = static_cast<std::uint64_t>(random.between(0, 40));
  if (random.permille(lets_go ? 800 : 500)) {
    options.retention.bytes_max = static_cast<std::uint64_t>(random.between(2'000, 40'000));
    options.retention.entries_kept = static_cast<std::uint64_t>(random.between(2, 60));
    options.retention.step = static_cast<std::uint64_t>(random.between(1, 20));
  }
  return options;
}

store::JournalOptions draw_journal(Random random) {
  store::JournalOptions options;
  if (random.permille(300))
    options.group_bytes_max = static_cast<std::size_t>(random.between(1, 4'000));
  if (random.permille(200)) options.stamps_max = static_cast<std::size_t>(random.between(4, 200));
  if (random.permille(500))
    options.removed_at_once = static_cast<std::uint64_t>(random.between(1, 16));
  return options;
}

}  // namespace

Shop::Region::Region(Shop& shop, std::size_t index)
    : machine(shop.scheduler_, shop.random_.stream("machine", index)),
      disk(shop.scheduler_, shop.history_, index, shop.random_.stream("disk", index)) {}

Shop::Shop(const Plan& plan, History& history)
    : plan_(plan),
      random_(plan.seed),
      history_(history),
      names_(plan.region_names()),
      network_(scheduler_, history, random_.stream("network"), names_),
      ledger_([this](const std::string& invariant, const std::string& what) {
        violated(invariant, what);
      }),
      front_random_(random_.stream("front")),
      rows_{scheduler_, network_, random_.stream("rows"), {}},
      replication_options_(draw_replication(random_.stream("replication"), plan)),
      journal_options_(draw_journal(random_.stream("journal"))) {
  Random random = random_.stream("shop");
  reads_slowly_ = random.permille(250);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    regions_.push_back(std::make_unique<Region>(*this, i));
    Region& region = *regions_.back();
    region.machine.clock.skew_ms =
        random.permille(300) ? random.between(-5'000, 5'000) : random.between(-20, 20);
    region.machine.clock.drift_ppm = random.between(-200, 200);
    region.front.delay = random.between(1, 40) * kMillisecond;
    region.front.jitter = random.between(1, 20) * kMillisecond;
  }
  for (std::size_t a = 0; a < names_.size(); ++a)
    for (std::size_t b = a + 1; b < names_.size(); ++b) {
      const Micros delay = random.permille(200) ? random.between(50, 200) * kMillisecond
                                                : random.between(1, 50) * kMillisecond;
      for (Path* path : {&network_.path(a, b), &network_.path(b, a)}) {
        path->delay = delay;
        path->jitter = delay / 4;
        if (plan_.unlinked.contains({a, b})) ++path->cuts;
      }
    }
}

void Shop::violated(const std::string& invariant, const std::string& what) {
  if (violation_) return;
  violation_ = Violation{invariant, what, now()};
  history_.line(now(), kWorld, "VIOLATED", [&] { return invariant + ": " + what; }, true);
}

bool Shop::run_until(const std::function<bool()>& is_done, Micros at_most) {
  const Micros until = now() + at_most;
  while (!violation_) {
    if (is_done()) return true;
    if (!scheduler_.step(until)) return is_done();
  }
  return false;
}

void Shop::open() {
  for (std::size_t i = 0; i < regions_.size(); ++i) start(i);
  const bool have_met = run_until(
      [this] {
        return std::ranges::all_of(regions_, [](const auto& region) {
          return region->process && region->process->not_writing_because().empty();
        });
      },
      kMeetingTime);
  if (!have_met) violated("progress", "the regions do not come to take writes after their start");
}

Process* Shop::process(std::size_t region) {
  return regions_[region]->process.get();
}

/// What lost regions wrote may be held differently, and stays so until an operator decides.
Position Shop::settled_position(port::Store& store) const {
  Position position = store.position();
  for (std::size_t region = 0; region < regions_.size(); ++region)
    if (stands_aside(region)) position.erase(writer(region));
  return position;
}

/// It lost its disk; or, when another one was rolled back, it cannot prove its history to that one,
/// and waits for an operator (docs/adr/0004-unproven-stops.md).
bool Shop::stands_aside(std::size_t region) const {
  if (lost_.contains(region)) return true;
  const std::unique_ptr<Process>& process = regions_[region]->process;
  return !lost_.empty() && process && process->journal &&
         process->journal->stopped_because().find("cannot be proven") != std::string::npos;
}

bool Shop::is_linked_up(Process& process) const {
  if (!process.replication) return true;
  for (std::size_t other = 0; other < names_.size(); ++other) {
    if (other == process.region) continue;
    const std::pair pair = std::minmax(other, process.region);
    if (!is_healed_ && plan_.unlinked.contains(pair)) continue;
    if (!process.replication->is_connected(names_[other])) return false;
    if (stands_aside(other) || stands_aside(process.region)) continue;
    // And it knows what they hold.
    for (const auto& [writer, n] : settled_position(process.store())) {
      const auto held = process.replication->acknowledged(names_[other], writer);
      if (!held || held->end.n < n) return false;
    }
  }
  return true;
}

bool Shop::is_settled() {
  if (!under_way_.empty()) return false;
  Position all;
  for (const auto& region : regions_) {
    if (!region->process) return false;
    Process& process = *region->process;
    if (process.is_stopping || !is_linked_up(process)) return false;
    if (stands_aside(process.region)) continue;
    if (!process.not_writing_because().empty()) return false;
    all = join(all, settled_position(process.store()));
  }
  return std::ranges::all_of(regions_, [&](const auto& region) {
    Process& process = *region->process;
    if (stands_aside(process.region)) return true;
    return settled_position(process.store()) == all &&
           covers(process.rules->feeder.position(), process.store().position()) &&
           process.rules->feeder.is_ready() && process.rules->reconciler.failures().empty();
  });
}

std::uint64_t Shop::entries_written() {
  std::uint64_t sum = 0;
  for (const auto& region : regions_)
    if (region->process) {
      port::Store& store = region->process->store();
      const Position position = store.position();
      const auto own = position.find(store.self());
      sum += own == position.end() ? 0 : own->second;
    }
  return sum;
}

void Shop::settle(Micros quiet, Micros at_most) {
  std::optional<std::pair<Micros, std::uint64_t>> since;  // and entries written then
  const auto is_quiet = [&] {
    if (!is_settled()) {
      since.reset();
      return false;
    }
    const std::uint64_t written = entries_written();
    if (!since || since->second != written) since = {now(), written};
    return now() - since->first >= quiet;
  };
  if (!run_until(is_quiet, at_most) && !violation_)
    violated("progress", "the regions have not settled within " +
                             std::to_string(at_most / kSecond) + " s" + unsettled());
}

/// Why not, for a person.
std::string Shop::unsettled() {
  std::string why;
  for (const std::string& what : under_way_) why += "; under way: " + what;
  for (const auto& region : regions_) {
    if (!region->process) {
      why += "; a region does not run";
      continue;
    }
    Process& process = *region->process;
    why += "; " + names_[process.region] + " at";
    for (const auto& [writer, n] : process.store().position())
      why += " " + writer.text() + ":" + std::to_string(n);
    if (process.replication)
      for (const Writer& writer : ledger_.writers())
        why += ", " + writer.text() + " from " +
               process.replication->source(writer).value_or("nobody") + " (appended " +
               std::to_string(process.journal->appended(writer).n) + ", " +
               std::to_string(process.journal->durable_chunks(writer)) + " chunks)";
    if (!process.not_writing_because().empty()) why += ", " + process.not_writing_because();
    for (const auto& [what, failure] : process.rules->reconciler.failures())
      why += ", not reconciled " + what + ": " + failure;
  }
  return why;
}

// --- the world's side of a conversation ---

namespace {

Task<void> run_counted(std::list<std::string>& under_way, std::list<std::string>::iterator mine,
                       Task<void> task) {
  co_await task;
  under_way.erase(mine);
}

}  // namespace

void Shop::go(std::string what, Task<void> task) {
  const auto mine = under_way_.insert(under_way_.end(), std::move(what));
  detach(run_counted(under_way_, mine, std::move(task)));
}

Task<void> Shop::sleep(Micros delay) {
  Promise<bool> passed;
  scheduler_.after(delay, nullptr, [&passed] { passed.set(true); });
  co_await passed;
}

std::uint64_t Shop::carry(std::size_t index, Way way, Serve serve, std::function<void()> broken) {
  Region& region = *regions_[index];
  const std::uint64_t call = ++last_call_;
  region.calls.emplace(call, broken);
  const bool is_lossy = region.front.lossy > 0 && way == Way::kFromAfar;
  int copies = 1;
  if (is_lossy) {
    const std::uint64_t luck = front_random_.below(10);
    copies = luck < 2 ? 0 : luck < 4 ? 2 : 1;
  }
  for (int copy = 0; copy < copies; ++copy) {
    Micros travel = region.front.delay + front_random_.between(0, region.front.jitter);
    // A repeat by an impatient edge, or a packet that took the long way.
    if (copy > 0 || (is_lossy && front_random_.permille(300)))
      travel += front_random_.between(0, kSecond);
    scheduler_.after(travel, nullptr,
                     [this, index, way, serve, broken] { arrive(index, way, serve, broken); });
  }
  return call;
}

void Shop::arrive(std::size_t index, Way way, const Serve& serve,
                  const std::function<void()>& broken) {
  Region& region = *regions_[index];
  if (region.front.closed > 0 && way == Way::kFromAfar) return;
  if (!region.process) {
    scheduler_.after(region.front.delay, nullptr, broken);
    return;
  }
  Process& process = *region.process;
  scheduler_.after(front_random_.between(5, 100), &process.owner,
                   [serve, &process] { serve(process); });
}

void Shop::carry_back(std::size_t index, Way way, std::function<void()> deliver) {
  Front& front = regions_[index]->front;
  const bool is_lossy = front.lossy > 0 && way == Way::kFromAfar;
  if (way == Way::kFromAfar && front.closed > 0) return;
  if (is_lossy && front_random_.permille(200)) return;
  Micros travel = front.delay + front_random_.between(0, front.jitter);
  if (is_lossy && front_random_.permille(300)) travel += front_random_.between(0, kSecond);
  scheduler_.after(travel, nullptr, std::move(deliver));
}

}  // namespace perpetua::sim
