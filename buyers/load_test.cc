#include "buyers/load.h"

#include <gtest/gtest.h>

#include "buyers/check.h"
#include "buyers/report.h"
#include "buyers/testing.h"

namespace perpetua::buyers {
namespace {

class Loaded : public testing::Test {
 protected:
  explicit Loaded() {
    options_.duration_s = 5;
    options_.route.places = {place("edge"), place("edge"), place("a"), place("b")};
  }

  void load(FakeNet::Handler handler) {
    FakeNet net(std::move(handler));
    {
      auto record = RecordWriter::create(path_);
      ASSERT_TRUE(record);
      Asker asker(net, &*record);
      Load load(asker, options_);
      net.run(run(load, result_));
    }
    if (!result_) return;
    history_ = read_history(path_).value();
    report_ = make_report(history_, {});
  }

  static Task<void> run(Load& load, Result<void>& result) { result = co_await load.run(); }

  FakeNet::Handler steady() {
    return [this](const Endpoint& to, const HttpRequest& request) {
      return FakeNet::Handled{shop_.handle(to, request), 2};
    };
  }

  const TestFolder folder_;
  const std::string path_ = folder_ / "record";
  ToyShop shop_;
  LoadOptions options_;
  Result<void> result_;
  History history_;
  Report report_;
};

TEST_F(Loaded, KeepsItsRateAndItsMix) {
  load(steady());
  EXPECT_EQ(report_.requests, 1000u);
  EXPECT_EQ(report_.attempts, 1000u);
  EXPECT_EQ(report_.failed_safe, 0u);
  EXPECT_LT(report_.gap.length, 8);
  EXPECT_NEAR(static_cast<double>(report_.orders_acknowledged), 50, 25);
  EXPECT_GT(report_.cart_writes_acknowledged, 80u);
  EXPECT_EQ(report_.orders_remote, report_.orders_acknowledged);
  EXPECT_TRUE(report_.refusals.empty());
  for (std::size_t i = 0; i < history_.requests.size(); ++i)
    EXPECT_NEAR(history_.requests[i].ask().intended_ms - history_.load.started_ms,
                static_cast<double>(i) * 5, 0.001);
}

TEST_F(Loaded, AStallDelaysNoArrivalAndIsCountedFromWhenRequestsWereDue) {
  double stall_begins_ms = 0;
  FakeNet* clock = nullptr;
  FakeNet net([&](const Endpoint& to, const HttpRequest& request) {
    const double since_ms = clock->now_ms() - stall_begins_ms;
    const bool stalls = since_ms >= 0 && since_ms < 500;
    return FakeNet::Handled{shop_.handle(to, request), stalls ? 500 - since_ms : 2};
  });
  clock = &net;
  stall_begins_ms = net.now_ms() + 1000;
  auto record = RecordWriter::create(path_);
  ASSERT_TRUE(record);
  Asker asker(net, &*record);
  Load load(asker, options_);
  net.run(run(load, result_));
  const auto history = read_history(path_).value();
  const Report report = make_report(history, {});
  EXPECT_EQ(report.requests, 1000u);
  EXPECT_NEAR(report.sent_late_ms_max, 0, 0.001);
  EXPECT_NEAR(report.latency.max, 500, 5);
  EXPECT_NEAR(report.gap.length, 500, 10);
  EXPECT_NEAR(report.latency.p99, 450, 60);  // a tenth of all arrivals fell into the stall
}

TEST_F(Loaded, AWriteWhoseAnswerWasLostIsTriedAgainWithItsKey) {
  std::map<std::string, int> attempts;  // by the request's headers: token and key
  load([&](const Endpoint& to, const HttpRequest& request) {
    HttpAnswer answer = shop_.handle(to, request);
    if (request.path == "/api/orders" && request.method == "POST") {
      // Executed, and the answer lost, at the first two places.
      std::string buyer_and_key;
      for (const auto& [name, value] : request.headers) buyer_and_key += value + "\n";
      const int attempt = ++attempts[buyer_and_key];
      if (attempt == 1) answer = ToyShop::lost(NetError::kConnection);
      if (attempt == 2) answer = ToyShop::edge_error(502);
    }
    return FakeNet::Handled{answer, 2};
  });
  ASSERT_GT(report_.orders_acknowledged, 10u);
  EXPECT_EQ(report_.orders_unknown, 0u);
  for (const Request& request : history_.requests) {
    if (request.ask().operation != Operation::kPlaceOrder) continue;
    ASSERT_EQ(request.attempts.size(), 3u);
    EXPECT_EQ(request.attempts[0].ask.to, "edge");
    EXPECT_EQ(request.attempts[1].ask.to, "edge");
    EXPECT_EQ(request.attempts[2].ask.to, "a");
    EXPECT_EQ(request.attempts[2].ask.key, request.attempts[0].ask.key);
  }
}

TEST_F(Loaded, AReadIsNotTriedAgain) {
  load([&](const Endpoint& to, const HttpRequest& request) {
    if (request.path == "/api/truth") return FakeNet::Handled{ToyShop::edge_error(503), 2};
    return FakeNet::Handled{shop_.handle(to, request), 2};
  });
  EXPECT_GT(report_.failed_safe, 10u);
  EXPECT_EQ(report_.attempts, report_.requests);
  EXPECT_EQ(report_.failures.at("503"), report_.failed_safe);
}

TEST_F(Loaded, WhatIsDueBeyondTheBoundCountsAsFailed) {
  options_.in_flight_max = 10;
  options_.route.read_timeout_ms = 1000;
  bool first = true;
  load([&](const Endpoint& to, const HttpRequest& request) {
    const double latency_ms = std::exchange(first, false) ? 2 : 100'000;  // the catalogue is read
    return FakeNet::Handled{shop_.handle(to, request), latency_ms};
  });
  EXPECT_EQ(report_.requests, 1000u);
  EXPECT_GT(report_.not_sent, 800u);
  EXPECT_EQ(report_.failures.at("not-sent"), report_.not_sent);
}

TEST_F(Loaded, AShopWithoutBooksIsSaidSo) {
  load([](const Endpoint&, const HttpRequest&) {
    return FakeNet::Handled{ToyShop::lost(NetError::kConnect), 1};
  });
  ASSERT_FALSE(result_);
  EXPECT_EQ(result_.error().code, ErrorCode::kUnavailable);
}

// Whatever is lost on the way, before or after a write is executed, a shop that keeps what it
// acknowledged passes; a check that cried wolf would be switched off.
TEST_F(Loaded, LostAnswersAreNoFindings) {
  std::mt19937_64 random(5);
  FakeNet net([&](const Endpoint& to, const HttpRequest& request) {
    if (request.method == "GET" || pick(random, 3) > 0)
      return FakeNet::Handled{shop_.handle(to, request), 2};
    if (pick(random, 2) == 0) shop_.handle(to, request);
    return FakeNet::Handled{ToyShop::lost(NetError::kConnection), 2};
  });
  options_.route.places = {place("edge"), place("b")};
  auto record = RecordWriter::create(path_);
  ASSERT_TRUE(record);
  Asker asker(net, &*record);
  Load load(asker, options_);
  net.run(run(load, result_));
  const History history = read_history(path_).value();
  const Report report = make_report(history, {});
  EXPECT_GT(report.orders_unknown + report.cart_writes_unknown, 5u);

  CheckOptions options;
  options.regions = {place("a"), place("b")};
  options.settle_s = 0;
  CheckResult result;
  const auto tokens = read_tokens(path_).value();
  const auto checking = [](Net& on, const History& what, const std::map<int, std::string>& who,
                           const CheckOptions& how, CheckResult& out) -> Task<void> {
    out = co_await check(on, what, who, how);
  };
  net.run(checking(net, history, tokens, options, result));
  for (const std::string& finding : result.verdicts.findings) ADD_FAILURE() << finding;
  EXPECT_TRUE(result.pass());
}

}  // namespace
}  // namespace perpetua::buyers
