// perpetua-buyers: puts an open-loop load on a shop, keeps a record of it, and checks the shop
// against the record. Exit codes: 0 done (and, for check, passed), 1 not passed, 2 not possible.

#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include "buyers/commands.h"

namespace {

// A connection each for some thousand buyers; the default limit is made for select(2).
void allow_many_connections() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Buyers for a Perpetua shop: an open-loop load, its report, and its checker.");
  app.require_subcommand(1);
  int exit_code = 2;
  perpetua::buyers::add_load_command(app, exit_code);
  perpetua::buyers::add_report_command(app, exit_code);
  perpetua::buyers::add_check_command(app, exit_code);
  perpetua::buyers::add_contend_command(app, exit_code);
  allow_many_connections();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // 0: it was asked for help
  }
  return exit_code;
}
