#pragma once
// perpetuad's configuration: one JSON file, made by ops/ from perpetua.toml. Every key must be
// there and none else, so that a word misspelt or a file of another release is found at the start.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/types.h"

namespace perpetua::server {

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

struct TlsPaths {
  std::string certificate;
  std::string key;
  std::string ca;
};

struct RegionName {
  std::string name;
  std::string title;
  std::string flag;  // ISO 3166-1 alpha-2
};

struct PeerAddress {
  std::string region;
  Endpoint endpoint;
};

struct Config {
  std::string project;
  std::string region;
  std::string folder;  // the store is below it
  std::vector<RegionName> regions;
  std::vector<std::string> founders;
  Endpoint http;
  Endpoint edge_tls;
  TlsPaths edge_tls_files;
  Endpoint replication;
  TlsPaths replication_files;
  std::vector<PeerAddress> peers;
  std::string session_key;
  std::string session_certificate;
  std::string session_ca;
  std::string position_secret;
  std::string static_folder;
  std::vector<domain::DeliveryOption> delivery;  // the cheapest first; none: nothing is sent
  std::vector<std::string> origins;              // as browsers send them: "http://localhost:8080"
  std::string operator_socket;
  std::string log_level;

  [[nodiscard]] std::string store_folder() const { return folder + "/store"; }
  [[nodiscard]] const RegionName& own() const;
};

/// kInvalid with one line: the file, the place in it, what is wrong.
[[nodiscard]] Result<Config> parse_config(std::string_view text);
[[nodiscard]] Result<Config> read_config(const std::string& path);

}  // namespace perpetua::server
