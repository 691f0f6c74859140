#include "domain/orders.h"

#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Region;
using testing::Shop;

using Placed = Checked<Reflecting<Order>>;

Session session_of(const std::string& name) {
  return {"cu_" + name, "ca_" + name};
}

OrderRequest order_of(const Book& book, std::int64_t quantity) {
  return ExplicitOrder{{{book.id, quantity, book.price}}};
}

/// Many orders under way at once, and how they ended.
struct Rush {
  int sold = 0;
  int sold_out = 0;
  int unavailable = 0;
  int open = 0;

  void send(Region& region, const std::string& buyer, const Book& book, std::int64_t quantity) {
    ++open;
    detach<Placed>(region.orders->place(session_of(buyer), "key", order_of(book, quantity)),
                   [this](const Placed& placed) {
                     --open;
                     if (placed)
                       ++sold;
                     else if (placed.error().kind == Refusal::kSoldOut)
                       ++sold_out;
                     else if (placed.error().kind == Refusal::kUnavailable)
                       ++unavailable;
                   });
  }
  void finish(Shop& shop) {
    for (int ms = 0; ms < 3'500 && open > 0; ++ms) shop.run(milliseconds(1));
    ASSERT_EQ(open, 0) << "orders that never ended";
  }
};

TEST(Orders, RushOnTwoRegionsSellsExactlyWhatIsThere) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 100);
  Rush rush;
  for (int i = 0; i < 500; ++i) rush.send(shop[i % 2], "buyer" + std::to_string(i), book, 1);
  rush.finish(shop);
  EXPECT_EQ(rush.sold, 100);
  EXPECT_EQ(rush.sold_out, 400);
  EXPECT_EQ(shop.sold(0, "x"), 100);
}

TEST(Orders, RushOnOneRegionSellsTheOthersCopiesToo) {
  Shop shop({"a", "b", "c"});
  const Book book = shop.book("x", 100);
  Rush rush;
  for (int i = 0; i < 500; ++i) rush.send(shop[0], "buyer" + std::to_string(i), book, 1);
  rush.finish(shop);
  EXPECT_EQ(rush.sold, 100);
  EXPECT_EQ(rush.sold_out, 400);
}

TEST(Orders, OneOrderGathersRightsFromEverywhere) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 100);
  Rush rush;
  rush.send(shop[1], "big", book, 90);
  rush.finish(shop);
  EXPECT_EQ(rush.sold, 1);
}

TEST(Orders, OfTwoThatWaitForEachOtherOneIsServed) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 100);
  Rush rush;
  rush.send(shop[0], "one", book, 90);
  rush.send(shop[1], "two", book, 90);
  rush.finish(shop);
  EXPECT_EQ(rush.sold, 1);
  EXPECT_EQ(rush.sold_out, 1);
}

TEST(Orders, TheLastCopyIsSoldOnce) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 1);
  Rush rush;
  rush.send(shop[0], "one", book, 1);
  rush.send(shop[1], "two", book, 1);
  rush.finish(shop);
  EXPECT_EQ(rush.sold, 1);
  EXPECT_EQ(rush.sold_out, 1);
}

TEST(Orders, ACutSellsNoMoreThanThereIsAndSaysWhatItDoesNotKnow) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 100);
  shop.cut = true;
  Rush rush;
  for (int i = 0; i < 240; ++i) rush.send(shop[i % 2], "buyer" + std::to_string(i), book, 1);
  rush.finish(shop);
  EXPECT_EQ(rush.sold, 100);
  EXPECT_EQ(rush.unavailable, 140);
  shop.cut = false;
  shop.run(milliseconds(50));
  EXPECT_EQ(shop.sold(0, "x"), 100);
  EXPECT_EQ(shop.sold(1, "x"), 100);
}

TEST(Orders, ARefusalDuringACutSaysThatTheOutcomeIsUnknown) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  shop.cut = true;
  const auto placed = shop.wait(shop[0].orders->place(session_of("b"), "key", order_of(book, 9)));
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().kind, Refusal::kUnavailable);
  EXPECT_TRUE(placed.error().outcome_unknown);
}

TEST(Orders, TheSameKeyIsTheSameOrderInEveryRegion) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const Session buyer = session_of("b");
  const auto one = shop.wait(shop[0].orders->place(buyer, "key", order_of(book, 2)));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->value.durability, Durability::kRemote);
  shop.run(milliseconds(5));
  const auto two = shop.wait(shop[1].orders->place(buyer, "key", order_of(book, 2)));
  ASSERT_TRUE(two);
  EXPECT_EQ(one->value.id, two->value.id);
  EXPECT_EQ(one->value.placed_at_ms, two->value.placed_at_ms);
  EXPECT_EQ(shop.sold(1, "x"), 2);
  const auto other = shop.wait(shop[1].orders->place(buyer, "key", order_of(book, 3)));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, Refusal::kKeyReused);
}

TEST(Orders, WaitForAnotherRegionToHoldThemASecondAtMostAndNotAtAllWhenCut) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  int last = 0;
  const auto place = [&](Durability expected) {
    const std::int64_t began_ms = shop.world.monotonic_ms();
    const std::string key = "key" + std::to_string(++last);
    const auto placed = shop.wait(shop[0].orders->place(session_of("b"), key, order_of(book, 1)));
    EXPECT_EQ(placed->value.durability, expected);
    return shop.world.monotonic_ms() - began_ms;
  };
  place(Durability::kRemote);
  shop.is_slow = true;  // the link is up, and nothing is acknowledged
  EXPECT_NEAR(static_cast<double>(place(Durability::kLocal)), 1000, 50);
  shop.cut = true;
  EXPECT_LT(place(Durability::kLocal), 50);
}

TEST(Orders, OneKeyOnBothSidesOfACutIsOneOrderAndTheCopiesComeBackOnce) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const Session buyer = session_of("b");
  shop.cut = true;
  const auto one = shop.wait(shop[0].orders->place(buyer, "key", order_of(book, 3)));
  const auto two = shop.wait(shop[1].orders->place(buyer, "key", order_of(book, 3)));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->value.id, two->value.id);
  EXPECT_EQ(one->value.durability, Durability::kLocal);
  EXPECT_EQ(shop.sold(0, "x") + shop.sold(1, "x"), 6);
  shop.cut = false;
  shop.run(milliseconds(100));
  for (const std::size_t region : {0U, 1U}) {
    EXPECT_EQ(shop.sold(region, "x"), 3);
    std::int64_t released = 0;
    for (const StockRow& row : shop.report(region, "x").writers) released += row.released;
    EXPECT_EQ(released, 3);
    const auto list = shop.wait(shop[region].orders->list(buyer, std::nullopt, 10));
    ASSERT_TRUE(list);
    ASSERT_EQ(list->value.orders.size(), 1u);
    EXPECT_EQ(list->value.orders[0].taken_by, shop[0].store->self());
    EXPECT_EQ(list->value.orders[0].durability, Durability::kRemote);
  }
  // A reconciler that starts anew finds nothing more to release.
  shop[1].reconciler->stop();
  shop[1].reconciler->start();
  shop.run(milliseconds(100));
  EXPECT_EQ(shop.sold(0, "x"), 3);
}

TEST(Orders, TakenByTwoRegionsWhoseClocksAgreeAreListedOnce) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const Session buyer = session_of("b");
  shop.cut = true;
  int taken = 0;
  for (const std::size_t region : {0U, 1U})
    detach<Checked<Reflecting<Order>>>(
        shop[region].orders->place(buyer, "key", order_of(book, 3)),
        [&taken](const Checked<Reflecting<Order>>& placed) { taken += placed ? 1 : 0; });
  shop.run(milliseconds(100));
  ASSERT_EQ(taken, 2);
  shop.cut = false;
  shop.run(milliseconds(100));
  for (const std::size_t region : {0U, 1U}) {
    const auto list = shop.wait(shop[region].orders->list(buyer, std::nullopt, 10));
    ASSERT_TRUE(list);
    EXPECT_EQ(list->value.orders.size(), 1u);
  }
}

TEST(Orders, OneCartsOrderByAGuestAndTheCustomerThatItBecameIsTheEarliersOne) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const Session guest{"cu_guest", "ca"};
  const Session customer{"cu_customer", "ca"};
  shop.cut = true;
  const auto one = shop.wait(shop[0].orders->place(guest, "key", order_of(book, 1)));
  const auto two = shop.wait(shop[1].orders->place(customer, "key", order_of(book, 1)));
  ASSERT_TRUE(one && two);
  shop.cut = false;
  shop.run(milliseconds(50));
  for (const std::size_t region : {0U, 1U}) {
    const auto found = shop.wait(shop[region].orders->get(guest, one->value.id));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->value.customer, "cu_guest");
    EXPECT_FALSE(shop.wait(shop[region].orders->get(customer, one->value.id)));
    EXPECT_EQ(shop.sold(region, "x"), 1);
  }
}

TEST(Orders, AnotherPriceThanTheCataloguesIsRefusedWithTheCurrentOne) {
  Shop shop({"a", "b"});
  Book book = shop.book("x", 10);
  const Book before = book;
  book.price.amount = 1200;
  std::vector<NewBook> change{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[1].catalogue->put(change)));
  shop.run(milliseconds(5));
  const auto placed = shop.wait(shop[0].orders->place(session_of("b"), "key", order_of(before, 1)));
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().kind, Refusal::kPriceChanged);
  ASSERT_EQ(placed.error().lines.size(), 1u);
  EXPECT_EQ(placed.error().lines[0].price, book.price);
}

TEST(Orders, ARetryAfterAPriceChangeIsStillTheOrderThatWasTaken) {
  Shop shop({"a", "b"});
  Book book = shop.book("x", 10);
  const Book before = book;
  const Session buyer = session_of("b");
  const auto taken = shop.wait(shop[0].orders->place(buyer, "key", order_of(before, 1)));
  ASSERT_TRUE(taken);
  book.price.amount = 1200;
  std::vector<NewBook> change{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(change)));
  const auto again = shop.wait(shop[0].orders->place(buyer, "key", order_of(before, 1)));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->value.id, taken->value.id);
}

TEST(Orders, ACartIsOrderedAsItWasSeenAndIsEmptyAfterwards) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const Session buyer = session_of("b");
  ASSERT_TRUE(shop.wait(shop[0].carts->add(buyer.cart, "x", 2, "k1")));
  const auto seen = shop.wait(shop[0].carts->get(buyer.cart));
  ASSERT_TRUE(shop.wait(shop[0].carts->add(buyer.cart, "x", 1, "k2")));
  const OrderRequest old = CartOrder{seen->value.etag};
  const auto refused = shop.wait(shop[0].orders->place(buyer, "o", old));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::kEtagMismatch);

  shop.run(milliseconds(5));
  const auto current = shop.wait(shop[1].carts->get(buyer.cart));
  const OrderRequest request = CartOrder{current->value.etag};
  const auto placed = shop.wait(shop[1].orders->place(buyer, "o", request));
  ASSERT_TRUE(placed);
  ASSERT_EQ(placed->value.lines.size(), 1u);
  EXPECT_EQ(placed->value.lines[0].quantity, 3);
  shop.run(milliseconds(5));
  EXPECT_TRUE(shop.wait(shop[0].carts->get(buyer.cart))->value.lines.empty());
  const auto again = shop.wait(shop[0].orders->place(buyer, "o", request));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->value.id, placed->value.id);
}

TEST(Orders, AnOrderOfAsManyLinesAsAllowedFitsATransaction) {
  Shop shop({"a", "b"});
  const Session buyer = session_of("b");
  ExplicitOrder order;
  for (std::size_t i = 0; i < kOrderLinesMax; ++i) {
    const Book book = shop.book("x" + std::to_string(i), 10);
    ASSERT_TRUE(shop.wait(shop[0].carts->add(buyer.cart, book.id, 1, "k" + std::to_string(i))));
    order.lines.push_back({book.id, 1, book.price});
  }
  const OrderRequest request = order;
  ASSERT_TRUE(shop.wait(shop[0].orders->place(buyer, "key", request)));
  EXPECT_TRUE(shop.wait(shop[0].carts->get(buyer.cart))->value.lines.empty());
}

TEST(Orders, AnothersOrderIsNotFound) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const auto placed = shop.wait(shop[0].orders->place(session_of("one"), "k", order_of(book, 1)));
  const auto found = shop.wait(shop[0].orders->get(session_of("two"), placed->value.id));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Refusal::kNotFound);
}

TEST(Orders, AreListedNewestFirstPageByPage) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 50);
  const Session buyer = session_of("b");
  std::vector<std::string> placed;
  for (int i = 0; i < 7; ++i) {
    const auto order =
        shop.wait(shop[i % 2].orders->place(buyer, "k" + std::to_string(i), order_of(book, 1)));
    ASSERT_TRUE(order);
    placed.insert(placed.begin(), order->value.id);
    shop.run(milliseconds(5));
  }
  std::vector<std::string> listed;
  std::optional<std::string> cursor;
  do {
    const auto page = shop.wait(shop[0].orders->list(buyer, cursor, 3));
    ASSERT_TRUE(page);
    EXPECT_LE(page->value.orders.size(), 3u);
    for (const Order& order : page->value.orders) listed.push_back(order.id);
    cursor = page->value.next;
  } while (cursor);
  EXPECT_EQ(listed, placed);
}

TEST(OrderId, IsAFunctionOfCartKeyAndCanonicalRequest) {
  const ExplicitOrder two{{{"b", 1, {200, "EUR"}}, {"a", 2, {100, "EUR"}}}};
  const ExplicitOrder swapped{{{"a", 2, {100, "EUR"}}, {"b", 1, {200, "EUR"}}}};
  const std::string id = order_id("cart", "key", two);
  EXPECT_EQ(id, order_id("cart", "key", swapped));
  EXPECT_EQ(id.size(), 43u);
  EXPECT_NE(id, order_id("cart", "key2", two));
  EXPECT_NE(id, order_id("cart2", "key", two));
  EXPECT_NE(id, order_id("cart", "key", CartOrder{"etag"}));
  ExplicitOrder dearer = two;
  dearer.lines[0].price.amount = 201;
  EXPECT_NE(id, order_id("cart", "key", dearer));
  // Length prefixes: what is moved from one field to the next is another request.
  EXPECT_NE(order_id("ab", "c", CartOrder{"x"}), order_id("a", "bc", CartOrder{"x"}));
}

}  // namespace
}  // namespace perpetua::domain
