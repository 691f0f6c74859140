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
        }) {
    load_.duration_s = 5;
    load_.buyers = 32;
    load_.route = {place("edge"), {place("a"), place("b")}};
    load_.doors = {door("a"), door("b")};
    check_.regions = {place("a"), place("b")};
    check_.operators = {door("a"), door("b")};
    check_.settle_s = 1;
  }

  FakeNet::Handled handle(const Endpoint& to, const HttpRequest& request) {
    const std::string region = to.name == kEdge ? shop_.nearest : to.name;
    if (dead_.contains(region)) return {ToyShop::lost(NetError::kConnect), 1};
    if (meanwhile_) meanwhile_();
    return {shop_.handle(to, request), 1};
  }

  void load(const std::string& name = "record") {
    const std::string path = folder_ / name;
    auto record = RecordWriter::create(path);
    ASSERT_TRUE(record);
    Asker asker(net_, &*record);
    Load load(asker, load_);
    const Result<void> done = run(net_, load.run());
    ASSERT_TRUE(done) << done.error().message;
    paths_.push_back(path);
    records_ = read_evidence(paths_).value();
  }

  // Its last second; the link stays cut.
  void load_with_the_link_cut() {
    const double cut_ms = net_.now_ms() + 4'000;
    meanwhile_ = [this, cut_ms] { shop_.linked = net_.now_ms() < cut_ms; };
    load();
    meanwhile_ = nullptr;
  }

  CheckResult check_all() { return run(net_, check(net_, records_, check_)); }
  /// In region b alone, as if a were dead.
  CheckResult check_b() {
    CheckOptions options = check_;
    options.regions = {place("b")};
    options.operators = {door("b")};
    options.dead = "a";
    return run(net_, check(net_, records_, options));
  }

  History& history() { return records_.front().history; }
  ToyShop::Region& b() { return shop_.regions.at("b"); }

  // The first buyer of region b with an order, or with something in the cart.
  std::vector<ToyShop::Order>& some_orders() {
    for (auto& [token, orders] : b().orders)
      if (!orders.empty()) return orders;
    throw std::logic_error("the load placed no order");
  }
  std::int64_t& some_cart_copies() {
    for (auto& [token, cart] : b().carts)
      for (auto& [book, keys] : cart)
        for (auto& [key, copies] : keys)
          if (copies > 0) return copies;
    throw std::logic_error("the load left no cart");
  }
  // The last acknowledged request of a kind, with something in its answer.
  AnswerLine& last_answer(Operation operation) {
    for (auto i = history().requests.rbegin(); i != history().requests.rend(); ++i) {
      if (i->ask().operation != operation || i->verdict() != Verdict::kDone) continue;
      AnswerLine& answer = *i->attempts.back().answer;
      if (!answer.facts.lines.empty() || !answer.facts.orders.empty()) return answer;
    }
    throw std::logic_error("the load has no such answer");
  }
  // The shop forgets in b what was acknowledged in a while the link was cut.
  void forget_in_b(const std::string& id) {
    for (auto& [token, orders] : b().orders)
      std::erase_if(orders, [&](const auto& order) {
        if (order.id != id) return false;
        for (const Line& line : order.lines) b().sold[line.book] -= line.quantity;
        return true;
      });
  }

  const TestFolder folder_;
  ToyShop shop_;
  std::set<std::string> dead_;
  std::function<void()> meanwhile_;  // at each request
  FakeNet net_;
  LoadOptions load_;
  CheckOptions check_;
  std::vector<std::string> paths_;
  std::vector<Evidence> records_;
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
  EXPECT_TRUE(result.stock_exact);
  EXPECT_EQ(result.buyers, 2 * history().buyers.size());
  EXPECT_GT(result.orders, 20u);
  EXPECT_GT(result.cart_lines, 20u);
  EXPECT_EQ(result.books, 2 * 5u);
}

TEST_F(Checked, AnOrderThatIsGoneIsFoundAndCountedOnce) {
  load();
  const std::string id = some_orders().back().id;
  forget_in_b(id);
  CheckResult result = check_all();
  EXPECT_THAT(result.verdicts.orders_lost, testing::ElementsAre(id));
  EXPECT_EQ(result.verdicts.findings.size(), 1u) << findings(result);
  EXPECT_FALSE(result.pass());
  EXPECT_THAT(findings(result), HasSubstr("is not there"));
  std::swap(shop_.regions.at("a"), b());  // each lost it, at one time or the other
  Verdicts both = std::move(result.verdicts);
  both.add(check_all().verdicts);
  EXPECT_EQ(both.orders_lost.size(), 1u);
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
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.orders_wrong, 1u);
  EXPECT_EQ(result.verdicts.stock_wrong, 0u);
}

TEST_F(Checked, AnOrderThatNobodyAskedForIsFound) {
  load();
  some_orders().push_back({"or_forged", {{"book-1", 7, 1000, "EUR"}}});
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

TEST_F(Checked, AnOrderThatStaysInOneRegionIsFound) {
  load();
  some_orders().front().durability = "local";
  EXPECT_EQ(check_all().verdicts.orders_wrong, 1u);
  EXPECT_TRUE(check_b().pass()) << findings(check_b());  // with nobody else there, it is right
}

TEST_F(Checked, ACartLineThatIsGoneIsFound) {
  load();
  some_cart_copies() = 0;
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.cart_lines_lost.size(), 1u);
  EXPECT_EQ(result.verdicts.carts_wrong, 1u);
  EXPECT_FALSE(result.pass());
}

TEST_F(Checked, ACartLineWithOneCopyMoreIsFound) {
  load();
  ++some_cart_copies();
  const CheckResult result = check_all();
  EXPECT_EQ(result.verdicts.cart_lines_lost.size(), 0u);
  EXPECT_EQ(result.verdicts.carts_wrong, 1u);
}

TEST_F(Checked, OneCopyTooFewOrTooManyIsFound) {
  b().sold["book-1"] = 17;  // a sale from before the load is none of its business
  shop_.regions.at("a").sold["book-1"] = 17;
  load();
  EXPECT_TRUE(check_all().pass()) << findings(check_all());
  for (const int difference : {-1, 1}) {
    b().sold["book-1"] += difference;
    const CheckResult result = check_all();
    EXPECT_EQ(result.verdicts.stock_wrong, 1u);
    EXPECT_THAT(findings(result), HasSubstr("were sold, but"));
    b().sold["book-1"] -= difference;
  }
}

// It took copies, and left no order: of a book that nobody got, in a record where nothing was sold.
TEST_F(Checked, ACopyTakenByARefusedOrderIsFound) {
  shop_ = ToyShop(5, 0);
  load();
  EXPECT_TRUE(check_all().pass()) << findings(check_all());
  EXPECT_EQ(check_all().orders, 0u);
  b().sold["book-1"] += 1;
  EXPECT_EQ(check_all().verdicts.stock_wrong, 1u);
}

TEST_F(Checked, WhereOthersBuyTooMoreMayBeSoldAndItIsSaid) {
  load();
  b().sold["book-1"] += 3;
  EXPECT_FALSE(check_all().pass());
  check_.shared = true;
  const CheckResult result = check_all();
  EXPECT_TRUE(result.pass()) << findings(result);
  EXPECT_FALSE(result.stock_exact);
  EXPECT_THAT(to_text(result), HasSubstr("others may have bought"));
  b().sold["book-1"] -= 100;
  EXPECT_FALSE(check_all().pass());
}

TEST_F(Checked, WithoutTheStockBeforeNothingIsKnown) {
  load_.doors.clear();
  load();
  EXPECT_EQ(check_all().verdicts.unanswered, 2 * 5u);
  check_.shared = true;
  EXPECT_TRUE(check_all().pass()) << findings(check_all());
}

TEST_F(Checked, TwoLoadsAreCheckedTogether) {
  load("first");
  load_.doors.clear();  // the stock before is that of the first
  load_.seed = 2;
  load("second");
  const CheckResult result = check_all();
  EXPECT_TRUE(result.pass()) << findings(result);
  EXPECT_TRUE(result.stock_exact);
  records_.pop_back();
  EXPECT_THAT(findings(check_all()), HasSubstr("check with --shared"));
}

TEST_F(Checked, ARegionThatDoesNotAnswerHasNotPassed) {
  load();
  dead_ = {"b"};
  const CheckResult result = check_all();
  EXPECT_TRUE(result.verdicts.orders_lost.empty());
  EXPECT_GE(result.verdicts.unanswered, history().buyers.size());
  EXPECT_FALSE(result.pass());
}

TEST_F(Checked, AnotherRegionsAnswerIsNone) {
  load();
  const FakeNet::Handler both_are_a = [this](const Endpoint& to, const HttpRequest& request) {
    Endpoint wrong = to;
    wrong.name = "a";
    return FakeNet::Handled{shop_.handle(wrong, request), 1};
  };
  FakeNet net(both_are_a);
  const CheckResult result = run(net, check(net, records_, check_));
  EXPECT_GE(result.verdicts.unanswered, history().buyers.size());
  EXPECT_THAT(findings(result), HasSubstr("b: GET /api/cart: answered by a"));
}

TEST_F(Checked, NothingLookedAtHasNotPassed) {
  records_.push_back({});
  EXPECT_FALSE(check_all().pass());
}

TEST_F(Checked, ACartThatHidWhatItsBuyerHadAddedIsFound) {
  load();
  AnswerLine& shown = last_answer(Operation::kGetCart);
  shown.facts.lines.pop_back();
  EXPECT_EQ(check_all().verdicts.answers_wrong, 1u);
  shown.stale = true;  // it said so: nothing is promised
  EXPECT_TRUE(check_all().pass());
}

TEST_F(Checked, AListThatHidAnOrderIsFound) {
  load();
  AnswerLine& shown = last_answer(Operation::kListOrders);
  const ListedOrder hidden = shown.facts.orders.back();
  shown.facts.orders.pop_back();
  EXPECT_EQ(check_all().verdicts.answers_wrong, 1u);
  shown.facts.orders.push_back(hidden);
  shown.facts.orders.push_back({"or_forged", "remote"});
  EXPECT_EQ(check_all().verdicts.answers_wrong, 1u);
  shown.stale = true;
  EXPECT_TRUE(check_all().pass());
}

TEST_F(Checked, AnOrderAnsweredWithOtherLinesIsFound) {
  load();
  ++last_answer(Operation::kPlaceOrder).facts.lines.front().amount;
  EXPECT_EQ(check_all().verdicts.answers_wrong, 1u);
}

// While the link was cut everything is `local`; then a dies with what b has not got.
TEST_F(Checked, WithARegionDeadOnlyWhatItAloneHeldMayBeMissing) {
  load_with_the_link_cut();
  dead_ = {"a"};
  const CheckResult alone = check_b();
  EXPECT_TRUE(alone.pass()) << findings(alone);
  EXPECT_FALSE(alone.stock_exact);

  const auto carts = std::exchange(b().carts, {});
  EXPECT_GT(check_b().verdicts.cart_lines_lost.size(), 5u);
  b().carts = carts;
  forget_in_b(some_orders().back().id);
  EXPECT_EQ(check_b().verdicts.orders_lost.size(), 1u);

  CheckOptions all_must_be_there = check_;
  all_must_be_there.regions = {place("b")};
  all_must_be_there.operators.clear();
  const CheckResult missing = run(net_, check(net_, records_, all_must_be_there));
  EXPECT_GT(missing.verdicts.orders_lost.size(), 1u);
  EXPECT_GT(missing.verdicts.cart_lines_lost.size(), 1u);
}

TEST_F(Checked, WhatAnotherLivingRegionAcknowledgedMustBeThere) {
  load_with_the_link_cut();
  CheckOptions another_is_dead = check_;
  another_is_dead.dead = "c";
  another_is_dead.regions = {place("b")};
  another_is_dead.operators.clear();
  EXPECT_FALSE(run(net_, check(net_, records_, another_is_dead)).pass());
}

TEST_F(Checked, OnceTheRegionIsBackEverythingIsThere) {
  load_with_the_link_cut();
  // The check begins while the link is still cut, and waits for what is on its way.
  const double healed_ms = net_.now_ms() + 500;
  meanwhile_ = [this, healed_ms] { shop_.linked = net_.now_ms() >= healed_ms; };
  const CheckResult result = check_all();
  EXPECT_TRUE(result.pass()) << findings(result);
  EXPECT_TRUE(result.stock_exact);
}

TEST(Contend, SellsWhatIsThereAndNoMore) {
  ToyShop shop(1, 100);
  FakeNet net([&](const Endpoint& to, const HttpRequest& request) {
    return FakeNet::Handled{shop.handle(to, request), 1};
  });
  const TestFolder folder;
  auto record = RecordWriter::create(folder / "record");
  ASSERT_TRUE(record);
  Asker asker(net, &*record);
  ContendOptions options;
  options.regions = {place("a"), place("b")};
  options.doors = {door("a"), door("b")};
  options.book = "book-0";
  const auto result = run(net, contend(asker, options));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->sold, 100u);
  EXPECT_EQ(result->sold_out, 400u);
  EXPECT_EQ(result->unavailable + result->other, 0u);
  EXPECT_EQ(result->sold_by.at("a"), 50u);

  const auto records = read_evidence({folder / "record"}).value();
  const CheckOptions all{options.regions, options.doors, "", false, 0};
  EXPECT_TRUE(run(net, check(net, records, all)).pass());
  ++shop.regions.at("b").sold.at("book-0");
  EXPECT_EQ(run(net, check(net, records, all)).verdicts.stock_wrong, 1u);
}

}  // namespace
}  // namespace perpetua::buyers
