// A load on the toy shop, which both regions show alike and an operator's ledger bears out; then
// one thing is altered by hand, and the check must say so.

#include "buyers/convergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "buyers/load.h"
#include "buyers/testing.h"

namespace perpetua::buyers {
namespace {

using testing::HasSubstr;

class Converged : public testing::Test {
 protected:
  Converged()
      : net_([this](const Endpoint& to, const HttpRequest& request) {
          HttpAnswer answer = shop_.handle(to, request);
          if (to.name == "b" && request.path == "/api/bestsellers" && !best_sellers_in_b_.empty())
            answer.body = best_sellers_in_b_;
          return FakeNet::Handled{answer, 1};
        }) {
    check_.regions = {place("a"), place("b")};
    check_.operators = {door("a"), door("b")};
    check_.settle_s = 1;
    check_.converged = true;
    check_.ledger = Ledger();
    for (int i = 0; i < 5; ++i)
      check_.ledger.value()["book-" + std::to_string(i)] = {
          {{"initial", 1'000}}, {"initial"}, {{1'000, "EUR"}}};
  }

  void SetUp() override {
    auto record = RecordWriter::create(folder_ / "record");
    ASSERT_TRUE(record);
    Asker asker(net_, &*record);
    LoadOptions options;
    options.duration_s = 5;
    options.route = {place("edge"), {place("a"), place("b")}};
    options.doors = {door("a"), door("b")};
    Load load(asker, options);
    ASSERT_TRUE(run(net_, load.run()));
    records_ = read_evidence({folder_ / "record"}).value();
    ASSERT_TRUE(check_all().pass()) << said();
  }

  const Verdicts& check_all() {
    verdicts_ = run(net_, check(net_, records_, check_)).verdicts;
    return verdicts_;
  }
  std::string said() const {
    std::string out;
    for (const std::string& finding : verdicts_.findings) out += finding + "\n";
    return out;
  }

  LedgerBook& ledger(const std::string& book) { return check_.ledger.value().at(book); }
  // The first order in b, of any buyer.
  ToyShop::Order& some_order() {
    for (auto& [token, orders] : shop_.regions.at("b").orders)
      if (!orders.empty()) return orders.front();
    throw std::logic_error("the load placed no order");
  }

  const TestFolder folder_;
  ToyShop shop_;
  std::string best_sellers_in_b_;
  FakeNet net_;
  CheckOptions check_;
  std::vector<Evidence> records_;
  Verdicts verdicts_;
};

TEST_F(Converged, AnOrderThatOneRegionShowsOtherwiseIsFound) {
  some_order().durability = "local";
  EXPECT_EQ(check_all().diverged, 1u);
  EXPECT_THAT(said(), HasSubstr("differs between a and b"));
}

TEST_F(Converged, ACartThatOneRegionShowsOtherwiseIsFound) {
  for (auto& [token, cart] : shop_.regions.at("b").carts)
    for (auto& [book, keys] : cart) keys["forged"] = 1;
  const std::size_t carts = shop_.regions.at("b").carts.size();
  EXPECT_EQ(check_all().diverged, carts);
}

TEST_F(Converged, ACopyThatOneRegionCountsOtherwiseIsFound) {
  ++shop_.regions.at("b").sold["book-1"];
  EXPECT_EQ(check_all().diverged, 1u);
  EXPECT_THAT(said(), HasSubstr("stock of book-1 differs"));
}

TEST_F(Converged, ABestSellerThatOneRegionShowsOtherwiseIsFound) {
  best_sellers_in_b_ =
      R"({"items":[{"book":{"id":"dune","price":{"amount":1,"currency":"EUR"}},"sold":3}]})";
  EXPECT_EQ(check_all().diverged, 1u);
  EXPECT_THAT(said(), HasSubstr("best sellers differs between a and b: '' and 'dune 3"));
}

TEST_F(Converged, ABuyerWhoCannotBeLookedAtHasNotConverged) {
  records_.front().tokens.erase(0);
  const std::set<std::string> no_books;
  const Verdicts verdicts = run(net_, check_convergence(net_, records_, no_books, check_));
  EXPECT_EQ(verdicts.unanswered, 2u);
  EXPECT_EQ(verdicts.diverged, 0u);
}

TEST_F(Converged, MoreSoldThanWasDeliveredIsFound) {
  for (const Line& line : some_order().lines) ledger(line.book).deliveries = {{"initial", 0}};
  EXPECT_GE(check_all().oversold, 2u);  // in either region
  EXPECT_THAT(said(), HasSubstr("oversold: "));
}

TEST_F(Converged, ADeliveryThatIsNotAsTheLedgerHasItIsFound) {
  ledger("book-1").deliveries["initial"] = 999;
  EXPECT_EQ(check_all().stock_wrong, 2u);
  EXPECT_THAT(said(), HasSubstr("was not made so"));
  ledger("book-1").deliveries = {{"initial", 1'000}, {"spring", 30}};
  EXPECT_TRUE(check_all().pass()) << said();  // nobody has acknowledged it
  ledger("book-1").delivered.insert("spring");
  EXPECT_EQ(check_all().stock_wrong, 2u);
  EXPECT_THAT(said(), HasSubstr("was acknowledged, and is not there"));
}

TEST_F(Converged, APriceThatTheBookNeverHadIsFound) {
  const std::string book = some_order().lines.front().book;
  ledger(book).prices = {{1'000, "USD"}, {999, "EUR"}};
  EXPECT_GE(check_all().orders_wrong, 2u);
  EXPECT_THAT(said(), HasSubstr("which it never cost"));
}

// Its outcome was never known, so that nothing but its having been shown says that it is there.
TEST_F(Converged, AnOrderThatWasShownAndIsShownNoMoreIsFound) {
  History history;
  const auto list = [&](std::vector<ListedOrder> orders, bool stale = false) {
    Attempt attempt;
    attempt.ask.request = history.requests.size();
    attempt.ask.buyer = 0;
    attempt.ask.operation = Operation::kListOrders;
    attempt.answer = AnswerLine();
    attempt.answer->status = 200;
    attempt.answer->stale = stale;
    attempt.answer->facts.orders = std::move(orders);
    history.requests.push_back({{attempt}});
  };
  Attempt unknown;
  unknown.ask.buyer = 0;
  unknown.ask.operation = Operation::kPlaceOrder;
  unknown.ask.lines = {{"dune", 1, 1'000, "EUR"}};
  history.requests.push_back({{unknown}});
  list({});
  list({{"or_1", "local"}});
  list({{"or_1", "remote"}});
  EXPECT_TRUE(check_answers(history).pass());
  list({}, true);  // it said so
  EXPECT_TRUE(check_answers(history).pass());
  list({});
  const Verdicts verdicts = check_answers(history);
  EXPECT_EQ(verdicts.answers_wrong, 1u);
  EXPECT_THAT(verdicts.findings.front(), HasSubstr("was shown before"));
}

class LedgerFile : public testing::Test {
 protected:
  Result<Ledger> read(const std::string& content) {
    std::ofstream(folder_ / "ledger") << content;
    return read_ledger(folder_ / "ledger");
  }
  const TestFolder folder_;
};

TEST_F(LedgerFile, HasWhatWasDeliveredAndWhatItCost) {
  const auto ledger =
      read(R"({"line":"price","bookId":"dune","price":{"amount":900,"currency":"EUR"}})"
           "\n"
           R"({"line":"deliver","bookId":"dune","delivery":"spring","quantity":3})"
           "\n"
           R"({"line":"deliver","bookId":"dune","delivery":"autumn","quantity":4})"
           "\n"
           R"({"line":"delivered","bookId":"dune","delivery":"spring","quantity":3})"
           "\n");
  ASSERT_TRUE(ledger) << ledger.error().message;
  const LedgerBook& book = ledger->at("dune");
  EXPECT_EQ(book.copies_max(), 7);
  EXPECT_THAT(book.delivered, testing::ElementsAre("spring"));
  EXPECT_THAT(book.prices, testing::ElementsAre(testing::Pair(900, "EUR")));
}

TEST_F(LedgerFile, ThatIsNoneIsRefusedWithTheLine) {
  EXPECT_FALSE(read_ledger(folder_ / "none"));
  const std::string deliver = R"({"line":"deliver","bookId":"a","delivery":"d","quantity":1})";
  for (const std::string wrong :
       {"no", "{}", R"({"line":"sell","bookId":"a","delivery":"d"})",
        R"({"line":"delivered","bookId":"a","delivery":"other"})",
        R"({"line":"deliver","bookId":"a","delivery":"d","quantity":2})"}) {
    const auto ledger = read(deliver + "\n" + wrong + "\n");
    ASSERT_FALSE(ledger) << wrong;
    EXPECT_THAT(ledger.error().message, HasSubstr("line 2"));
  }
}

}  // namespace
}  // namespace perpetua::buyers
