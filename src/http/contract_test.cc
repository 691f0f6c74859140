// The routes are exactly those of api/openapi.yaml.

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "http/api.h"

namespace perpetua::http {
namespace {

using Routes = std::set<std::pair<std::string, std::string>>;

/// The (method, path) pairs under `paths:`, by indentation: two blanks before a path, four before a
/// method. A contract written otherwise fails the test, for it finds nothing.
Routes routes_in_contract() {
  std::ifstream file(PERPETUA_CONTRACT);
  EXPECT_TRUE(file) << PERPETUA_CONTRACT;
  Routes found;
  bool in_paths = false;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') in_paths = line.starts_with("paths:");
    if (!in_paths || !line.ends_with(':')) continue;
    const std::size_t indent = line.find_first_not_of(' ');
    std::string word = line.substr(indent, line.size() - indent - 1);
    if (indent == 2 && word.starts_with('/')) path = word;
    for (const char* method : {"get", "put", "post", "delete", "patch"})
      if (indent == 4 && word == method) {
        for (char& c : word) c = static_cast<char>(c - 'a' + 'A');
        found.emplace(word, path);
      }
  }
  return found;
}

/// The contract's paths may be relative to a server of "/api".
Routes with_prefix(const Routes& routes) {
  Routes prefixed;
  for (const auto& [method, path] : routes)
    prefixed.emplace(method, path.starts_with("/api/") ? path : "/api" + path);
  return prefixed;
}

TEST(Contract, EveryRouteIsInItAndTheOtherWayRound) {
  Routes routed;
  for (const Route& route : api_routes()) routed.emplace(route.method, route.path);
  EXPECT_EQ(routed, with_prefix(routes_in_contract()));
}

TEST(Contract, HasNoOperatorRoute) {
  for (const Route& route : operator_routes())
    EXPECT_FALSE(
        routes_in_contract().contains({std::string(route.method), std::string(route.path)}))
        << route.path;
}

}  // namespace
}  // namespace perpetua::http
