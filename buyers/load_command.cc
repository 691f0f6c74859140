#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
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
  std::vector<std::string> operators;
  std::string mix = "browse=80,cart=15,checkout=5";
  std::string record;
  bool json = false;
  LoadOptions options;
};

// Set by SIGTERM or SIGINT: no more arrivals, and a report on those there were.
volatile std::sig_atomic_t stopped = 0;

void stop_at_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stopped = 1; };
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
}

Result<LoadOptions> options_of(const LoadArguments& arguments) {
  LoadOptions options = arguments.options;
  const bool is_region = arguments.edge.find('=') < arguments.edge.find(':');
  auto edge = is_region ? parse_named_url(arguments.edge) : parse_url(kEdge, arguments.edge);
  if (!edge) return std::unexpected(edge.error());
  auto regions = endpoints(arguments.regions, parse_named_url);
  if (!regions) return std::unexpected(regions.error());
  auto doors = endpoints(arguments.operators, parse_named_socket);
  if (!doors) return std::unexpected(doors.error());
  const auto mix = parse_mix(arguments.mix);
  if (!mix) return std::unexpected(mix.error());
  options.route.first = std::move(*edge);
  options.route.regions = std::move(*regions);
  options.doors = std::move(*doors);
  options.mix = *mix;
  const auto per_second = static_cast<std::uint64_t>(std::max(1.0, options.rate));
  const bool watched = ::isatty(STDERR_FILENO) == 1;
  options.go_on = [watched, per_second](std::uint64_t arrived) {
    if (watched && arrived % per_second == 0)
      std::fprintf(stderr, "\r%llu requests", static_cast<unsigned long long>(arrived));
    return stopped == 0;
  };
  return options;
}

Task<void> run_to_end(Load& load, Result<void>& result) {
  result = co_await load.run();
}

int run_load(const LoadArguments& arguments) {
  auto options = options_of(arguments);
  if (!options) return complain(options.error());
  auto record = RecordWriter::create(arguments.record);
  if (!record) return complain(record.error());
  stop_at_signals();
  Client client;
  Asker asker(client, &*record);
  Load load(asker, std::move(*options));
  Result<void> result;
  client.run(run_to_end(load, result));
  if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\n");
  if (!result) {
    // Nothing was asked; the name is free for the next try.
    ::unlink(arguments.record.c_str());
    ::unlink((arguments.record + ".sessions").c_str());
    return complain(result.error());
  }
  auto history = read_history(arguments.record);
  if (!history) return complain(history.error());
  std::vector<History> loads;
  loads.push_back(std::move(*history));
  const Report report = make_report(loads, {});
  std::cout << (arguments.json ? to_json(report) + "\n" : to_text(report));
  return 0;
}

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("load", "Put a load of constant rate on a shop.");
  const auto arguments = std::make_shared<LoadArguments>();
  LoadOptions& options = arguments->options;
  command
      ->add_option(
          "--edge", arguments->edge,
          "http://HOST:PORT of the edge, or NAME=http://HOST:PORT of a region to go to instead")
      ->required();
  command->add_option("--region", arguments->regions,
                      "NAME=http://HOST:PORT where a write whose answer was lost is tried again "
                      "(repeatable)");
  command->add_option("--operator", arguments->operators,
                      "NAME=SOCKET of an operator's door, for the stock before (repeatable)");
  command->add_option("--record", arguments->record, "File to write; must not exist")->required();
  command->add_option("--rate", options.rate, "Requests a second")
      ->check(CLI::Range(0.1, 20'000.0))
      ->capture_default_str();
  command->add_option("--duration", options.duration_s, "Seconds; SIGTERM ends it before")
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
  command->add_option("--read-timeout-ms", options.route.read_timeout_ms, "For each GET")
      ->check(CLI::Range(1.0, 600'000.0))
      ->capture_default_str();
  command
      ->add_option("--write-timeout-ms", options.route.write_timeout_ms, "For each other attempt")
      ->check(CLI::Range(1.0, 600'000.0))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_load(*arguments); });
}

}  // namespace perpetua::buyers
