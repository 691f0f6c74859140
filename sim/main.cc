// perpetua-sim: runs seeds, and shows what fails as small as it gets. `./perpetua sim` builds and
// starts it.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <thread>

#include "base/simulation.h"
#include "sim/fleet.h"
#include "sim/report.h"
#include "sim/shrink.h"
#include "sim/timeline.h"
#include "sim/workload.h"

namespace {

using namespace perpetua::sim;  // NOLINT: the program is about nothing else
namespace simulation = perpetua::simulation;

struct Options {
  std::uint64_t from = 1;
  std::uint64_t seeds = 1000;
  double minutes = 0;
  std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
  std::size_t shrink_runs = 200;
  std::size_t trace_lines = 120;
  std::string planted;
  std::string storage;
  std::string faults;
  std::size_t buyers = 0;
  std::int64_t traffic_ms = 0;
  std::size_t regions = 0;
  bool is_json = false;
  bool prints_hashes = false;
  bool prints_trace = false;
  bool needs_all_reached = false;
  Wanted wanted;
};

int refuse(const std::string& what) {
  std::cerr << "perpetua-sim: " << what << '\n';
  return 2;
}

bool read_faults(Options& options) {
  if (options.faults.empty()) return true;
  options.wanted.faults.emplace();
  if (options.faults == "none") return true;
  std::size_t at = 0;
  while (at < options.faults.size()) {
    const std::size_t comma = std::min(options.faults.find(',', at), options.faults.size());
    const std::string number = options.faults.substr(at, comma - at);
    if (number.empty() || number.size() > 6 ||
        number.find_first_not_of("0123456789") != std::string::npos)
      return false;
    options.wanted.faults->push_back(std::stoul(number));
    at = comma + 1;
  }
  return true;
}

/// Empty when they are fine.
std::string check(Options& options) {
  const std::vector<std::string> names = workload_names();
  for (const std::string& workload : options.wanted.workloads)
    if (std::ranges::find(names, workload) == names.end()) {
      std::string known;
      for (const std::string& name : names) known += " " + name;
      return "no workload '" + workload + "'; there are" + known;
    }
  for (const std::string& workload : options.wanted.workloads)
    if (traits_of(workload).runs_alone && options.wanted.workloads.size() > 1)
      return workload + " does to the shop what no other workload survives: run it alone";
  if (!read_faults(options)) return "--faults takes numbers separated by commas, or 'none'";
  if (options.storage == "rows") options.wanted.storage = Storage::kRows;
  if (options.storage == "histories") options.wanted.storage = Storage::kHistories;
  if (options.wanted.storage == Storage::kRows)
    for (const std::string& workload : options.wanted.workloads)
      if (needs_prefixes(workload))
        return workload +
               " does not run where rows come singly: " + traits_of(workload).needs_prefixes;
  if (options.regions > 0) options.wanted.regions = options.regions;
  if (options.buyers > 0) options.wanted.buyers_max = options.buyers;
  if (options.traffic_ms > 0) options.wanted.lasts = options.traffic_ms * kMillisecond;
  if (options.planted.empty()) return {};
  for (simulation::Point* point : simulation::points(simulation::Kind::kPlanted))
    if (point->name == options.planted) {
      point->is_on = true;
      return {};
    }
  return "no planted bug '" + options.planted + "'; --list names them";
}

void list() {
  std::cout << "workloads:\n";
  for (const std::string& name : workload_names()) {
    const std::string& why = traits_of(name).needs_prefixes;
    std::cout << "  " << name << (why.empty() ? "" : "  (histories only: " + why + ")") << '\n';
  }
  const auto print = [](const char* title, simulation::Kind kind) {
    std::cout << title << '\n';
    for (const simulation::Point* point : simulation::points(kind))
      std::cout << "  " << point->name << '\n';
  };
  print("rare points:", simulation::Kind::kRare);
  print("rare paths:", simulation::Kind::kReached);
  print("planted bugs:", simulation::Kind::kPlanted);
}

/// Prints the smallest run that still fails, as a timeline, and the command that replays it.
std::string explain(const Options& options, const Finished& failed) {
  const bool is_live = ::isatty(STDERR_FILENO) != 0;
  std::cerr << "seed " << failed.plan.seed << " violates " << failed.outcome.violation->invariant
            << ": " << failed.outcome.violation->what << "\nmaking it smaller ...\n";
  const Shrunk shrunk =
      shrink(options.wanted, failed, options.shrink_runs, [is_live](const Finished& smaller) {
        if (is_live)
          std::cerr << "\r" << smaller.plan.faults.size() << " faults, "
                    << smaller.plan.lasts / kMillisecond << " ms of traffic   " << std::flush;
      });
  if (is_live) std::cerr << '\n';
  const Finished shown = run_one(shrunk.finished.plan, true);
  std::string out = "seed       " + std::to_string(failed.plan.seed) + "\n";
  out += "violated   " + shrunk.finished.outcome.violation->invariant + ": " +
         shrunk.finished.outcome.violation->what + "\n";
  out += "faults     " + std::to_string(failed.plan.faults.size()) + ", of which " +
         std::to_string(shrunk.finished.plan.faults.size()) + " are needed (" +
         std::to_string(shrunk.runs) + " runs)\n";
  for (const Fault& fault : shrunk.finished.plan.faults)
    out += "           " + to_text(fault) + "\n";
  out += timeline(shown, options.trace_lines);
  std::string replay = "./perpetua sim " + replay_options(shrunk.wanted, failed.plan.seed);
  if (!options.planted.empty()) replay += " --plant " + options.planted;
  out += "replay     " + replay + "\n";
  std::cout << out << std::flush;
  return shrunk.finished.outcome.violation->invariant + ": " +
         shrunk.finished.outcome.violation->what + " | " + replay;
}

int simulate(const Options& options) {
  Summary summary;
  std::optional<Finished> failed;
  std::uint64_t next_seed = options.from;
  const auto began = std::chrono::steady_clock::now();
  const auto is_over = [&] {
    if (options.minutes <= 0) return next_seed - options.from >= options.seeds;
    return std::chrono::steady_clock::now() - began >
           std::chrono::duration<double>(options.minutes * 60);
  };
  const bool is_live = ::isatty(STDERR_FILENO) != 0;
  auto told = began;
  run_fleet(
      options.jobs,
      [&]() -> std::optional<Plan> {
        if (is_over()) return std::nullopt;
        return make_plan(next_seed++, options.wanted);
      },
      [&](Finished finished) {
        summary.add(finished);
        if (options.prints_hashes)
          std::cout << finished.plan.seed << ' ' << std::hex << finished.outcome.history_hash
                    << std::dec << '\n';
        if (finished.outcome.violation) {
          failed = std::move(finished);
          return false;
        }
        const auto now = std::chrono::steady_clock::now();
        const auto pause = is_live ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
        if (now - told > pause) {
          told = now;
          std::cerr << (is_live ? "\r" : "") << summary.progress() << (is_live ? "   " : "\n")
                    << std::flush;
        }
        return true;
      });
  if (is_live) std::cerr << '\n';
  std::string failure;
  if (failed) failure = explain(options, *failed);
  const bool misses = options.needs_all_reached && !failed && !summary.unreached().empty();
  if (options.is_json)
    std::cout << summary.json(failed.has_value(), failure) << '\n';
  else
    std::cout << summary.text() << (failed ? "1 violation" : "0 violations") << '\n';
  return failed ? 1 : misses ? 3 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  bool lists = false;
  CLI::App app("Runs the shop's own code through faults in virtual time, and checks its promises.");
  app.add_option("--from", options.from, "the first seed");
  app.add_option("--seeds", options.seeds, "how many")->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--minutes", options.minutes, "run for so long instead")
      ->check(CLI::Range(0.001, 100'000.0));
  app.add_option("--jobs", options.jobs, "at a time")->check(CLI::Range(1, 256));
  app.add_option("--workload", options.wanted.workloads, "only this one; may be given again");
  app.add_option("--regions", options.regions, "2 to 5")->check(CLI::Range(2, 5));
  app.add_option("--storage", options.storage, "histories, or rows that come singly")
      ->check(CLI::IsMember({"histories", "rows"}));
  app.add_option("--faults", options.faults, "only those of these numbers, or none");
  app.add_option("--buyers", options.buyers, "of each workload, at most");
  app.add_option("--traffic-ms", options.traffic_ms, "how long there are traffic and faults");
  app.add_option("--plant", options.planted, "switch a planted bug on");
  app.add_option("--shrink-runs", options.shrink_runs, "to make a failing run smaller, at most");
  app.add_option("--trace-lines", options.trace_lines, "of the timeline");
  app.add_flag("--hashes", options.prints_hashes, "print the hash of each seed's history");
  app.add_flag("--trace", options.prints_trace, "print the timeline of the first seed, and end");
  app.add_flag("--all-reached", options.needs_all_reached,
               "fail (3) when a rare path was not reached");
  app.add_flag("--json", options.is_json, "one JSON object at the end");
  app.add_flag("--list", lists, "workloads, rare points, planted bugs");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  if (lists) {
    list();
    return 0;
  }
  if (const std::string wrong = check(options); !wrong.empty()) return refuse(wrong);
  if (options.prints_trace) {
    const Finished shown = run_one(make_plan(options.from, options.wanted), true);
    std::cout << timeline(shown, options.trace_lines);
    return shown.outcome.violation ? 1 : 0;
  }
  return simulate(options);
}
