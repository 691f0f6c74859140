#include "domain/reconciler.h"

#include "crdt/order.h"
#include "domain/tables.h"
#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Shop;

/// One order in both regions, cut off from each other; a's is the earlier.
void order_twice(Shop& shop, const Book& book, const std::string& key = "key") {
  const Session buyer{"cu", "ca"};
  const OrderRequest request = ExplicitOrder{{{book.id, 3, book.price}}};
  shop.cut = true;
  for (const std::size_t region : {0U, 1U}) {
    ASSERT_TRUE(shop.wait(shop[region].orders->place(buyer, key, request)));
    shop.run(milliseconds(2));
  }
}

std::int64_t released(Shop& shop, std::size_t region) {
  for (const StockRow& row : shop.report(region, "x").writers)
    if (row.writer == shop[region].store->self()) return row.released;
  return 0;
}

TEST(Reconciler, ReleasesNothingOnceStoppedAndGoesOnWhenStarted) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 20);
  shop[1].reconciler->stop();
  order_twice(shop, book);
  shop.cut = false;
  shop.run(milliseconds(50));
  EXPECT_EQ(released(shop, 1), 0);
  shop[1].reconciler->start();
  shop.run(milliseconds(50));
  EXPECT_EQ(released(shop, 1), 3);
  EXPECT_EQ(released(shop, 0), 0);
}

TEST(Reconciler, SeesDuplicatesThatCameByASnapshot) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 20);
  order_twice(shop, book);
  store::Journal& a = *shop[0].store;
  const std::uint64_t end = a.holding(a.self())->end.n;
  a.trim(a.self(), end, end);
  shop.run(milliseconds(5));
  shop.cut = false;
  shop.run(milliseconds(50));
  EXPECT_EQ(released(shop, 1), 3);
  EXPECT_EQ(shop.sold(0, "x"), 3);
  EXPECT_EQ(shop.sold(1, "x"), 3);
}

TEST(Reconciler, CopiesOfManyDuplicatesComeBackOnceThoughItStartsAnewInBetween) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 2000);
  for (int i = 0; i < 250; ++i) order_twice(shop, book, "key" + std::to_string(i));
  shop.cut = false;
  for (int i = 0; i < 10; ++i) {
    shop.run(milliseconds(1));
    shop[1].reconciler->stop();
    shop[1].reconciler->start();
  }
  shop.run(milliseconds(100));
  EXPECT_EQ(released(shop, 1), 750);
  EXPECT_EQ(released(shop, 0), 0);
  EXPECT_EQ(shop.sold(0, "x"), 750);
}

TEST(Reconciler, OfThreeRowsTwoAreReleased) {
  Shop shop({"a", "b", "c"});
  const Book book = shop.book("x", 30);
  order_twice(shop, book);
  const Session buyer{"cu", "ca"};
  const OrderRequest request = ExplicitOrder{{{book.id, 3, book.price}}};
  ASSERT_TRUE(shop.wait(shop[2].orders->place(buyer, "key", request)));
  shop.cut = false;
  shop.run(milliseconds(50));
  EXPECT_EQ(released(shop, 0), 0);
  EXPECT_EQ(released(shop, 1), 3);
  EXPECT_EQ(released(shop, 2), 3);
  EXPECT_EQ(shop.sold(0, "x"), 3);
}

TEST(Reconciler, HasNothingLeftToReportOnceARegionTakesWritesAgain) {
  Shop shop({"a", "b"});
  shop.book("x", 20);
  shop[1].store->hold_writes("not now");
  const std::vector<Shop::Filed> filler{{tables::write_off("x", "filler"), "12345678"}};
  for (int i = 0; i < 1100; ++i) shop.file(0, filler);
  shop.run(milliseconds(100));
  EXPECT_EQ(shop[1].not_reconciled, std::vector<std::string>{"a#1"});
  shop[1].store->hold_writes({});
  shop.run(milliseconds(1100));
  EXPECT_TRUE(shop[1].reconciler->failures().empty());
}

TEST(Reconciler, AnOrderThatDoesNotDecodeIsReportedAndHoldsUpNoOther) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 20);
  const crdt::OrderRow row{"cu", "ca", "EUR", {{"x", 2, 1000}}, {}, std::uint64_t{1} << 60};
  const std::vector<Shop::Filed> later{{tables::order("or_bad"), crdt::encode(row)}};
  shop.file(1, later);
  const std::vector<Shop::Filed> newer{{tables::order("or_bad"), "of a newer version"}};
  shop.file(0, newer);
  order_twice(shop, book);
  shop.cut = false;
  shop.run(milliseconds(3000));
  EXPECT_EQ(released(shop, 1), 3);
  EXPECT_EQ(shop[1].not_reconciled, std::vector<std::string>{"or_bad"});
  EXPECT_TRUE(shop[1].reconciler->failures().contains("or_bad"));
  // However much has been read since, it is found again after a restart.
  const std::vector<Shop::Filed> filler{{tables::write_off("x", "filler"), "12345678"}};
  for (int i = 0; i < 1100; ++i) shop.file(0, filler);
  shop.run(milliseconds(1100));
  shop[1].reconciler->stop();
  shop[1].reconciler->start();
  shop.run(milliseconds(50));
  EXPECT_EQ(shop[1].not_reconciled.size(), 2u);

  crdt::OrderRow earlier = row;
  earlier.clock = 1;
  const std::vector<Shop::Filed> mended{{tables::order("or_bad"), crdt::encode(earlier)}};
  shop.file(0, mended);
  shop.run(milliseconds(1100));
  EXPECT_TRUE(shop[1].reconciler->failures().empty());
  EXPECT_EQ(released(shop, 1), 5);
}

}  // namespace
}  // namespace perpetua::domain
