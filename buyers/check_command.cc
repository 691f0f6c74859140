#include <CLI/CLI.hpp>
#include <iostream>

#include "buyers/check.h"
#include "buyers/client.h"
#include "buyers/commands.h"
#include "buyers/contend.h"

namespace perpetua::buyers {
namespace {

struct CheckArguments {
  std::string record;
  std::vector<std::string> regions;
  std::vector<std::string> operators;
  bool json = false;
  CheckOptions options;
};

struct ContendArguments {
  std::vector<std::string> regions;
  std::string split = "half";
  std::string record;
  bool json = false;
  ContendOptions options;
};

Result<std::vector<Endpoint>> endpoints(const std::vector<std::string>& texts,
                                        Result<Endpoint> (*parse)(std::string_view)) {
  std::vector<Endpoint> out;
  for (const std::string& text : texts) {
    auto endpoint = parse(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    out.push_back(std::move(*endpoint));
  }
  return out;
}

Task<void> run_to_end(Net& net, const History& history, const std::map<int, std::string>& tokens,
                      const CheckOptions& options, CheckResult& result) {
  result = co_await check(net, history, tokens, options);
}

int run_check(CheckArguments arguments) {
  auto regions = endpoints(arguments.regions, parse_named_url);
  if (!regions) return complain(regions.error());
  auto operators = endpoints(arguments.operators, parse_named_socket);
  if (!operators) return complain(operators.error());
  for (const Endpoint& door : *operators) {
    const auto same = [&](const Endpoint& region) { return region.name == door.name; };
    if (std::none_of(regions->begin(), regions->end(), same))
      return complain({ErrorCode::kInvalid, "--operator " + door.name + ": name its --region too"});
  }
  arguments.options.regions = std::move(*regions);
  arguments.options.operators = std::move(*operators);
  const auto history = read_history(arguments.record);
  if (!history) return complain(history.error());
  const auto tokens = read_tokens(arguments.record);
  if (!tokens) return complain(tokens.error());

  Client client;
  CheckResult result;
  client.run(run_to_end(client, *history, *tokens, arguments.options, result));
  std::cout << (arguments.json ? to_json(result) + "\n" : to_text(result));
  return result.pass() ? 0 : 1;
}

Task<void> contend_to_end(Asker& asker, const ContendOptions& options,
                          Result<ContendResult>& result) {
  result = co_await contend(asker, options);
}

int run_contend(ContendArguments arguments) {
  auto regions = endpoints(arguments.regions, parse_named_url);
  if (!regions) return complain(regions.error());
  arguments.options.regions = std::move(*regions);
  arguments.options.all_to_one = arguments.split == "one";
  std::optional<RecordWriter> record;
  if (!arguments.record.empty()) {
    auto created = RecordWriter::create(arguments.record);
    if (!created) return complain(created.error());
    record.emplace(std::move(*created));
  }
  Client client;
  Asker asker(client, record ? &*record : nullptr);
  Result<ContendResult> result;
  client.run(contend_to_end(asker, arguments.options, result));
  if (!result) return complain(result.error());
  std::cout << (arguments.json ? to_json(*result) + "\n" : to_text(*result));
  return 0;
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("check", "Compare a record with what each region shows.");
  const auto arguments = std::make_shared<CheckArguments>();
  CheckOptions& options = arguments->options;
  command->add_option("--record", arguments->record, "File that load wrote")->required();
  command->add_option("--region", arguments->regions, "NAME=http://HOST:PORT (repeatable)")
      ->required();
  command->add_option("--operator", arguments->operators,
                      "NAME=SOCKET of the region's operator's door, for the stock (repeatable)");
  command->add_flag("--only-remote", options.only_remote,
                    "Another region is dead: what it acknowledged as local may be missing");
  command->add_flag("--only-load", options.only_load,
                    "Nobody else bought in this shop: copies sold must match exactly");
  command
      ->add_option("--settle-seconds", options.settle_s,
                   "How long what is not right yet may take to become so")
      ->check(CLI::Range(0.0, 3'600.0))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_check(*arguments); });
}

void add_contend_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("contend", "Send many checkouts of one book at once.");
  const auto arguments = std::make_shared<ContendArguments>();
  ContendOptions& options = arguments->options;
  command->add_option("--region", arguments->regions, "NAME=http://HOST:PORT (repeatable)")
      ->required();
  command->add_option("--book", options.book, "Its id")->required();
  command->add_option("--orders", options.orders, "Checkouts")
      ->check(CLI::Range(1, 5'000))
      ->capture_default_str();
  command->add_option("--quantity", options.quantity, "Copies in each")
      ->check(CLI::Range(1, 99))
      ->capture_default_str();
  command->add_option("--split", arguments->split, "Each region in turn, or all to the first")
      ->check(CLI::IsMember({"half", "one"}))
      ->capture_default_str();
  command->add_option("--timeout-ms", options.timeout_ms, "For each request")
      ->check(CLI::Range(1.0, 600'000.0))
      ->capture_default_str();
  command->add_option("--record", arguments->record, "File to write, for check");
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_contend(*arguments); });
}

}  // namespace perpetua::buyers
