// Orders that want the same copies, in several regions at once, while links fail.

#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Region;
using testing::Shop;

using Placed = Checked<Reflecting<Order>>;

constexpr milliseconds kPlacingMax{3500};

Session session_of(const std::string& name) {
  return {"cu_" + name, "ca_" + name};
}

OrderRequest order_of(const std::vector<Book>& books, std::int64_t quantity) {
  ExplicitOrder order;
  for (const Book& book : books) order.lines.push_back({book.id, quantity, book.price});
  return order;
}

/// An order under way, and how it ended.
struct Running {
  Running(Region& region, const std::string& buyer, const OrderRequest& request,
          const std::string& key = "key") {
    detach<Placed>(region.orders->place(session_of(buyer), key, request),
                   [this](Placed placed) { ended.emplace(std::move(placed)); });
  }
  [[nodiscard]] bool is_taken() const { return ended && *ended; }
  [[nodiscard]] bool is_refused(Refusal kind) const {
    return ended && !*ended && ended->error().kind == kind;
  }
  std::optional<Placed> ended;
};

std::int64_t rights_of(Shop& shop, std::size_t region, const std::string& book) {
  for (const StockRow& row : shop.report(region, book).writers)
    if (row.writer == shop[region].store->self()) return row.rights;
  return 0;
}

/// A book whose one copy `region` may sell.
Book single_copy_in(Shop& shop, std::size_t region, const std::string& prefix) {
  for (int i = 0;; ++i) {
    const Book book = shop.book(prefix + std::to_string(i), 1);
    if (rights_of(shop, region, book.id) == 1) return book;
  }
}

TEST(Contention, AnOrderOfManyBooksEndsInTimeThoughARegionHangs) {
  Shop shop({"a", "b"});
  std::vector<Book> books;
  for (int i = 0; i < 20; ++i) books.push_back(shop.book("x" + std::to_string(i), 2));
  shop.hung = {"b"};
  const Running order(shop[0], "buyer", order_of(books, 2));
  shop.run(kPlacingMax);
  ASSERT_TRUE(order.is_refused(Refusal::kUnavailable));
  EXPECT_TRUE(order.ended->error().outcome_unknown);
  EXPECT_EQ(order.ended->error().lines.size(), 20u);
}

TEST(Contention, ManyOrdersEndInTimeThoughARegionHangs) {
  Shop shop({"a", "b", "c"});
  const Book book = shop.book("x", 9);
  shop.hung = {"c"};
  std::vector<std::unique_ptr<Running>> orders;
  for (int i = 0; i < 50; ++i)
    orders.push_back(
        std::make_unique<Running>(shop[i % 2], "buyer" + std::to_string(i), order_of({book}, 1)));
  shop.run(kPlacingMax);
  int taken = 0;
  for (const auto& order : orders) {
    EXPECT_TRUE(order->is_taken() || order->is_refused(Refusal::kUnavailable));
    taken += order->is_taken() ? 1 : 0;
  }
  EXPECT_EQ(taken, 6);  // what a and b may sell
}

TEST(Contention, OrdersEndInTimeThoughEachAnswerTakesLong) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 2);
  shop.answer_time = milliseconds(900);
  shop.is_slow = true;  // a round of questions takes 1.9 s, and the second order waits for the next
  const Running first(shop[0], "first", order_of({book}, 2));
  shop.run(milliseconds(10));
  const Running second(shop[0], "second", order_of({book}, 2));
  shop.run(milliseconds(2600));
  EXPECT_TRUE(first.is_refused(Refusal::kUnavailable));
  EXPECT_TRUE(second.is_refused(Refusal::kUnavailable));
  shop.run(milliseconds(3000));  // what was asked comes to its end
}

TEST(Contention, AStoppedDeskKeepsNobodyWaitingAndMayGoAwayFirst) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 2);
  shop.hung = {"b"};
  const Running order(shop[0], "buyer", order_of({book}, 2));
  shop.run(milliseconds(100));
  EXPECT_FALSE(order.ended);
  shop[0].grants->stop();
  EXPECT_TRUE(order.is_refused(Refusal::kUnavailable));
  const Running late(shop[0], "late", order_of({book}, 2));
  shop.run(milliseconds(10));
  EXPECT_TRUE(late.is_refused(Refusal::kUnavailable));
  shop[0].orders.reset();
  shop[0].stock.reset();
  shop[0].grants.reset();
  shop.run(milliseconds(3000));  // the round ends without it
}

TEST(Contention, CopiesOnTheirWayToAnotherRegionAreNotNothing) {
  Shop shop({"a", "b"});
  const Book book = single_copy_in(shop, 0, "x");
  shop.is_slow = true;
  // b is given a's copy, and does not know it yet when a, short now, asks for it.
  const std::vector<std::string> books{book.id};
  const std::int64_t soon_ms = shop.world.monotonic_ms() + 50;
  EXPECT_EQ(shop.wait(shop[1].grants->ask(books, soon_ms)).front(), AskOutcome::kUnheard);
  const Running order(shop[0], "buyer", order_of({book}, 1));
  shop.run(kPlacingMax);
  EXPECT_TRUE(order.is_refused(Refusal::kUnavailable));
  shop.is_slow = false;
  const Running again(shop[0], "buyer", order_of({book}, 1));
  shop.run(kPlacingMax);
  EXPECT_TRUE(again.is_taken());
}

TEST(Contention, SoldOutIsSaidOnlyWhenEveryMemberHasAnswered) {
  Shop shop({"a", "b", "c"});
  const Book book = shop.book("x", 3);
  shop.isolated = {"c"};
  const Running first(shop[0], "first", order_of({book}, 3));
  shop.run(kPlacingMax);
  ASSERT_TRUE(first.is_refused(Refusal::kUnavailable));
  EXPECT_TRUE(first.ended->error().outcome_unknown);
  shop.isolated.clear();
  const Running second(shop[0], "second", order_of({book}, 4));
  shop.run(kPlacingMax);
  ASSERT_TRUE(second.is_refused(Refusal::kSoldOut));
  ASSERT_EQ(second.ended->error().lines.size(), 1u);
  EXPECT_EQ(second.ended->error().lines[0].available, 3);
  const Running third(shop[0], "third", order_of({book}, 3));
  shop.run(kPlacingMax);
  EXPECT_TRUE(third.is_taken());
}

TEST(Contention, OfTwoOrdersThatHoldEachOthersCopiesOneIsTaken) {
  Shop shop({"a", "b"});
  const Book here = single_copy_in(shop, 0, "h");
  const Book there = single_copy_in(shop, 1, "t");
  const Running one(shop[0], "one", order_of({here, there}, 1));
  const Running two(shop[1], "two", order_of({here, there}, 1));
  shop.run(kPlacingMax);
  EXPECT_TRUE(one.is_taken() != two.is_taken());
  EXPECT_TRUE(one.is_refused(Refusal::kSoldOut) || two.is_refused(Refusal::kSoldOut));
}

TEST(Contention, CopiesThatAnotherOrderCouldNotUseAreSold) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 80);
  // The lower writer is served first, though it wants more than there is.
  const Running greedy(shop[0], "greedy", order_of({book}, 90));
  const Running modest(shop[1], "modest", order_of({book}, 50));
  shop.run(kPlacingMax);
  EXPECT_TRUE(greedy.is_refused(Refusal::kSoldOut));
  EXPECT_TRUE(modest.is_taken());
}

TEST(Contention, CopiesHeldForAnOrderThatLacksAnotherBookAreSold) {
  Shop shop({"a", "b"});
  const Book here = single_copy_in(shop, 0, "h");
  const Book gone = shop.book("gone", 1);
  const Running last(shop[0], "last", order_of({gone}, 1));
  shop.run(kPlacingMax);
  ASSERT_TRUE(last.is_taken());
  const Running hopeless(shop[0], "hopeless", order_of({here, gone}, 1));
  const Running modest(shop[1], "modest", order_of({here}, 1));
  shop.run(kPlacingMax);
  EXPECT_TRUE(hopeless.is_refused(Refusal::kSoldOut));
  EXPECT_TRUE(modest.is_taken());
}

TEST(Contention, GrantsSettleAmongOrdersOfManyBooks) {
  Shop shop({"a", "b", "c"});
  std::vector<Book> books;
  for (int i = 0; i < 8; ++i) books.push_back(shop.book("x" + std::to_string(i), 10));
  std::vector<std::unique_ptr<Running>> orders;
  for (int i = 0; i < 30; ++i) {
    std::vector<Book> wanted;
    for (int k = 0; k < 3; ++k)
      wanted.push_back(books[static_cast<std::size_t>((i * 5 + k * (1 + i % 2)) % 8)]);
    orders.push_back(
        std::make_unique<Running>(shop[i % 3], "buyer" + std::to_string(i), order_of(wanted, 2)));
  }
  shop.run(kPlacingMax);
  std::int64_t taken = 0;
  for (const auto& order : orders) {
    EXPECT_TRUE(order->is_taken() || order->is_refused(Refusal::kSoldOut));
    taken += order->is_taken() ? 1 : 0;
  }
  std::int64_t sold = 0;
  for (const Book& book : books) sold += shop.sold(0, book.id);
  EXPECT_EQ(sold, taken * 6);
  EXPECT_GE(taken, 8);
}

TEST(Contention, AnOrderThatARegionTookIsNotCalledSoldOutByAnother) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 2);
  const OrderRequest request = order_of({book}, 1);
  const Running before(shop[0], "before", request);
  shop.run(kPlacingMax);
  ASSERT_TRUE(before.is_taken());
  // Taken in b, which has the last copy; its row is slower than the buyer's next try, in a.
  shop.is_slow = true;
  const Running first(shop[1], "buyer", request);
  shop.run(milliseconds(10));
  const Running again(shop[0], "buyer", request);
  shop.run(milliseconds(100));
  EXPECT_FALSE(again.ended);
  const Running late(shop[0], "late", request);
  shop.run(kPlacingMax);
  // b has said that it has none left, but not all that it had written then is here.
  ASSERT_TRUE(again.is_refused(Refusal::kUnavailable));
  EXPECT_TRUE(again.ended->error().outcome_unknown);
  EXPECT_TRUE(late.is_refused(Refusal::kUnavailable));

  const Running once_more(shop[0], "buyer", request);
  shop.run(milliseconds(100));
  shop.is_slow = false;
  shop.run(kPlacingMax);
  ASSERT_TRUE(first.is_taken());
  ASSERT_TRUE(once_more.is_taken());
  EXPECT_EQ((*once_more.ended)->value.id, (*first.ended)->value.id);
  EXPECT_EQ(shop.sold(0, "x"), 2);
}

TEST(Contention, AQuestionAskedAgainIsNotGrantedTwice) {
  Shop shop({"a", "b"});
  shop.book("x", 100);
  shop.is_slow = true;  // so that the first grant is not seen before the second question
  GrantDesk& asker = *shop[0].grants;
  const std::vector<std::string> books{"x"};
  for (int i = 0; i < 3; ++i) {
    const auto outcomes = shop.wait(asker.ask(books, shop.world.monotonic_ms() + 5000));
    EXPECT_EQ(outcomes.front(), AskOutcome::kUnheard);
  }
  shop.is_slow = false;
  shop.run(milliseconds(10));
  EXPECT_EQ(rights_of(shop, 0, "x"), 75);
  EXPECT_EQ(rights_of(shop, 1, "x"), 25);
}

TEST(Contention, AnotherIncarnationDoesNotAnswerForTheOneAsked) {
  Shop shop({"a", "b"});
  shop.book("x", 2);
  GrantDesk& desk = *shop[1].grants;
  const Writer asker = shop[0].store->self();
  const GrantQuestion question{"x", Writer{"b", 2}, 0, 0};
  std::string bytes = encode(question);
  EXPECT_EQ(shop.wait(desk.answer(asker, bytes)), "");
  EXPECT_EQ(shop.wait(desk.answer(asker, "nonsense")), "");
  const Writer stranger{"z", 1};
  const GrantQuestion strange{"x", Writer{"b", 1}, 0, 0};
  bytes = encode(strange);
  EXPECT_EQ(shop.wait(desk.answer(stranger, bytes)), "");
}

TEST(Contention, ARegionThatMayNotWriteDoesNotSayThatItHasNothing) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 2);
  shop[1].store->stop_writing("its history is contradicted");
  const Running order(shop[0], "buyer", order_of({book}, 2));
  shop.run(kPlacingMax);
  ASSERT_TRUE(order.is_refused(Refusal::kUnavailable));
  EXPECT_TRUE(order.ended->error().outcome_unknown);
  const Running there(shop[1], "other", order_of({book}, 1));
  shop.run(milliseconds(10));
  EXPECT_TRUE(there.is_refused(Refusal::kReadOnly));
}

TEST(Contention, WriteOffsGatherCopiesToo) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  const auto gone = shop.wait(shop[0].stock->write_off("x", "fire", 10));
  ASSERT_TRUE(gone);
  shop.hung = {"b"};
  const auto more = shop.wait(shop[0].stock->write_off("x", "flood", 1));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, Refusal::kUnavailable);
  EXPECT_TRUE(more.error().outcome_unknown);
}

}  // namespace
}  // namespace perpetua::domain
