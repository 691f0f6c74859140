#pragma once
// The whole shop in virtual time: regions on machines with disks and links, what goes wrong with
// them, and the world's side of every conversation with them.

#include <list>
#include <memory>
#include <optional>
#include <set>

#include "sim/disk.h"
#include "sim/history.h"
#include "sim/ledger.h"
#include "sim/machine.h"
#include "sim/network.h"
#include "sim/plan.h"
#include "sim/process.h"
#include "sim/workload.h"

namespace perpetua::sim {

struct Violation {
  std::string invariant;
  std::string what;
  Micros at = 0;
};

/// The ways of delivery that every region is configured with.
[[nodiscard]] const std::vector<domain::DeliveryOption>& delivery_options();

/// What buyers meet on their way to a region, and back.
struct Front {
  Micros delay = 5 * kMillisecond;
  Micros jitter = 5 * kMillisecond;
  int closed = 0;
  int lossy = 0;
};

/// Ends what a workload is doing: the violation is the shop's.
struct Violated {};

/// Is not destroyed: what killed processes left waiting must never be woken.
class Shop {
 public:
  Shop(const Plan& plan, History& history);
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  /// Starts all regions and lets them meet.
  void open();
  void schedule_faults();
  /// No fault goes on, none comes, everything is started.
  void heal();
  /// Runs until everybody holds everything, nothing is under way, and no region has written by
  /// itself for `quiet`; a violation when that takes longer than `at_most`. For setup and check.
  void settle(Micros quiet = 0, Micros at_most = 20 * kSecond);
  /// Runs until `is_done`, at most so long. False: it was not, or something was violated.
  bool run_until(const std::function<bool()>& is_done, Micros at_most);

  // --- for workloads ---
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] Micros now() const { return scheduler_.now(); }
  [[nodiscard]] std::size_t regions() const { return regions_.size(); }
  [[nodiscard]] const std::string& name(std::size_t region) const { return names_[region]; }
  [[nodiscard]] Writer writer(std::size_t region) const { return {names_[region], 1}; }
  [[nodiscard]] Random random(std::string_view stream, std::uint64_t number = 0) const {
    return random_.stream(stream, number);
  }
  [[nodiscard]] Ledger& ledger() { return ledger_; }
  [[nodiscard]] History& history() { return history_; }
  /// The faults are over, and traffic ends.
  [[nodiscard]] bool is_closing() const { return is_closing_; }
  void close() { is_closing_ = true; }
  /// Of these, only the first counts.
  void violated(const std::string& invariant, const std::string& what);
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  /// Its disk was wiped or rolled back: it must not take part any more.
  [[nodiscard]] bool has_lost_disk(std::size_t region) const { return lost_.contains(region); }
  /// Of a region that lost its disk: another one held more of what it wrote than came back.
  [[nodiscard]] bool knows_better(std::size_t region) const {
    return contradicted_.contains(region);
  }

  /// Starts traffic, which must end within bounded time after close().
  void go(std::string what, Task<void> task);
  Task<void> sleep(Micros delay);
  /// Runs a task of the world's to its end, while nothing else is to be waited for: in setup and
  /// check. Throws Violated when it does not end within a minute, or something is violated first.
  template <class T>
  T wait(Task<T> task);

  /// Buyers come from afar: `handler` runs in the region once, not at all, or twice. Operators
  /// stand at its door: once, unless the process dies. Nothing: no answer within `timeout`, or the
  /// connection broke.
  enum class Way : std::uint8_t { kFromAfar, kAtTheDoor };
  template <class T>
  using HandlerOf = std::function<Task<T>(Process&)>;
  template <class T>
  Task<std::optional<T>> ask(std::size_t region, HandlerOf<T> handler, Micros timeout,
                             Way way = Way::kFromAfar);

  /// The process of a region, null when none runs. For checks, when all is well.
  [[nodiscard]] Process* process(std::size_t region);
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] std::uint64_t crashes() const { return crashes_; }
  [[nodiscard]] std::uint64_t bytes_carried() const { return network_.bytes_carried(); }

 private:
  struct Region {
    Region(Shop& shop, std::size_t index);
    Machine machine;
    Disk disk;
    std::unique_ptr<Process> process;
    std::vector<std::unique_ptr<Process>> ended;  // nothing runs there any more
    Front front;
    int down = 0;  // faults that keep it from starting
    std::optional<store::Batch> disk_before;
    std::map<std::uint64_t, std::function<void()>> calls;  // connections of buyers
  };

  // processes.cc
  void start(std::size_t region);
  void start_on_histories(Region& region, Process& process);
  void crash(std::size_t region, const std::string& why);
  void restart(std::size_t region);
  void start_later(std::size_t region, Micros delay);
  void watch(Process& process);

  // faults.cc
  void begin(const Fault& fault);
  void end(const Fault& fault);
  void end_later(const Fault& fault);
  void for_links(const Fault& fault, const std::function<void(Path&)>& change);
  void after_links(const Fault& fault);
  void jump_clock(const Fault& fault, std::int64_t sign);
  void lose_disk(const Fault& fault);

  // shop.cc
  [[nodiscard]] bool is_settled();
  [[nodiscard]] std::uint64_t entries_written();
  [[nodiscard]] std::string unsettled();
  [[nodiscard]] bool stands_aside(std::size_t region) const;
  [[nodiscard]] Position settled_position(port::Store& store) const;
  [[nodiscard]] bool is_linked_up(Process& process) const;
  using Serve = std::function<void(Process&)>;
  std::uint64_t carry(std::size_t region, Way way, Serve serve, std::function<void()> broken);
  void carry_back(std::size_t region, Way way, std::function<void()> deliver);
  void hang_up(std::size_t region, std::uint64_t call) { regions_[region]->calls.erase(call); }
  void arrive(std::size_t region, Way way, const Serve& serve, const std::function<void()>& broken);

  Plan plan_;
  Random random_;
  History& history_;
  Scheduler scheduler_;
  std::vector<std::string> names_;
  Network network_;
  Ledger ledger_;
  Random front_random_;
  std::vector<std::unique_ptr<Region>> regions_;
  RowsRegion::All rows_;
  replication::EngineOptions replication_options_;
  store::JournalOptions journal_options_;
  std::optional<Violation> violation_;
  std::set<std::size_t> lost_;
  std::set<std::size_t> contradicted_;
  bool reads_slowly_ = false;
  bool is_closing_ = false;
  bool is_healed_ = false;
  std::uint64_t crashes_ = 0;
  std::uint64_t last_call_ = 0;
  std::list<std::string> under_way_;
};

template <class T>
T Shop::wait(Task<T> task) {
  std::optional<T> result;
  detach<T>(std::move(task), [&result](T value) { result.emplace(std::move(value)); });
  run_until([&result] { return result.has_value(); }, 60 * kSecond);
  if (!result) {
    violated("progress", "what is asked of a shop that is well does not end");
    throw Violated{};
  }
  return std::move(*result);
}

template <class T>
Task<std::optional<T>> Shop::ask(std::size_t region, HandlerOf<T> handler, Micros timeout,
                                 Way way) {
  struct Call {
    HandlerOf<T> handler;
    Promise<std::optional<T>> answer;
  };
  const auto call = std::make_shared<Call>();
  call->handler = std::move(handler);
  const Scheduler::Id timer =
      scheduler_.after(timeout, nullptr, [call] { call->answer.set(std::nullopt); });
  const Serve serve = [this, call, region, way](Process& process) {
    detach<T>(call->handler(process), [this, call, region, way](T value) {
      auto kept = std::make_shared<T>(std::move(value));
      carry_back(region, way,
                 [call, kept] { call->answer.set(std::optional<T>(std::move(*kept))); });
    });
  };
  const std::uint64_t connection =
      carry(region, way, serve, [call] { call->answer.set(std::nullopt); });
  Promise<std::optional<T>>& promise = call->answer;
  std::optional<T> answer = co_await promise;
  scheduler_.cancel(timer);
  hang_up(region, connection);
  co_return answer;
}

}  // namespace perpetua::sim
