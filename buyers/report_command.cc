#include <CLI/CLI.hpp>
#include <iostream>

#include "buyers/commands.h"
#include "buyers/report.h"

namespace perpetua::buyers {
namespace {

struct ReportArguments {
  std::vector<std::string> records;
  std::string marks;
  bool json = false;
};

int run_report(const ReportArguments& arguments) {
  std::vector<History> loads;
  for (const std::string& record : arguments.records) {
    auto history = read_history(record);
    if (!history) return complain(history.error());
    loads.push_back(std::move(*history));
  }
  std::vector<Mark> marks;
  if (!arguments.marks.empty()) {
    auto read = read_marks(arguments.marks);
    if (!read) return complain(read.error());
    marks = std::move(*read);
  }
  const Report report = make_report(loads, std::move(marks));
  std::cout << (arguments.json ? to_json(report) + "\n" : to_text(report));
  return 0;
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("report", "Say what the buyers of records saw.");
  const auto arguments = std::make_shared<ReportArguments>();
  command->add_option("--record", arguments->records, "File that load wrote (repeatable)")
      ->required();
  command->add_option("--marks", arguments->marks,
                      "JSON lines {\"name\",\"at_ms\"}: when phases began");
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback([arguments, &exit_code] { exit_code = run_report(*arguments); });
}

}  // namespace perpetua::buyers
