#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "buyers/client.h"
#include "buyers/commands.h"
#include "buyers/load.h"
#include "buyers/report.h"

namespace perpetua::buyers {
namespace {

struct LoadArguments {
  std::string edge;
  std::vector<std::string> regions;
  std::string retry_to = "edge,regions";
  std::string mix = "browse=80,cart=15,checkout=5";
  std::string record;
  std::string marks;
  std::vector<std::string> phases;
  bool json = false;
  LoadOptions options;
};

struct ReportArguments {
  std::string record;
  std::string marks;
  double from_ms = 0;
  double to_ms = 0;
  bool json = false;
};

// The edge first, then, for writes whose answer was lost, the edge again and each region in turn.
Result<Route> route_of(const LoadArguments& arguments) {
  Route route = arguments.options.route;
  const auto edge = parse_url("edge", arguments.edge);
  if (!edge) return std::unexpected(edge.error());
  route.places = {*edge};
  if (arguments.retry_to.find("edge") != std::string::npos) route.places.push_back(*edge);
  for (const std::string& named : arguments.regions) {
    const auto region = parse_named_url(named);
    if (!region) return std::unexpected(region.error());
    if (arguments.retry_to.find("regions") != std::string::npos) route.places.push_back(*region);
  }
  return route;
}

Result<std::vector<Mark>> marks_of(const LoadArguments& arguments, double started_ms) {
  std::vector<Mark> marks;
  if (!arguments.marks.empty()) {
    auto read = read_marks(arguments.marks);
    if (!read) return read;
    marks = std::move(*read);
  }
  for (const std::string& phase : arguments.phases) {
    const auto mark = parse_phase(phase, started_ms);
    if (!mark) return std::unexpected(mark.error());
    marks.push_back(*mark);
  }
  return marks;
}

Task<void> run_to_end(Load& load, Result<void>& result, bool& done) {
  result = co_await load.run();
  done = true;
}

Task<void> show_progress(Client& client, Load& load, const bool& done) {
  while (!done) {
    co_await client.sleep_until(client.now_ms() + 1000);
    std::fprintf(stderr, "\r%llu requests", static_cast<unsigned long long>(load.arrived()));
  }
  std::fprintf(stderr, "\n");
}

int print_report(const History& history, std::vector<Mark> marks, bool json) {
  const Report report = make_report(history, std::move(marks));
  std::cout << (json ? to_json(report) + "\n" : to_text(report));
  return 0;
}

int run_load(LoadArguments arguments) {
  const auto route = route_of(arguments);
  if (!route) return complain(route.error());
  const auto mix = parse_mix(arguments.mix);
  if (!mix) return complain(mix.error());
  if (const auto early = marks_of(arguments, 0); !early && arguments.marks.empty())
    return complain(early.error());
  arguments.options.route = *route;
  arguments.options.mix = *mix;
  auto record = RecordWriter::create(arguments.record);
  if (!record) return complain(record.error());

  Client client;
  Asker asker(client, &*record);
  Load load(asker, arguments.options);
  Result<void> result;
  bool done = false;
  const bool watched = ::isatty(STDERR_FILENO) == 1;
  if (watched) detach(show_progress(client, load, done));
  client.run(run_to_end(load, result, done));
  if (!result) {
    // Nothing was asked; the name is free for the next try.
    ::unlink(arguments.record.c_str());
    ::unlink((arguments.record + ".sessions").c_str());
    return complain(result.error());
  }

  const auto history = read_history(arguments.record);
  if (!history) return complain(history.error());
  auto marks = marks_of(arguments, history->load.started_ms);
  if (!marks) return complain(marks.error());
  return print_report(*history, std::move(*marks), arguments.json);
}

int run_report(const ReportArguments& arguments) {
  const auto history = read_history(arguments.record);
  if (!history) return complain(history.error());
  std::vector<Mark> marks;
  if (!arguments.marks.empty()) {
    auto read = read_marks(arguments.marks);
    if (!read) return complain(read.error());
    marks = std::move(*read);
  }
  if (arguments.from_ms > 0) marks.push_back({"during", arguments.from_ms});
  if (arguments.to_ms > 0) marks.push_back({"after", arguments.to_ms});
  return print_report(*history, std::move(marks), arguments.json);
}

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("load", "Put a load of constant rate on a shop.");
  const auto arguments = std::make_shared<LoadArguments>();
  LoadOptions& options = arguments->options;
  command->add_option("--edge", arguments->edge, "http://HOST:PORT of the edge")->required();
  command->add_option("--region", arguments->regions, "NAME=http://HOST:PORT, for retries");
  command->add_option("--record", arguments->record, "File to write; must not exist")->required();
  command->add_option("--rate", options.rate, "Requests a second")
      ->check(CLI::Range(0.1, 20'000.0))
      ->capture_default_str();
  command->add_option("--duration", options.duration_s, "Seconds")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  command->add_option("--mix", arguments->mix, "Weights of what arrives")->capture_default_str();
  command->add_option("--seed", options.seed, "Of all choices")->capture_default_str();
  command->add_option("--buyers", options.buyers, "Buyers at a time while the shop keeps up")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      ->add_option("--in-flight-max", options.in_flight_max,
                   "Requests under way at most; what is due beyond that counts as failed")
      ->check(CLI::Range(1, 20'000))
      ->capture_default_str();
  command
      ->add_option("--retry-to", arguments->retry_to,
                   "Where a write whose answer was lost is tried again")
      ->check(CLI::IsMember({"edge,regions", "edge", "regions", "none"}))
      ->capture_default_str();
  command->add_option("--read-timeout-ms", options.route.read_timeout_ms, "For each GET")
      ->check(CLI::Range(1.0, 600'000.0))
      ->capture_default_str();
  command
      ->add_option("--write-timeout-ms", options.route.write_timeout_ms, "For each other attempt")
      ->check(CLI::Range(1.0, 600'000.0))
      ->capture_default_str();
  command->add_option("--phase", arguments->phases, "NAME@SECONDS: a phase begins (repeatable)");
  command->add_option("--marks", arguments->marks,
                      "JSON lines {\"name\",\"at_ms\"} where phases began, read at the end");
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_load(*arguments); });
}

void add_report_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("report", "Say what the buyers of a record saw.");
  const auto arguments = std::make_shared<ReportArguments>();
  command->add_option("--record", arguments->record, "File that load wrote")->required();
  command->add_option("--from", arguments->from_ms, "Unix ms at which 'during' begins");
  command->add_option("--to", arguments->to_ms, "Unix ms at which 'after' begins");
  command->add_option("--marks", arguments->marks, "JSON lines {\"name\",\"at_ms\"}");
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_report(*arguments); });
}

}  // namespace perpetua::buyers
