// A load on the toy shop, then the check; then one order, one cart line or one copy is altered by
// hand in one region, and the check must say so.

#include "buyers/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "buyers/contend.h"
#include "buyers/load.h"
#include "buyers/testing.h"

namespace perpetua::buyers {
namespace {

using testing::HasSubstr;

class Checked : public testing::Test {
 protected:
  Checked()
      : net_([this](const Endpoint& to, const HttpRequest& request) {
          return handle(to, request);
        }) {}

  FakeNet::Handled handle(const Endpoint& to, const HttpRequest& request) {
    if (dead_.contains(to.name)) return {ToyShop::lost(NetError::kConnect), 1};
    return {shop_.handle(to, request), 1};
  }

  void load() {
    auto record = RecordWriter::create(path_);
    ASSERT_TRUE(record);
    LoadOptions options;
    options.duration_s = 5;
    options.route.places = {place("edge"), place("edge"), place("a"), place("b")};
    Asker asker(net_, &*record);
    Load load(asker, options);
    net_.run(run(load));
    history_ = read_history(path_).value();
    tokens_ = read_tokens(path_).value();
  }

  static Task<void> run(Load& load) {
    const Result<void> result = co_await load.run();
    EXPECT_TRUE(result);
  }

  CheckResult check_all(bool only_remote = false) {
    CheckOptions options;
    options.regions = {place("a"), place("b")};
    if (only_remote) options.regions = {place("b")};
    Endpoint door = place("b");
    door.socket_path = "operator.sock";
    options.operators = {door};
    options.only_load = true;
    options.only_remote = only_remote;
    options.settle_s = 1;
    CheckResult result;
    net_.run(run(net_, history_, tokens_, options, result));
    return result;
  }

  static Task<void> run(Net& net, const History& history, const std::map<int, std::string>& tokens,
                        const CheckOptions& options, CheckResult& result) {
    result = co_await check(net, history, tokens, options);
  }

  // The first buyer of region b with an order, or with something in the cart.
  std::vector<ToyShop::Order>& some_orders() {
    for (auto& [token, orders] : shop_.regions.at("b").orders)
      if (!orders.empty()) return orders;
    throw std::logic_error("the load placed no order");
  }
  std::int64_t& some_cart_copies() {
    for (auto& [token, cart] : shop_.regions.at("b").carts)
      for (auto& [book, keys] : cart)
        for (auto& [key, copies] : keys)
          if (copies > 0) return copies;
    throw std::logic_error("the load left no cart");
  }

  const TestFolder folder_;
  const std::string path_ = folder_ / "record";
  ToyShop shop_;
  std::set<std::string> dead_;
  FakeNet net_;
  History history_;
  std::map<int, std::string> tokens_;
};

std::string findings(const CheckResult& result) {
  std::string out;
  for (const std::string& finding : result.verdicts.findings) out += finding + "\n";
  return out;
}

TEST_F(Checked, AShopThatKeptEverythingPasses) {
  load();
  const CheckResult result = check_all();
  EXPECT_TRUE(result.pass()) << findings(result);
  EXPECT_EQ(result.buyers, 2 * history_.buyers.size());
  EXPECT_GT(result.orders, 20u);
  EXPECT_GT(result.cart_lines, 20u);
  EXPECT_EQ(result.books, 5u);
}

TEST_F(Checked, AnOrderThatIsGoneIsFound) {
  load();
  some_orders().pop_back();
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.orders_lost, 1u);
  EXPECT_FALSE(result.pass());
  EXPECT_THAT(findings(result), HasSubstr("is not there"));
}

TEST_F(Checked, AnOrderWithOneCopyMoreIsFound) {
  load();
  ++some_orders().front().lines.front().quantity;
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.orders_wrong, 1u);
  EXPECT_EQ(result.verdicts.stock_wrong, 1u);  // one copy more is ordered than was sold
  EXPECT_FALSE(result.pass());
}

TEST_F(Checked, AnOrderAtAnotherPriceIsFound) {
  load();
  some_orders().front().lines.front().amount = 1001;
  shop_.regions.at("b").sold.clear();
  EXPECT_EQ(check_all().verdicts.orders_wrong, 1u);
}

TEST_F(Checked, AnOrderThatNobodyAskedForIsFound) {
  load();
  some_orders().push_back({"or_forged", "", {{"book-1", 7, 1000, "EUR"}}});
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.orders_wrong, 1u);
  EXPECT_THAT(findings(result), HasSubstr("nobody asked for order or_forged"));
}

TEST_F(Checked, ASecondOrderForOneKeyIsFound) {
  load();
  ToyShop::Order again = some_orders().front();
  again.id = "or_again";
  some_orders().push_back(again);
  EXPECT_EQ(check_all().verdicts.duplicates, 1u);
}

TEST_F(Checked, ACartLineThatIsGoneIsFound) {
  load();
  some_cart_copies() = 0;
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.cart_lines_lost, 1u);
  EXPECT_EQ(result.verdicts.carts_wrong, 1u);
  EXPECT_FALSE(result.pass());
}

TEST_F(Checked, ACartLineWithOneCopyMoreIsFound) {
  load();
  ++some_cart_copies();
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.cart_lines_lost, 0u);
  EXPECT_EQ(result.verdicts.carts_wrong, 1u);
}

TEST_F(Checked, ACopyThatLeftTwiceIsFound) {
  load();
  --shop_.regions.at("b").sold.begin()->second;
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.stock_wrong, 1u);
  EXPECT_THAT(findings(result), HasSubstr("are sold, but orders have"));
}

TEST_F(Checked, ARegionThatDoesNotAnswerHasNotPassed) {
  load();
  dead_ = {"b"};
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.orders_lost, 0u);
  EXPECT_GE(result.verdicts.unanswered, history_.buyers.size());
  EXPECT_FALSE(result.pass());
}

TEST_F(Checked, NothingLookedAtHasNotPassed) {
  history_.load.started_ms = 1;
  EXPECT_FALSE(check_all().pass());
}

TEST_F(Checked, ACartThatHidWhatItsBuyerHadAddedIsFound) {
  load();
  AnswerLine* shown = nullptr;
  for (Request& request : history_.requests)
    if (request.ask().operation == Operation::kGetCart && request.verdict() == Verdict::kDone &&
        !request.answer()->facts.lines.empty())
      shown = &*request.attempts.back().answer;
  ASSERT_NE(shown, nullptr);
  shown->facts.lines.pop_back();
  EXPECT_EQ(check_all().verdicts.answers_wrong, 1u);
  shown->stale = true;  // it said so: nothing is promised
  EXPECT_TRUE(check_all().pass());
}

TEST_F(Checked, AnOrderAnsweredWithOtherLinesIsFound) {
  load();
  for (Request& request : history_.requests)
    if (request.ask().operation == Operation::kPlaceOrder && request.verdict() == Verdict::kDone) {
      ++request.attempts.back().answer->facts.lines.front().amount;
      break;
    }
  EXPECT_EQ(check_all().verdicts.answers_wrong, 1u);
}

TEST_F(Checked, WithTheOtherRegionDeadOnlyWhatWasRemoteMustBeThere) {
  load();
  // Everything was answered `remote` by a: one order is called `local`, and b lost two.
  AnswerLine* local = nullptr;
  for (Request& request : history_.requests)
    if (request.ask().operation == Operation::kPlaceOrder && request.verdict() == Verdict::kDone)
      local = &*request.attempts.back().answer;
  ASSERT_NE(local, nullptr);
  local->facts.durability = "local";
  for (auto& [token, orders] : shop_.regions.at("b").orders)
    std::erase_if(orders, [&](const auto& order) { return order.id == local->facts.order; });
  EXPECT_TRUE(check_all(true).pass()) << findings(check_all(true));
  some_orders().pop_back();
  EXPECT_EQ(check_all(true).verdicts.orders_lost, 1u);
  EXPECT_EQ(check_all(false).verdicts.orders_lost, 2u);  // once it is back, all must be there
}

Task<void> contend_to_end(Asker& asker, const ContendOptions& options,
                          std::optional<ContendResult>& result) {
  const Result<ContendResult> got = co_await contend(asker, options);
  if (got) result = *got;
}

TEST(Contend, SellsWhatIsThereAndNoMore) {
  ToyShop shop(1, 100);
  FakeNet net([&](const Endpoint& to, const HttpRequest& request) {
    return FakeNet::Handled{shop.handle(to, request), 1};
  });
  Asker asker(net, nullptr);
  ContendOptions options;
  options.regions = {place("a"), place("b")};
  options.book = "book-0";
  std::optional<ContendResult> result;
  net.run(contend_to_end(asker, options, result));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->sold, 100u);
  EXPECT_EQ(result->sold_out, 400u);
  EXPECT_EQ(result->unavailable + result->other, 0u);
  EXPECT_EQ(result->sold_by.at("a"), 50u);
}

}  // namespace
}  // namespace perpetua::buyers
