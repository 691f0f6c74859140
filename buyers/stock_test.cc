#include "buyers/stock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace perpetua::buyers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// 100 delivered in halves; a sold 40 and took back 1, b granted 10 to a and wrote off 2.
StockReport sound() {
  StockReport stock;
  stock.deliveries = {{"d1", 100}};
  stock.rows["a#1"] = {50, 40, 1, 0, 10, 0, 21};
  stock.rows["b#1"] = {50, 5, 0, 2, 0, 10, 33};
  return stock;
}

Verdicts compared(const StockReport& stock, StockDemand demand = {0, 44, true, true}) {
  return compare_stock(stock, demand, "dune", "b");
}

TEST(Stock, ThatAddsUpPasses) {
  EXPECT_THAT(compared(sound()).findings, ElementsAre());
  EXPECT_TRUE(compared(sound()).pass());
}

TEST(Stock, OneCopyMoreOrFewerAnywhereIsFound) {
  for (const auto member :
       {&StockRow::delivered, &StockRow::sold, &StockRow::released, &StockRow::written_off,
        &StockRow::granted_in, &StockRow::granted_out, &StockRow::rights}) {
    for (const int difference : {-1, 1}) {
      StockReport stock = sound();
      stock.rows["a#1"].*member += difference;
      EXPECT_EQ(compared(stock).stock_wrong, 1u);
    }
  }
  StockReport stock = sound();
  ++stock.deliveries["d1"];
  EXPECT_EQ(compared(stock).stock_wrong, 1u);
}

TEST(Stock, SoldSinceBeforeIsWhatWasOrdered) {
  EXPECT_TRUE(compared(sound(), {40, 4, true, true}).pass());
  EXPECT_THAT(compared(sound(), {40, 5, true, true}).findings,
              ElementsAre(HasSubstr("4 were sold, but 5 ordered")));
  EXPECT_THAT(compared(sound(), {40, 3, true, true}).findings,
              ElementsAre(HasSubstr("4 were sold, but 3 ordered; where others buy too")));
  EXPECT_TRUE(compared(sound(), {40, 3, false, true}).pass());  // others bought too
  EXPECT_FALSE(compared(sound(), {40, 5, false, true}).pass());
}

TEST(Stock, RightsBelowZeroAreWrongOnlyOnceEverythingIsHere) {
  StockReport stock = sound();
  stock.rows["a#1"] = {50, 61, 0, 0, 10, 0, -1};
  stock.rows["b#1"].granted_out = 10;
  EXPECT_FALSE(compared(stock, {0, 66, true, true}).pass());
  EXPECT_TRUE(compared(stock, {0, 66, true, false}).pass());
}

TEST(Stock, IsReadFromTheOperatorsDoor) {
  const auto stock = read_stock(
      R"({"deliveries":[{"id":"d1","name":"initial","quantity":100}],"writers":[)"
      R"({"writer":"a#1","delivered":100,"sold":3,"released":1,"writtenOff":2,"grantedIn":4,)"
      R"("grantedOut":5,"rights":95}]})");
  ASSERT_TRUE(stock) << stock.error().message;
  EXPECT_EQ(stock->deliveries.at("d1"), 100);
  EXPECT_EQ(stock->rows.at("a#1").granted_out, 5);
  EXPECT_FALSE(read_stock("{}"));
  EXPECT_FALSE(read_stock("no"));
}

}  // namespace
}  // namespace perpetua::buyers
