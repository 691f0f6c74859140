#include "domain/cart.h"

#include "crdt/cart_line.h"
#include "crdt/stock.h"
#include "domain/tables.h"
#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Shop;

std::int64_t quantity_in(Shop& shop, std::size_t region, const std::string& book) {
  const auto cart = shop.wait(shop[region].carts->get("ca"));
  for (const CartLine& line : cart->value.lines)
    if (line.book_id == book) return line.quantity;
  return 0;
}

using Filed = std::pair<port::Key, std::string>;

/// Writes rows as they are, by the rules' leave or not.
void file(Shop& shop, std::size_t region, const std::vector<Filed>& rows) {
  for (std::size_t from = 0; from < rows.size(); from += port::kRowsPerTransaction) {
    const auto transaction = shop[region].store->begin();
    for (std::size_t i = from; i < std::min(rows.size(), from + port::kRowsPerTransaction); ++i)
      transaction->put(rows[i].first, rows[i].second);
    ASSERT_TRUE(shop.wait(transaction->commit()));
  }
}

TEST(Cart, ARetryInAnyRegionCountsOnceAlsoAcrossACut) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  shop.cut = true;
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 2, "key")));
  ASSERT_TRUE(shop.wait(shop[1].carts->add("ca", "x", 2, "key")));
  ASSERT_TRUE(shop.wait(shop[1].carts->add("ca", "x", 2, "key")));
  shop.cut = false;
  shop.run(milliseconds(10));
  EXPECT_EQ(quantity_in(shop, 0, "x"), 2);
  EXPECT_EQ(quantity_in(shop, 1, "x"), 2);
}

TEST(Cart, AnAdditionThatARemovalHadNotSeenSurvivesIt) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 1, "k1")));
  shop.run(milliseconds(10));
  shop.cut = true;
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 4, "k2")));
  ASSERT_TRUE(shop.wait(shop[1].carts->remove("ca", "x", "k3")));
  ASSERT_TRUE(shop.wait(shop[0].carts->remove("ca", "y", "k4")));
  shop.cut = false;
  shop.run(milliseconds(10));
  EXPECT_EQ(quantity_in(shop, 0, "x"), 4);
  EXPECT_EQ(quantity_in(shop, 1, "x"), 4);
}

TEST(Cart, ASetReplacesWhatItSawAndARepeatOfItChangesNothing) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 3, "k1")));
  ASSERT_TRUE(shop.wait(shop[0].carts->set("ca", "x", 5, "k2")));
  EXPECT_EQ(quantity_in(shop, 0, "x"), 5);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 1, "k3")));
  ASSERT_TRUE(shop.wait(shop[1].carts->set("ca", "x", 5, "k2")));
  shop.run(milliseconds(10));
  EXPECT_EQ(quantity_in(shop, 1, "x"), 6);
}

TEST(Cart, AKeyIsForOneOperation) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  shop.book("y", 10);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 1, "key")));
  const auto more = shop.wait(shop[0].carts->add("ca", "x", 2, "key"));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, Refusal::kKeyReused);
  const auto other_book = shop.wait(shop[0].carts->add("ca", "y", 1, "key"));
  ASSERT_FALSE(other_book);
  EXPECT_EQ(other_book.error().kind, Refusal::kKeyReused);
  const auto other_kind = shop.wait(shop[0].carts->set("ca", "x", 1, "key"));
  ASSERT_FALSE(other_kind);
  EXPECT_EQ(other_kind.error().kind, Refusal::kKeyReused);
}

TEST(Cart, TwoHundredOperationsALineAndNoMore) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(shop.wait(shop[0].carts->set("ca", "x", 1, "k" + std::to_string(i)))) << i;
  const auto refused = shop.wait(shop[0].carts->set("ca", "x", 1, "one more"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::kTooManyKeys);
}

TEST(Cart, AThousandBooksACartAndNoMore) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 1, "first")));
  std::vector<Filed> removed;
  // Regions that did not know of each other's can have taken more than each would have.
  for (std::size_t i = 0; i < kCartBooksMax + 100; ++i) {
    const crdt::CartLineRow row{{{"k" + std::to_string(i), {0, 0, "r"}}}};
    removed.emplace_back(tables::cart_line("ca", "gone-" + std::to_string(i)), crdt::encode(row));
  }
  file(shop, 0, removed);
  const auto refused = shop.wait(shop[0].carts->remove("ca", "one-more", "last"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::kTooManyKeys);
  // The last by name is still seen, beyond what one scan returns; two writers have a row of it.
  ASSERT_TRUE(shop.wait(shop[1].carts->add("ca", "x", 1, "second")));
  shop.run(milliseconds(10));
  EXPECT_EQ(quantity_in(shop, 0, "x"), 2);
}

TEST(Cart, MoreOfABookThanOneRequestCanAskForCanBeOrdered) {
  Shop shop({"a", "b"});
  shop.book("x", 300);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 99, "k1")));
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 99, "k2")));
  const OrderRequest request = CartOrder{shop.wait(shop[0].carts->get("ca"))->value.etag};
  const Session buyer{"cu", "ca"};
  const auto placed = shop.wait(shop[0].orders->place(buyer, "key", request));
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->value.lines.at(0).quantity, 198);
}

TEST(Cart, HoldsOneCurrency) {
  Shop shop({"a", "b"});
  Book pounds = shop.book("x", 10);
  pounds.price.currency = "GBP";
  const std::vector<NewBook> change{{pounds, 0}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(change)));
  shop.book("y", 10);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 1, "k1")));
  const auto refused = shop.wait(shop[0].carts->add("ca", "y", 1, "k2"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::kInvalid);
  EXPECT_EQ(quantity_in(shop, 0, "y"), 0);
  ASSERT_TRUE(shop.wait(shop[0].carts->remove("ca", "x", "k3")));
  EXPECT_TRUE(shop.wait(shop[0].carts->add("ca", "y", 1, "k2")));
}

TEST(Cart, ItsTagTellsOperationsAndPricesApartNotSums) {
  Shop shop({"a", "b"});
  Book book = shop.book("x", 10);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 2, "k1")));
  const std::string two = shop.wait(shop[0].carts->get("ca"))->value.etag;
  ASSERT_TRUE(shop.wait(shop[0].carts->set("ca", "x", 2, "k2")));
  const std::string also_two = shop.wait(shop[0].carts->get("ca"))->value.etag;
  EXPECT_NE(two, also_two);
  book.price.amount += 1;
  std::vector<NewBook> change{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(change)));
  EXPECT_NE(shop.wait(shop[0].carts->get("ca"))->value.etag, also_two);
}

TEST(Cart, AWriteSaysWhatItSurvives) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  EXPECT_EQ(shop.wait(shop[0].carts->add("ca", "x", 1, "k1"))->value.durability,
            Durability::kRemote);
  shop.cut = true;
  EXPECT_EQ(shop.wait(shop[0].carts->add("ca", "x", 1, "k2"))->value.durability,
            Durability::kLocal);
}

TEST(Catalogue, PuttingAgainInAnyRegionChangesNeitherBooksNorStock) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 100);
  const std::vector<NewBook> again{{book, 100}};
  for (const std::size_t region : {0U, 1U}) {
    const auto put = shop.wait(shop[region].catalogue->put(again));
    ASSERT_TRUE(put);
    EXPECT_EQ(put->front(), PutOutcome::kUnchanged);
  }
  // Not even where neither region has heard of the other's delivery.
  shop.cut = true;
  Book other = book;
  other.id = "y";
  const std::vector<NewBook> both{{other, 101}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(both)));
  ASSERT_TRUE(shop.wait(shop[1].catalogue->put(both)));
  shop.cut = false;
  shop.run(milliseconds(10));
  std::int64_t rights = 0;
  for (const StockRow& row : shop.report(1, "y").writers) rights += row.rights;
  EXPECT_EQ(rights, 101);
}

TEST(Catalogue, AnotherInitialQuantityIsNotASecondFirstStock) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 100);
  const std::vector<NewBook> other{{book, 50}};
  const auto put = shop.wait(shop[1].catalogue->put(other));
  ASSERT_TRUE(put);
  EXPECT_EQ(put->front(), PutOutcome::kUnchanged);
  EXPECT_EQ(shop.report(1, "x").deliveries.size(), 1u);
}

TEST(Catalogue, ANewcomerWritesNothingAndSaysWhy) {
  port::TestWorld world;
  const auto store = store::newcomer_in_memory("c", world);
  const auto founder = store::found_in_memory({"a", 1}, founding_rows({"a", "b"}), world);
  world.drain();
  store::mirror(*founder, *store, founder->self());
  world.drain();
  Shop shop({"a", "b"});  // for its region's ports alone
  HybridClock clock(world);
  Catalogue catalogue({*store, shop[0], world, world}, clock);
  std::vector<NewBook> books{{shop.book("x", 1), 1}};
  const auto put = shop.wait(catalogue.put(books));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, Refusal::kReadOnly);
}

TEST(Catalogue, TheLaterEditorWinsWhateverTheClocksSay) {
  Shop shop({"a", "b"});
  Book book = shop.book("x", 1);
  shop.world.skew_ms -= 1'000'000;  // the wall went back before the second editor
  book.title = "Second";
  const std::vector<NewBook> second{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[1].catalogue->put(second)));
  shop.run(milliseconds(10));
  EXPECT_EQ(shop.wait(shop[0].catalogue->get("x"))->book.title, "Second");
  ASSERT_TRUE(shop.wait(shop[0].catalogue->retire("x")));
  shop.run(milliseconds(10));
  EXPECT_EQ(shop.wait(shop[1].catalogue->get("x")).error().kind, Refusal::kNotFound);
}

TEST(Stock, DeliveriesCountOnceAndWriteOffsAreBounded) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  ASSERT_TRUE(shop.wait(shop[0].stock->deliver("x", "spring", 5)));
  shop.run(milliseconds(10));
  ASSERT_TRUE(shop.wait(shop[1].stock->deliver("x", "spring", 5)));
  EXPECT_EQ(shop.wait(shop[1].stock->deliver("x", "spring", 6)).error().kind, Refusal::kKeyReused);
  ASSERT_TRUE(shop.wait(shop[0].stock->write_off("x", "w1", 12)));
  ASSERT_TRUE(shop.wait(shop[0].stock->write_off("x", "w1", 12)));
  EXPECT_EQ(shop.wait(shop[1].stock->write_off("x", "w2", 4)).error().kind, Refusal::kSoldOut);
  std::int64_t rights = 0;
  for (const StockRow& row : shop.report(0, "x").writers) rights += row.rights;
  EXPECT_EQ(rights, 3);
}

TEST(Stock, AThousandDeliveriesCountAndNoMoreAreTaken) {
  Shop shop({"a", "b"});
  shop.book("x", 1);
  std::vector<Filed> delivered;
  const std::vector<Writer> founders{{"a", 1}, {"b", 1}};
  for (int i = 1; i < 999; ++i) {
    const auto one = crdt::make_delivery("x", "d" + std::to_string(i), 1, founders);
    delivered.emplace_back(tables::delivery("x", crdt::delivery_id("x", one)), crdt::encode(one));
  }
  file(shop, 0, delivered);
  shop.run(milliseconds(10));
  ASSERT_TRUE(shop.wait(shop[1].stock->deliver("x", "the thousandth", 1)));
  shop.run(milliseconds(10));
  const auto refused = shop.wait(shop[0].stock->deliver("x", "one more", 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::kInvalid);
  std::int64_t rights = 0;
  for (const StockRow& row : shop.report(1, "x").writers) rights += row.rights;
  EXPECT_EQ(rights, 1000);
}

}  // namespace
}  // namespace perpetua::domain
