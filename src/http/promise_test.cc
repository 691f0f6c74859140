#include "http/promise.h"

#include <gtest/gtest.h>

#include <list>

#include "http/answers.h"
#include "port/testing.h"

namespace perpetua::http {
namespace {

const Writer kIreland{"eu-west-1", 1};
const Writer kSingapore{"ap-southeast-1", 1};

/// A store of which only the position matters; waits last until the test lets time pass.
class PositionedStore : public port::Store {
 public:
  explicit PositionedStore(port::TestWorld& world) : world_(world) {}
  const Writer& self() const override { return kIreland; }
  [[nodiscard]] const std::string& not_writing_because() const override { return always_writes_; }
  std::string always_writes_;
  std::unique_ptr<port::Transaction> begin() override { return nullptr; }
  Position position() const override { return position_; }
  Task<bool> wait_for(Position wanted, std::chrono::milliseconds timeout) override {
    co_await port::sleep(world_, timeout);
    co_return covers(position_, wanted);
  }
  Task<Result<port::Changes>> changes(Writer, std::uint64_t, std::size_t) override {
    co_return port::Changes{};
  }
  std::shared_ptr<void> subscribe(std::function<void()>) override { return nullptr; }
  Task<Result<std::vector<port::KeyedRow>>> scan_table(std::string, std::optional<port::Key>,
                                                       std::size_t) override {
    co_return std::vector<port::KeyedRow>{};
  }
  Position position_;

 private:
  port::TestWorld& world_;
};

class PromiseTest : public ::testing::Test {
 protected:
  std::string token(const Position& position) { return tokens_.issue(position).value(); }
  std::optional<Position>& keep(const Request& request) {
    kept_.emplace_back();
    detach(promise_.keep(request),
           std::move_only_function<void(Position)>(
               [&slot = kept_.back()](Position seen) { slot = std::move(seen); }));
    return kept_.back();
  }
  /// Perpetua-Stale of an answer that reflects what is here now.
  std::string stale(const Position& seen) {
    Response response;
    promise_.renew(seen, promise_.reached(), false, response);
    return std::string(response.headers.find("Perpetua-Stale").value_or(""));
  }
  port::TestWorld world_;
  PositionedStore store_{world_};
  PositionTokens tokens_{{{1, std::string(32, 'k')}}};
  PositionPromise promise_{store_, tokens_};
  std::list<std::optional<Position>> kept_;
};

TEST_F(PromiseTest, JoinsWhatARequestCarries) {
  store_.position_ = {{kIreland, 9}, {kSingapore, 9}};
  Request request;
  request.headers.add("perpetua-position", token({{kIreland, 3}}) + ", nonsense ,, " +
                                               token({{kIreland, 2}, {kSingapore, 5}}));
  request.headers.add("perpetua-position", token({{kSingapore, 4}}));
  request.headers.add("cookie", "perpetua_position=" + token({{kIreland, 7}}));
  const auto& seen = keep(request);
  const Position expected_seen{{kIreland, 7}, {kSingapore, 5}};
  EXPECT_EQ(seen, expected_seen);  // at once

  Response response;
  promise_.renew(*seen, {{kIreland, 8}, {kSingapore, 5}}, true, response);
  const auto renewed = tokens_.verify(*response.headers.find("Perpetua-Position"));
  const Position expected{{kIreland, 8}, {kSingapore, 5}};
  EXPECT_EQ(renewed, expected);
  EXPECT_FALSE(response.headers.find("Perpetua-Stale"));
  EXPECT_TRUE(response.headers.find("Set-Cookie")->ends_with("SameSite=Lax; Secure"));
}

TEST_F(PromiseTest, PassesNoPositionOver) {
  store_.position_ = {{kIreland, 9}};
  std::string many;
  for (int i = 0; i < 100; ++i) many += token({{kIreland, 1}}) + ",";
  Request request;
  request.headers.add("perpetua-position", many + token({{kSingapore, 5}}));
  const auto& seen = keep(request);
  world_.advance(PositionPromise::kWait);
  EXPECT_EQ(stale(*seen), "ap-southeast-1");
}

TEST_F(PromiseTest, IsAboutWhatTheAnswerReflects) {
  store_.position_ = {{kIreland, 9}, {kSingapore, 5}};
  // A writer that has written nothing is behind nobody.
  const Position seen{{kIreland, 9}, {kSingapore, 5}, {{"nowhere", 1}, 0}};
  EXPECT_EQ(stale(seen), "");
  Response response;
  promise_.renew(seen, {{kIreland, 8}, {kSingapore, 5}}, false, response);
  EXPECT_EQ(response.headers.find("Perpetua-Stale"), "eu-west-1");
  EXPECT_EQ(stale({{{"a", 1}, 1}, {{"a", 2}, 1}, {{"b", 1}, 1}}), "a, b");
}

TEST_F(PromiseTest, ARefusalSaysNoMoreThanWasHereWhenItBegan) {
  store_.position_ = {{kIreland, 9}};
  Request request;
  request.headers.add("perpetua-position", token({{kSingapore, 5}}));
  std::optional<Private> exchange;
  detach(Private::begin(promise_, request),
         std::move_only_function<void(Private)>([&](Private begun) { exchange.emplace(begun); }));
  world_.advance(PositionPromise::kWait);
  ASSERT_TRUE(exchange);
  // The row that it did not find comes before it is sent.
  store_.position_ = {{kIreland, 9}, {kSingapore, 5}};
  const domain::Problem not_found{domain::Refusal::kNotFound, "there is none", {}, {}, false};
  EXPECT_EQ(exchange->refuse(not_found).headers.find("Perpetua-Stale"), "ap-southeast-1");
}

TEST_F(PromiseTest, WaitsAndThenSaysWhoIsMissing) {
  store_.position_ = {{kIreland, 9}};
  Request request;
  request.headers.add("perpetua-position", token({{kIreland, 3}, {kSingapore, 5}}));
  const auto& seen = keep(request);
  EXPECT_FALSE(seen);
  EXPECT_EQ(promise_.waiting(), 1u);
  world_.advance(PositionPromise::kWait);
  ASSERT_TRUE(seen);
  EXPECT_EQ(stale(*seen), "ap-southeast-1");

  const auto& in_time = keep(request);
  store_.position_[kSingapore] = 5;
  world_.advance(PositionPromise::kWait);
  EXPECT_EQ(stale(*in_time), "");
  EXPECT_EQ(promise_.waiting(), 0u);
}

TEST_F(PromiseTest, HoldsAllThatATopologyCanHave) {
  Position position;
  for (std::uint32_t i = 0; i < kPositionWritersMax; ++i)
    position[{std::string(30, 'r') + std::to_string(10 + i), ~0U}] = ~std::uint64_t{0};
  const auto issued = tokens_.issue(position);
  ASSERT_TRUE(issued);
  EXPECT_EQ(tokens_.verify(*issued), position);
}

TEST_F(PromiseTest, LimitsHowManyWait) {
  Request request;
  request.headers.add("perpetua-position", token({{kSingapore, 5}}));
  for (std::size_t i = 0; i < PositionPromise::kWaitersMax; ++i) keep(request);
  EXPECT_EQ(promise_.waiting(), PositionPromise::kWaitersMax);
  const auto& late = keep(request);
  ASSERT_TRUE(late);
  EXPECT_EQ(stale(*late), "ap-southeast-1");
  world_.advance(PositionPromise::kWait);
  EXPECT_EQ(promise_.waiting(), 0u);
}

TEST_F(PromiseTest, IgnoresWhatIsNotOurs) {
  const PositionTokens stranger({{1, std::string(32, 's')}});
  Request request;
  request.headers.add("perpetua-position", stranger.issue({{kSingapore, 5}}).value());
  request.headers.add("cookie", "perpetua_position=" + std::string(5000, 'A'));
  ASSERT_TRUE(keep(request));
}

}  // namespace
}  // namespace perpetua::http
