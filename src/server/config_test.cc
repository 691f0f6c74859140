#include "server/config.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace perpetua::server {
namespace {

constexpr std::string_view kGood = R"({
  "project": "p", "region": "eu-west-1", "folder": "/tmp/eu",
  "regions": [{"name": "eu-west-1", "title": "Ireland", "flag": "IE"},
              {"name": "ap-southeast-1", "title": "Singapore", "flag": "SG"}],
  "founders": ["ap-southeast-1", "eu-west-1"],
  "http": {"address": "127.0.0.1", "port": 8080},
  "edge_tls": {"address": "127.0.0.1", "port": 8523, "certificate": "c", "key": "k", "ca": "a"},
  "replication": {"address": "127.0.0.1", "port": 8780, "certificate": "c", "key": "k", "ca": "a",
                  "peers": [{"region": "ap-southeast-1", "address": "127.0.0.2", "port": 8780}]},
  "session": {"key": "k", "certificate": "c", "ca": "a"},
  "position_secret": "s", "static": "web", "origins": ["http://localhost:8080"],
  "delivery": [{"method": "express", "price": {"amount": 890, "currency": "EUR"},
                "days_min": 1, "days_max": 1},
               {"method": "standard", "price": {"amount": 390, "currency": "EUR"},
                "days_min": 2, "days_max": 4}],
  "operator_socket": "o", "log": {"level": "info"}
})";

std::string error_after(auto change) {
  boost::json::value value = boost::json::parse(kGood);
  change(value.as_object());
  const auto config = parse_config(boost::json::serialize(value));
  return config ? "" : config.error().message;
}

TEST(Config, IsReadWhole) {
  const auto config = parse_config(kGood);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->own().flag, "IE");
  EXPECT_EQ(config->store_folder(), "/tmp/eu/store");
  EXPECT_EQ(config->peers.at(0).endpoint.port, 8780);
  EXPECT_EQ(config->founders.size(), 2u);
}

TEST(Config, ListsTheCheapestDeliveryFirst) {
  const auto config = parse_config(kGood);
  ASSERT_TRUE(config);
  const std::vector<domain::DeliveryOption> options{{"standard", {390, "EUR"}, 2, 4},
                                                    {"express", {890, "EUR"}, 1, 1}};
  EXPECT_EQ(config->delivery, options);
}

TEST(Config, HasOneOfADeliveryMethodInEachCurrency) {
  const auto changed = [](auto change) {
    return error_after([&](auto& c) { change(c["delivery"].as_array()[1].as_object()); });
  };
  EXPECT_EQ(changed([](auto& option) { option["method"] = "express"; }),
            "/delivery/1/method is listed twice in one currency");
  EXPECT_EQ(changed([](auto& option) {
              option["method"] = "express";
              option["price"].as_object()["currency"] = "USD";
            }),
            "");
  EXPECT_EQ(changed([](auto& option) { option["days_max"] = 1; }),
            "/delivery/1/days_max must be an integer from 2 to 365");
}

TEST(Config, NamesWhatIsWrong) {
  EXPECT_EQ(error_after([](auto& c) { c["colour"] = 1; }), "/colour is not known here");
  EXPECT_EQ(error_after([](auto& c) { c["http"].as_object()["port"] = 70000; }),
            "/http/port must be an integer from 0 to 65535");
  EXPECT_EQ(error_after([](auto& c) { c["region"] = "us-east-1"; }),
            "/region is none of /regions: 'us-east-1'");
  EXPECT_EQ(error_after([](auto& c) { c["log"].as_object()["level"] = "loud"; }),
            "/log/level must be debug, info, warn or error");
  EXPECT_FALSE(parse_config("{"));
  EXPECT_FALSE(read_config("/nonexistent"));
}

TEST(Config, NeedsEveryKey) {
  const boost::json::value whole = boost::json::parse(kGood);
  for (const auto& member : whole.as_object()) {
    const std::string name(member.key());
    EXPECT_EQ(error_after([&](auto& c) { c.erase(name); }), "/" + name + " is missing");
  }
}

}  // namespace
}  // namespace perpetua::server
