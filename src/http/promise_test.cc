#include "http/promise.h"

#include <gtest/gtest.h>

#include <list>

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
  std::optional<Promised>& keep(const Request& request) {
    kept_.emplace_back();
    detach(promise_.keep(request),
           std::move_only_function<void(Promised)>(
               [&slot = kept_.back()](Promised p) { slot = std::move(p); }));
    return kept_.back();
  }
  port::TestWorld world_;
  PositionedStore store_{world_};
  PositionTokens tokens_{{{1, std::string(32, 'k')}}};
  PositionPromise promise_{store_, tokens_};
  std::list<std::optional<Promised>> kept_;
};

TEST_F(PromiseTest, JoinsWhatARequestCarries) {
  store_.position_ = {{kIreland, 9}, {kSingapore, 9}};
  Request request;
  request.headers.add("perpetua-position", token({{kIreland, 3}}) + ", nonsense ,, " +
                                               token({{kIreland, 2}, {kSingapore, 5}}));
  request.headers.add("perpetua-position", token({{kSingapore, 4}}));
  request.headers.add("cookie", "perpetua_position=" + token({{kIreland, 7}}));
  const auto& promised = keep(request);
  ASSERT_TRUE(promised);  // at once
  const Position wanted{{kIreland, 7}, {kSingapore, 5}};
  EXPECT_EQ(promised->wanted, wanted);
  EXPECT_TRUE(promised->stale_regions.empty());

  Response response;
  promise_.renew(*promised, {{kIreland, 8}}, true, response);
  const auto renewed = tokens_.verify(*response.headers.find("Perpetua-Position"));
  const Position expected{{kIreland, 8}, {kSingapore, 5}};
  EXPECT_EQ(renewed, expected);
  EXPECT_FALSE(response.headers.find("Perpetua-Stale"));
  EXPECT_TRUE(response.headers.find("Set-Cookie")->ends_with("SameSite=Lax; Secure"));
}

TEST_F(PromiseTest, WaitsAndThenSaysWhoIsMissing) {
  store_.position_ = {{kIreland, 9}};
  Request request;
  request.headers.add("perpetua-position", token({{kIreland, 3}, {kSingapore, 5}}));
  const auto& promised = keep(request);
  EXPECT_FALSE(promised);
  EXPECT_EQ(promise_.waiting(), 1u);
  world_.advance(PositionPromise::kWait);
  ASSERT_TRUE(promised);
  Response response;
  promise_.renew(*promised, store_.position_, false, response);
  EXPECT_EQ(response.headers.find("Perpetua-Stale"), "ap-southeast-1");

  const auto& in_time = keep(request);
  store_.position_[kSingapore] = 5;
  world_.advance(PositionPromise::kWait);
  EXPECT_TRUE(in_time->stale_regions.empty());
  EXPECT_EQ(promise_.waiting(), 0u);
}

TEST_F(PromiseTest, LimitsHowManyWait) {
  Request request;
  request.headers.add("perpetua-position", token({{kSingapore, 5}}));
  for (std::size_t i = 0; i < PositionPromise::kWaitersMax; ++i) keep(request);
  EXPECT_EQ(promise_.waiting(), PositionPromise::kWaitersMax);
  const auto& late = keep(request);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->stale_regions.size(), 1u);
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
