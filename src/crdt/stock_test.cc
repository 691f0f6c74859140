#include "crdt/stock.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::three_writers;
using testing::up_to;

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

/// A history in which each writer sells, releases, writes off and grants only what it has by its
/// own view, which is some prefix of each other writer's rows.
struct History {
  std::vector<std::vector<StockRow>> rows;     // by writer, oldest first
  std::vector<std::vector<std::size_t>> seen;  // [reader][writer]: how many versions it has seen
  Delivery delivery;

  Stock view(std::size_t reader) const {
    Stock stock;
    stock.deliveries["d"] = delivery;
    for (std::size_t w = 0; w < rows.size(); ++w) {
      const std::size_t version = w == reader ? rows[w].size() - 1 : seen[reader][w];
      stock.rows[three_writers()[w]] = rows[w][version];
    }
    return stock;
  }
};

History random_history(std::mt19937& random) {
  const auto& writers = three_writers();
  History history{{},
                  std::vector(3, std::vector<std::size_t>(3, 0)),
                  make_delivery("x", "initial", up_to(random, 60), writers)};
  history.rows.assign(3, {StockRow{}});
  for (int step = 0; step < 60; ++step) {
    const std::size_t w = random() % 3;
    const std::size_t from = random() % 3;
    history.seen[w][from] += static_cast<std::size_t>(up_to(
        random, static_cast<std::int64_t>(history.rows[from].size() - 1 - history.seen[w][from])));
    StockRow row = history.rows[w].back();
    const std::int64_t rights = history.view(w).rights(writers[w]);
    if (rights <= 0) continue;
    const std::int64_t some = up_to(random, rights);
    switch (random() % 4) {
      case 0:
        row.sold += some;
        break;
      case 1:
        row.released += up_to(random, row.sold - row.released);
        break;
      case 2:
        row.written_off += some;
        break;
      default:
        grant(row, writers[w], writers[(w + 1 + random() % 2) % 3], some);
    }
    history.rows[w].push_back(row);
  }
  return history;
}

TEST(Stock, NeverOversellsWhateverPrefixesTheWritersSee) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    const History history = random_history(random);
    Stock all;
    all.deliveries["d"] = history.delivery;
    std::int64_t gone = 0;
    std::int64_t rights = 0;
    for (std::size_t w = 0; w < 3; ++w) {
      const StockRow& row = history.rows[w].back();
      all.rows[three_writers()[w]] = row;
      gone += row.sold - row.released + row.written_off;
    }
    for (const Writer& writer : all.writers()) {
      // Whoever sees everything sees no writer below zero: it had what it gave.
      ASSERT_GE(all.rights(writer), 0);
      rights += all.rights(writer);
    }
    ASSERT_LE(gone, history.delivery.quantity);
    ASSERT_EQ(rights + gone, history.delivery.quantity);
  });
}

TEST(Stock, LateRowsOnlyMakeAWriterTooCareful) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    History history = random_history(random);
    for (std::size_t w = 0; w < 3; ++w) {
      const Writer& writer = three_writers()[w];
      const std::int64_t late = history.view(w).rights(writer);
      for (std::size_t other = 0; other < 3; ++other)
        history.seen[w][other] = history.rows[other].size() - 1;
      ASSERT_LE(late, history.view(w).rights(writer));
    }
  });
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
