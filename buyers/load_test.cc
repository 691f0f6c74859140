#include "buyers/load.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>

#include "buyers/check.h"
#include "buyers/report.h"
#include "buyers/testing.h"

namespace perpetua::buyers {
namespace {

class Loaded : public testing::Test {
 protected:
  Loaded() {
    options_.duration_s = 5;
    options_.route = {place("edge"), {place("a"), place("b")}};
  }

  // The load's requests go through `handler`, what prepares it to the shop.
  void load(FakeNet::Handler handler) {
    net_.emplace([this, handler](const Endpoint& to, const HttpRequest& request) {
      return prepared_ ? handler(to, request) : steady(to, request);
    });
    options_.go_on = [this](std::uint64_t) { return prepared_ = true; };
    auto record = RecordWriter::create(path_);
    ASSERT_TRUE(record);
    Asker asker(*net_, &*record);
    Load load(asker, options_);
    result_ = run(*net_, load.run());
    prepared_ = false;
    if (!result_) return;
    std::vector<History> loads;
    loads.push_back(read_history(path_).value());
    report_ = make_report(loads, {});
    history_ = std::move(loads.front());
  }

  FakeNet::Handled steady(const Endpoint& to, const HttpRequest& request) {
    return {shop_.handle(to, request), 2};
  }

  void load() {
    load([this](const Endpoint& to, const HttpRequest& request) { return steady(to, request); });
  }

  // Whoever asks in the checks, the shop answers.
  CheckResult check_all() {
    CheckOptions options;
    options.regions = {place("a"), place("b")};
    options.settle_s = 0;
    const auto records = read_evidence({path_}).value();
    return run(*net_, check(*net_, records, options));
  }

  const TestFolder folder_;
  const std::string path_ = folder_ / "record";
  ToyShop shop_;
  LoadOptions options_;
  bool prepared_ = false;
  std::optional<FakeNet> net_;
  Result<void> result_;
  History history_;
  Report report_;
};

TEST_F(Loaded, KeepsItsRateAndItsMix) {
  load();
  const Tally& all = report_.all;
  EXPECT_EQ(all.requests, 1000u);
  EXPECT_EQ(all.attempts, 1000u);
  EXPECT_EQ(all.failed_safe, 0u);
  EXPECT_LT(report_.gap.length, 8);
  EXPECT_NEAR(static_cast<double>(all.orders.acknowledged), 50, 25);
  EXPECT_GT(all.cart_writes.acknowledged, 80u);
  EXPECT_EQ(all.orders.remote, all.orders.acknowledged);
  EXPECT_TRUE(all.refusals.empty());
  EXPECT_EQ(all.sessions.acknowledged, 0u);
  EXPECT_EQ(history_.buyers.size(), options_.buyers);
  for (std::size_t i = 0; i < history_.requests.size(); ++i)
    EXPECT_NEAR(history_.requests[i].ask().intended_ms - history_.load.started_ms,
                static_cast<double>(i) * 5, 0.001);
}

TEST_F(Loaded, OrdersTheCartAsItWasShownAndItsLines) {
  load();
  int by_tag = 0, by_lines = 0;
  for (const Request& request : history_.requests)
    if (request.ask().operation == Operation::kPlaceOrder && request.verdict() == Verdict::kDone)
      ++(request.ask().if_match.empty() ? by_lines : by_tag);
  EXPECT_GT(by_tag, 5);
  EXPECT_GT(by_lines, 5);
}

TEST_F(Loaded, ComesToAnEndWhenItIsTold) {
  options_.go_on = [](std::uint64_t arrived) { return arrived < 100; };
  FakeNet net(
      [this](const Endpoint& to, const HttpRequest& request) { return steady(to, request); });
  auto record = RecordWriter::create(path_);
  ASSERT_TRUE(record);
  Asker asker(net, &*record);
  Load load(asker, options_);
  ASSERT_TRUE(run(net, load.run()));
  EXPECT_EQ(read_history(path_).value().requests.size(), 100u);
}

TEST_F(Loaded, AStallDelaysNoArrivalAndIsCountedFromWhenRequestsWereDue) {
  double begun_ms = 0;
  load([&](const Endpoint& to, const HttpRequest& request) {
    if (begun_ms == 0) begun_ms = net_->now_ms();
    const double since_ms = net_->now_ms() - begun_ms - 1000;
    const bool stalls = since_ms >= 0 && since_ms < 500;
    return FakeNet::Handled{shop_.handle(to, request), stalls ? 500 - since_ms : 2};
  });
  const Tally& all = report_.all;
  EXPECT_EQ(all.requests, 1000u);
  EXPECT_NEAR(all.sent_late_ms_max, 0, 0.001);
  EXPECT_NEAR(all.latency.max, 500, 5);
  EXPECT_NEAR(report_.gap.length, 500, 10);
  EXPECT_NEAR(all.latency.p99, 450, 60);  // a tenth of all arrivals fell into the stall
}

// When every buyer waits, those who come to look around go on doing so: they are what can fail.
TEST_F(Loaded, InALongStallWhatArrivesToReadGoesOnReading) {
  options_.buyers = 8;
  load([&](const Endpoint& to, const HttpRequest& request) {
    return FakeNet::Handled{shop_.handle(to, request), 100'000};
  });
  std::size_t reads = 0;
  for (const Request& request : history_.requests) reads += is_safe(request.ask().operation);
  EXPECT_NEAR(static_cast<double>(reads), 800, 60);
  EXPECT_EQ(report_.all.failed_safe, reads);
}

TEST_F(Loaded, AWriteWhoseAnswerWasLostIsTriedAtTheOtherRegionWithItsKey) {
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
  ASSERT_GT(report_.all.orders.acknowledged, 10u);
  EXPECT_EQ(report_.all.orders.unknown, 0u);
  for (const Request& request : history_.requests) {
    if (request.ask().operation != Operation::kPlaceOrder) continue;
    ASSERT_EQ(request.attempts.size(), 3u);
    EXPECT_EQ(request.attempts[0].ask.to, "edge");
    EXPECT_EQ(request.attempts[1].ask.to, "b");  // a answers this buyer, through the edge
    EXPECT_EQ(request.attempts[2].ask.to, "a");
    EXPECT_EQ(request.attempts[2].ask.key, request.attempts[0].ask.key);
  }
}

TEST_F(Loaded, AReadIsNotTriedAgain) {
  load([&](const Endpoint& to, const HttpRequest& request) {
    if (request.path == "/api/truth") return FakeNet::Handled{ToyShop::edge_error(503), 2};
    return steady(to, request);
  });
  EXPECT_GT(report_.all.failed_safe, 10u);
  EXPECT_EQ(report_.all.attempts, report_.all.requests);
  EXPECT_EQ(report_.all.failures.at("503"), report_.all.failed_safe);
  EXPECT_EQ(report_.all.answered_by.size(), 1u);  // an edge's own answer is no region's
}

// Each read asks for something that exists: whatever is not that is a failed read, and ends no gap.
TEST_F(Loaded, ANonsensicalAnswerIsAFailedRead) {
  HttpAnswer empty_list = ToyShop::problem(200, "");
  empty_list.body = R"({"items":[]})";
  HttpAnswer nothing = ToyShop::problem(200, "");
  nothing.body = "{}";
  HttpAnswer page = nothing;
  page.body = "<html>";
  for (const HttpAnswer& answer :
       {ToyShop::problem(404, "not-found"), ToyShop::problem(401, "unauthenticated"),
        ToyShop::problem(429, "too-many"), nothing, page, empty_list}) {
    SCOPED_TRACE(answer.body);
    ::unlink(path_.c_str());
    ::unlink((path_ + ".sessions").c_str());
    load([&](const Endpoint& to, const HttpRequest& request) {
      const bool is_read = request.method == "GET" && request.path != "/api/orders" &&
                           request.path != "/api/bestsellers";  // which may be empty
      return is_read ? FakeNet::Handled{answer, 2} : steady(to, request);
    });
    EXPECT_NEAR(static_cast<double>(report_.all.failed_safe), 670, 80);
    EXPECT_GT(report_.gap.length, 20);
  }
}

TEST_F(Loaded, AnotherBooksPageIsAFailedRead) {
  load([&](const Endpoint& to, const HttpRequest& request) {
    HttpRequest other = request;
    if (request.path == "/api/books/book-1") other.path = "/api/books/book-2";
    return steady(to, other);
  });
  EXPECT_GT(report_.all.failed_safe, 10u);
  EXPECT_EQ(report_.all.failures.at("unreadable"), report_.all.failed_safe);
}

TEST_F(Loaded, WhatIsDueBeyondTheBoundWaitsWithoutEnd) {
  options_.in_flight_max = 10;
  options_.route.read_timeout_ms = 1000;
  load([&](const Endpoint& to, const HttpRequest& request) {
    return FakeNet::Handled{shop_.handle(to, request), 100'000};
  });
  EXPECT_EQ(report_.all.requests, 1000u);
  EXPECT_GT(report_.all.not_sent, 800u);
  EXPECT_EQ(report_.all.failures.at("not-sent"), report_.all.not_sent);
  EXPECT_EQ(report_.all.latency.count, 1000u);
  EXPECT_TRUE(std::isinf(report_.all.latency.p50));
}

TEST_F(Loaded, AShopWithoutBooksIsSaidSo) {
  FakeNet net([](const Endpoint&, const HttpRequest&) {
    return FakeNet::Handled{ToyShop::lost(NetError::kConnect), 1};
  });
  Asker asker(net, nullptr);
  Load load(asker, options_);
  const Result<void> result = run(net, load.run());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
}

TEST_F(Loaded, WithoutSessionsOrAgreedStockItDoesNotBegin) {
  options_.doors = {door("a"), door("b")};
  for (const bool without_sessions : {true, false}) {
    FakeNet net([&](const Endpoint& to, const HttpRequest& request) {
      if (without_sessions && request.path == "/api/session")
        return FakeNet::Handled{ToyShop::edge_error(503), 1};
      return steady(to, request);
    });
    if (!without_sessions) shop_.regions.at("b").sold["book-3"] = 1;
    Asker asker(net, nullptr);
    Load load(asker, options_);
    const Result<void> result = run(net, load.run());
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find(without_sessions ? "session" : "do not agree"),
              std::string::npos)
        << result.error().message;
  }
}

// Whatever is lost on the way, before or after a write is executed, and while the regions are cut
// off from each other, a shop that keeps what it acknowledged passes; a check that cried wolf would
// be switched off.
TEST_F(Loaded, LostAnswersAreNoFindings) {
  std::size_t unknown = 0, stale = 0, local = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    shop_ = ToyShop();
    options_.seed = seed;
    ::unlink(path_.c_str());
    ::unlink((path_ + ".sessions").c_str());
    load([&](const Endpoint& to, const HttpRequest& request) {
      if (pick(random, 40) == 0) shop_.linked = !shop_.linked;
      if (pick(random, 40) == 0) shop_.nearest = shop_.nearest == "a" ? "b" : "a";
      if (request.method == "GET" || pick(random, 3) > 0) return steady(to, request);
      if (pick(random, 2) == 0) shop_.handle(to, request);
      return FakeNet::Handled{ToyShop::lost(NetError::kConnection), 2};
    });
    unknown += report_.all.orders.unknown + report_.all.cart_writes.unknown;
    stale += report_.all.stale;
    local += report_.all.orders.acknowledged - report_.all.orders.remote;
    shop_.linked = true;
    const CheckResult result = check_all();
    for (const std::string& finding : result.verdicts.findings) ADD_FAILURE() << finding;
    EXPECT_TRUE(result.pass());
  }
  EXPECT_GT(unknown, 50u);
  EXPECT_GT(stale, 50u);
  EXPECT_GT(local, 50u);
}

}  // namespace
}  // namespace perpetua::buyers
