#include "server/config.h"

#include <fstream>
#include <sstream>

#include "base/assert.h"
#include "http/answers.h"
#include "http/domain_json.h"
#include "http/json_reader.h"
#include "http/position_token.h"

namespace perpetua::server {
namespace {

using http::ObjectReader;
using http::read_part;

constexpr http::TextBounds kText{1, 4096};
constexpr std::size_t kRegionsMax = 32;
static_assert(kRegionsMax <= http::kPositionWritersMax,
              "or answers would not say what they reflect");
constexpr std::size_t kOriginsMax = 256;
constexpr std::size_t kDeliveryMax = 32;
constexpr std::int64_t kDeliveryDaysMax = 365;

bool is_region_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}
constexpr std::string_view kRegionName = "a region's name ([a-z0-9-]{1,32})";

bool is_log_level(std::string_view level) {
  return level == "debug" || level == "info" || level == "warn" || level == "error";
}

Endpoint endpoint_of(ObjectReader& reader) {
  Endpoint endpoint;
  endpoint.address = reader.text("address", kText);
  endpoint.port = static_cast<std::uint16_t>(reader.integer("port", 0, 65535));
  return endpoint;
}

TlsPaths tls_of(ObjectReader& reader) {
  return {reader.text("certificate", kText), reader.text("key", kText), reader.text("ca", kText)};
}

template <class Read>
void read_parts(ObjectReader& reader, std::string_view name, std::size_t min, std::size_t max,
                Read read) {
  std::size_t i = 0;
  for (const auto* value : reader.array(name, min, max)) {
    ObjectReader part(*value, reader.pointer_to(name, i++));
    read(part);
    if (const auto done = part.finish(); !done) reader.fault(done.error());
  }
}

void read_places(ObjectReader& reader, Config& config) {
  read_parts(reader, "regions", 1, kRegionsMax, [&](ObjectReader& part) {
    RegionName region;
    region.name = part.text("name", is_region_name, kRegionName);
    region.title = part.text("title", kText);
    region.flag = part.text("flag", {2, 2});
    config.regions.push_back(std::move(region));
  });
  config.founders = reader.texts("founders", 1, kRegionsMax, {1, 32});
  read_part(reader, "http", [&](ObjectReader& part) { config.http = endpoint_of(part); });
  read_part(reader, "edge_tls", [&](ObjectReader& part) {
    config.edge_tls = endpoint_of(part);
    config.edge_tls_files = tls_of(part);
  });
  read_part(reader, "replication", [&](ObjectReader& part) {
    config.replication = endpoint_of(part);
    config.replication_files = tls_of(part);
    read_parts(part, "peers", 0, kRegionsMax, [&](ObjectReader& peer) {
      PeerAddress address;
      address.region = peer.text("region", is_region_name, kRegionName);
      address.endpoint = endpoint_of(peer);
      config.peers.push_back(std::move(address));
    });
  });
}

void read_files(ObjectReader& reader, Config& config) {
  read_part(reader, "session", [&](ObjectReader& part) {
    config.session_key = part.text("key", kText);
    config.session_certificate = part.text("certificate", kText);
    config.session_ca = part.text("ca", kText);
  });
  config.position_secret = reader.text("position_secret", kText);
  config.static_folder = reader.text("static", kText);
  config.origins = reader.texts("origins", 0, kOriginsMax, {1, 256});
  config.operator_socket = reader.text("operator_socket", kText);
  read_part(reader, "log", [&](ObjectReader& part) {
    config.log_level = part.text("level", is_log_level, "debug, info, warn or error");
  });
}

void read_delivery(ObjectReader& reader, Config& config) {
  read_parts(reader, "delivery", 0, kDeliveryMax, [&](ObjectReader& part) {
    domain::DeliveryOption option;
    option.method = part.text("method", http::is_slug, "a slug: [a-z0-9][a-z0-9-]{0,63}");
    option.price = http::read_money(part, "price");
    option.days_min = part.integer("days_min", 0, kDeliveryDaysMax);
    option.days_max = part.integer("days_max", option.days_min, kDeliveryDaysMax);
    for (const domain::DeliveryOption& other : config.delivery)
      if (other.method == option.method && other.price.currency == option.price.currency)
        part.fault(part.pointer_to("method"), "is listed twice in one currency");
    config.delivery.push_back(std::move(option));
  });
  std::ranges::stable_sort(config.delivery, {}, [](const domain::DeliveryOption& option) {
    return option.price.amount;
  });
}

Result<void> check_names(const Config& config) {
  const auto is_known = [&](const std::string& name) {
    return std::ranges::any_of(config.regions, [&](const auto& r) { return r.name == name; });
  };
  if (!is_known(config.region))
    return fail(ErrorCode::kInvalid, "/region is none of /regions: '" + config.region + "'");
  for (const std::string& founder : config.founders)
    if (!is_region_name(founder))
      return fail(ErrorCode::kInvalid, "/founders: '" + founder + "' is no region's name");
  for (const PeerAddress& peer : config.peers)
    if (!is_known(peer.region) || peer.region == config.region)
      return fail(ErrorCode::kInvalid,
                  "/replication/peers: '" + peer.region + "' is no other region of /regions");
  return {};
}

}  // namespace

const RegionName& Config::own() const {
  const auto found = std::ranges::find(regions, region, &RegionName::name);
  PERPETUA_ASSERT(found != regions.end(), "a parsed configuration lists its own region");
  return *found;
}

Result<Config> parse_config(std::string_view text) {
  const auto value = http::parse_json(text);
  if (!value) return fail(ErrorCode::kInvalid, value.error().detail);
  Config config;
  ObjectReader reader(*value);
  config.project = reader.text("project", kText);
  config.region = reader.text("region", is_region_name, kRegionName);
  config.folder = reader.text("folder", kText);
  read_places(reader, config);
  read_files(reader, config);
  read_delivery(reader, config);
  if (const auto done = reader.finish(); !done)
    return fail(ErrorCode::kInvalid, done.error().detail);
  if (const auto checked = check_names(config); !checked) return std::unexpected(checked.error());
  return config;
}

Result<Config> read_config(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(ErrorCode::kInvalid, path + ": cannot be read");
  auto config = parse_config(text.str());
  if (!config) return fail(ErrorCode::kInvalid, path + ": " + config.error().message);
  return config;
}

}  // namespace perpetua::server
