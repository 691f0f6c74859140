#pragma once
// The commands of perpetua-buyers. Each adds itself to `app`; when it is the one asked for, parsing
// runs it and sets `exit_code`.

#include <iostream>

#include "buyers/net.h"

namespace CLI {
class App;
}

namespace perpetua::buyers {

void add_load_command(CLI::App& app, int& exit_code);
void add_report_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_contend_command(CLI::App& app, int& exit_code);

/// Each text as `parse` reads it; the first error if there is one.
inline Result<std::vector<Endpoint>> endpoints(const std::vector<std::string>& texts,
                                               Result<Endpoint> (*parse)(std::string_view)) {
  std::vector<Endpoint> out;
  for (const std::string& text : texts) {
    auto endpoint = parse(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    out.push_back(std::move(*endpoint));
  }
  return out;
}

/// Says why it was not possible; the exit code for that.
inline int complain(const Error& error) {
  std::cerr << "perpetua-buyers: " << error.message << '\n';
  return 2;
}

}  // namespace perpetua::buyers
