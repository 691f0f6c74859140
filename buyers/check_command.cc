#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "buyers/check.h"
#include "buyers/client.h"
#include "buyers/commands.h"

namespace perpetua::buyers {
namespace {

struct CheckArguments {
  std::vector<std::string> records;
  std::vector<std::string> regions;
  std::vector<std::string> operators;
  std::string ledger;
  bool json = false;
  CheckOptions options;
};

Task<void> run_to_end(Net& net, const std::vector<Evidence>& records, const CheckOptions& options,
                      CheckResult& result) {
  result = co_await check(net, records, options);
}

int run_check(CheckArguments arguments) {
  auto regions = endpoints(arguments.regions, parse_named_url);
  if (!regions) return complain(regions.error());
  auto operators = endpoints(arguments.operators, parse_named_socket);
  if (!operators) return complain(operators.error());
  for (const Endpoint& door : *operators) {
    if (std::ranges::find(*regions, door.name, &Endpoint::name) == regions->end())
      return complain({ErrorCode::kInvalid, "--operator " + door.name + ": name its --region too"});
  }
  arguments.options.regions = std::move(*regions);
  arguments.options.operators = std::move(*operators);
  if (!arguments.ledger.empty()) {
    auto ledger = read_ledger(arguments.ledger);
    if (!ledger) return complain(ledger.error());
    arguments.options.ledger = std::move(*ledger);
  }
  const auto records = read_evidence(arguments.records);
  if (!records) return complain(records.error());

  Client client;
  CheckResult result;
  client.run(run_to_end(client, *records, arguments.options, result));
  std::cout << (arguments.json ? to_json(result) + "\n" : to_text(result));
  return result.pass() ? 0 : 1;
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("check", "Compare records with what each region shows.");
  const auto arguments = std::make_shared<CheckArguments>();
  CheckOptions& options = arguments->options;
  command
      ->add_option("--record", arguments->records,
                   "File that load wrote (repeatable: all that was bought)")
      ->required();
  command->add_option("--region", arguments->regions, "NAME=http://HOST:PORT (repeatable)")
      ->required();
  command->add_option("--operator", arguments->operators,
                      "NAME=SOCKET of the region's operator's door, for the stock (repeatable)");
  command->add_option("--dead", options.dead,
                      "NAME of a region that is: what it acknowledged as local may be missing");
  command->add_option("--ledger", arguments->ledger,
                      "File of all that an operator delivered and priced meanwhile");
  command->add_flag("--converged", options.converged, "All regions must show the same");
  command->add_flag("--shared", options.shared,
                    "Others buy in this shop too: more copies may be sold than these orders have");
  command
      ->add_option("--settle-seconds", options.settle_s,
                   "How long what is not right yet may take to become so")
      ->check(CLI::Range(0.0, 3'600.0))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_check(*arguments); });
}

}  // namespace perpetua::buyers
