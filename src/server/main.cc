// perpetuad: one region of the shop.
//
//   perpetuad found --config FILE   makes the store of a founding region, once
//   perpetuad run --config FILE     serves until SIGTERM or SIGINT, then drains and exits with 0
//
// Exit status: 0 done, 1 failed (the store, an address: the log says why), 2 wrong usage or
// configuration.

#include <malloc.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "server/config.h"
#include "server/founding.h"
#include "server/log.h"
#include "server/region.h"

namespace {

using perpetua::server::Config;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

/// Every connection is a file descriptor, and the soft limit is low by tradition only.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void prepare_process() {
  // An arena per thread keeps tens of MB that nobody uses.
  ::mallopt(M_ARENA_MAX, 2);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
}

int complain(const perpetua::Error& error, int status) {
  std::cerr << "perpetuad: " << error.message << std::endl;
  return status;
}

int found_store(const Config& config) {
  const auto founded = perpetua::server::found(config);
  return founded ? 0 : complain(founded.error(), kFailed);
}

int serve(const Config& config) {
  perpetua::server::log::start(config.log_level, config.region);
  const auto ended = perpetua::server::run(config);
  if (ended) return 0;
  perpetua::server::log::error("stopped", {{"why", ended.error().message}});
  return kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"One region of the Perpetua bookstore."};
  app.set_version_flag("--version", PERPETUA_VERSION);
  app.require_subcommand(1);
  std::string config_path;
  CLI::App* founding = app.add_subcommand("found", "Make the store of a founding region, once");
  CLI::App* running = app.add_subcommand("run", "Serve until SIGTERM or SIGINT");
  for (CLI::App* command : {founding, running})
    command->add_option("--config", config_path, "The region's configuration (JSON)")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  const auto config = perpetua::server::read_config(config_path);
  if (!config) return complain(config.error(), kWrongUsage);
  prepare_process();
  return founding->parsed() ? found_store(*config) : serve(*config);
}
