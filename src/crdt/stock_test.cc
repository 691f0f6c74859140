#include "crdt/stock.h"

#include <gtest/gtest.h>

#include <limits>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::three_writers;

TEST(Delivery, SharesAddUpAndAreAFunctionOfTheContentAlone) {
  const auto& writers = three_writers();
  for (const std::int64_t quantity : {0, 1, 2, 3, 100, 101}) {
    const Delivery delivery = make_delivery("book", "initial", quantity, writers);
    std::int64_t sum = 0;
    for (const auto& [writer, share] : delivery.shares) sum += share;
    EXPECT_EQ(sum, quantity);
    const std::vector<Writer> other_order{writers[2], writers[0], writers[1]};
    EXPECT_EQ(make_delivery("book", "initial", quantity, other_order), delivery);
  }
}

TEST(Delivery, AnotherNameQuantityOrBookIsAnotherDelivery) {
  const std::string id = delivery_id("x", "initial", 5);
  EXPECT_NE(id, delivery_id("y", "initial", 5));
  EXPECT_NE(id, delivery_id("x", "second", 5));
  EXPECT_NE(id, delivery_id("x", "initial", 6));
}

TEST(Delivery, OddCopiesDoNotAlwaysGoToTheSameFounder) {
  const std::vector<Writer> two{{"a", 1}, {"b", 1}};
  std::int64_t first = 0;
  for (int book = 0; book < 100; ++book)
    first += make_delivery(std::to_string(book), "initial", 1, two).shares.at(two[0]);
  EXPECT_GT(first, 20);
  EXPECT_LT(first, 80);
}

TEST(Delivery, WhoseSharesDoNotAddUpIsRefused) {
  const Writer a{"a", 1};
  const Writer b{"b", 1};
  const auto is_read = [&](std::int64_t quantity, std::int64_t one, std::int64_t other) {
    return decode_delivery(encode(Delivery{"initial", quantity, {{a, one}, {b, other}}}))
        .has_value();
  };
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(is_read(100, 50, 50));
  EXPECT_FALSE(is_read(100, 50, 49));
  EXPECT_FALSE(is_read(100, 50, 51));
  EXPECT_FALSE(is_read(100, 101, 0));
  EXPECT_FALSE(is_read(0, kMax, kMax));
}

TEST(Stock, RightsFollowTheFormula) {
  const Writer a{"a", 1};
  const Writer b{"b", 1};
  Stock stock;
  const Delivery delivery = make_delivery("x", "initial", 100, {a, b});
  stock.deliveries["d"] = delivery;
  stock.rows[a] = {10, 4, 3, {{b, 20}}};
  stock.rows[b] = {1, 0, 0, {{a, 5}}};
  EXPECT_EQ(stock.rights(a), 50 + 4 - 10 - 3 - 20 + 5);
  EXPECT_EQ(stock.rights(b), 50 - 1 - 5 + 20);
}

TEST(StockDeathTest, AGrantToOneselfIsABug) {
  StockRow row;
  const Writer a{"a", 1};
  EXPECT_DEATH(grant(row, a, a, 1), "mints rights");
}

TEST(StockRow, BytesRoundTripAndDamageIsSeen) {
  const StockRow row{5, 2, 1, {{{"b", 1}, 7}}};
  const std::string bytes = encode(row);
  EXPECT_EQ(decode_stock_row(bytes).value(), row);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_stock_row(bytes.substr(0, size))) << size;
  EXPECT_FALSE(decode_stock_row(bytes + "x"));
  const Delivery delivery = make_delivery("x", "initial", 9, three_writers());
  EXPECT_EQ(decode_delivery(encode(delivery)).value(), delivery);
}

}  // namespace
}  // namespace perpetua::crdt
