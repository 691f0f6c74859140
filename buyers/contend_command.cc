#include <CLI/CLI.hpp>
#include <iostream>

#include "buyers/client.h"
#include "buyers/commands.h"
#include "buyers/contend.h"

namespace perpetua::buyers {
namespace {

struct ContendArguments {
  std::vector<std::string> regions;
  std::vector<std::string> operators;
  std::string split = "half";
  std::string record;
  bool json = false;
  ContendOptions options;
};

Task<void> contend_to_end(Asker& asker, const ContendOptions& options,
                          Result<ContendResult>& result) {
  result = co_await contend(asker, options);
}

int run_contend(ContendArguments arguments) {
  auto regions = endpoints(arguments.regions, parse_named_url);
  if (!regions) return complain(regions.error());
  auto operators = endpoints(arguments.operators, parse_named_socket);
  if (!operators) return complain(operators.error());
  arguments.options.regions = std::move(*regions);
  arguments.options.doors = std::move(*operators);
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
  command->add_option("--operator", arguments->operators,
                      "NAME=SOCKET of an operator's door, for the stock before (repeatable)");
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_contend(*arguments); });
}

}  // namespace perpetua::buyers
