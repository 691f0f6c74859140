#include "domain/catalogue.h"

#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Shop;

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

TEST(Catalogue, AnEditFromTheFutureIsOverwrittenAndDatesNoOrder) {
  Shop shop({"a", "b"});
  Book book = shop.book("x", 10);
  const std::int64_t years = std::int64_t{12} * 365 * 24 * 3600 * 1000;
  shop.world.skew_ms += years;
  book.title = "From the future";
  const std::vector<NewBook> ahead{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[1].catalogue->put(ahead)));
  shop.world.skew_ms -= years;
  shop.run(milliseconds(10));
  book.title = "From today";
  const std::vector<NewBook> today{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(today)));
  shop.run(milliseconds(10));
  EXPECT_EQ(shop.wait(shop[1].catalogue->get("x"))->book.title, "From today");
  const Session buyer{"cu", "ca"};
  const OrderRequest request = ExplicitOrder{{{"x", 1, book.price}}};
  const auto placed = shop.wait(shop[0].orders->place(buyer, "key", request));
  ASSERT_TRUE(placed);
  EXPECT_LE(placed->value.placed_at_ms, shop.world.wall_ms());
}

TEST(Catalogue, RegionsFoundedWithOtherFoundersShareOutNothing) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 1);
  shop.file(1, founding_rows({"a", "b", "c"}));
  shop.run(milliseconds(10));
  Book other = book;
  other.id = "y";
  const std::vector<NewBook> books{{other, 1}};
  for (const std::size_t region : {0U, 1U}) {
    EXPECT_EQ(shop.wait(shop[region].catalogue->put(books)).error().kind, Refusal::kReadOnly);
    EXPECT_EQ(shop.wait(shop[region].stock->deliver("x", "more", 1)).error().kind,
              Refusal::kReadOnly);
  }
}

TEST(Catalogue, ManyBooksReflectTheirOwnRows) {
  Shop shop({"a", "b"});
  Book first = shop.book("first", 1);
  const Book second = shop.book("second", 1);
  first.title = "Another title";
  const std::vector<NewBook> changed{{first, 0}};
  ASSERT_TRUE(shop.wait(shop[1].catalogue->put(changed)));
  shop.run(milliseconds(5));
  const std::vector<std::string> one{"first", "none"};
  const auto read = shop.wait(shop[0].catalogue->get_many(one));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->value.size(), 1u);
  EXPECT_EQ(read->value[0].title, first.title);
  // The rows of both writers, and nothing of what else they wrote.
  const Position all = shop[0].store->position();
  EXPECT_EQ(read->position.at(Writer{"b", 1}), all.at(Writer{"b", 1}));
  EXPECT_LT(read->position.at(Writer{"a", 1}), all.at(Writer{"a", 1}));
  EXPECT_TRUE(covers(all, read->position));
}

std::vector<std::string> titles_of(const std::vector<BookEdit>& edits) {
  std::vector<std::string> titles;
  for (const BookEdit& edit : edits) titles.push_back(edit.book.title);
  return titles;
}

TEST(Catalogue, KeepsEachEditThatWasWrittenOverAlsoTheOneThatLost) {
  Shop shop({"a", "b"});
  Book book = shop.book("x", 1);
  const auto put = [&](std::size_t region, const std::string& title) {
    book.title = title;
    const std::vector<NewBook> change{{book, 0}};
    ASSERT_TRUE(shop.wait(shop[region].catalogue->put(change)));
    shop.run(milliseconds(5));
  };
  put(0, "One");
  shop.cut = true;
  put(0, "Lost");
  put(1, "Won");
  shop.cut = false;
  shop.run(milliseconds(10));
  put(0, "Two");
  put(0, "Two");  // no edit
  const std::vector<std::string> expected{"Two", "Won", "Lost", "One", "Title of x"};
  for (const std::size_t region : {0U, 1U}) {
    const auto history = shop.wait(shop[region].catalogue->history("x"));
    ASSERT_TRUE(history);
    EXPECT_EQ(titles_of(*history), expected);
    EXPECT_EQ(history->at(1).writer, shop[1].store->self());
    EXPECT_LE(history->at(1).edited_at_ms, history->at(0).edited_at_ms);
  }
  EXPECT_EQ(shop.wait(shop[0].catalogue->history("none")).error().kind, Refusal::kNotFound);
  // Undone by putting it back.
  const std::vector<NewBook> back{{shop.wait(shop[0].catalogue->history("x"))->at(2).book, 0}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(back)));
  EXPECT_EQ(shop.wait(shop[0].catalogue->get("x"))->book.title, "Lost");
}

TEST(Catalogue, ListsTheLatestHundredEdits) {
  Shop shop({"a"});
  Book book = shop.book("x", 1);
  for (int i = 0; i < 120; ++i) {
    book.title = std::to_string(i);
    const std::vector<NewBook> change{{book, 0}};
    ASSERT_TRUE(shop.wait(shop[0].catalogue->put(change)));
  }
  const auto history = shop.wait(shop[0].catalogue->history("x"));
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), kHistoryMax);
  EXPECT_EQ(history->front().book.title, "119");
  EXPECT_EQ(history->back().book.title, "20");
}

TEST(Catalogue, AsManyBooksAsAllowedFitATransactionAlsoWhenAllChange) {
  Shop shop({"a"});
  std::vector<NewBook> books;
  for (std::size_t i = 0; i < kBooksPerPut; ++i) {
    Book book = shop.book("x" + std::to_string(i), 0);
    book.title = "Changed";
    books.push_back({book, 5});
  }
  const auto put = shop.wait(shop[0].catalogue->put(books));
  ASSERT_TRUE(put);
  EXPECT_EQ(std::ranges::count(*put, PutOutcome::kAccepted), kBooksPerPut);
}

}  // namespace
}  // namespace perpetua::domain
