#include <gtest/gtest.h>

#include "domain/testing.h"
#include "views/best_sellers_view.h"
#include "views/catalogue_view.h"

namespace perpetua::views {
namespace {

using domain::Book;
using domain::ExplicitOrder;
using domain::NewBook;
using domain::OrderRequest;
using domain::testing::Shop;
using std::chrono::milliseconds;

struct Watched {
  Watched(Shop& shop, std::size_t region)
      : feeder(*shop[region].store, shop.world, {&shelves, &best_sellers}) {
    feeder.start();
  }
  CatalogueView shelves;
  BestSellersView best_sellers;
  Feeder feeder;
};

void buy(Shop& shop, std::size_t region, const std::string& buyer, const Book& book,
         std::int64_t quantity) {
  const OrderRequest request = ExplicitOrder{{{book.id, quantity, book.price}}};
  const domain::Session session{"cu_" + buyer, "ca_" + buyer};
  ASSERT_TRUE(shop.wait(shop[region].orders->place(session, "key", request)));
}

std::vector<std::string> walk(const CatalogueView& view, const std::string& list, std::size_t limit,
                              Sort sort = Sort::kTitle) {
  std::vector<std::string> ids;
  std::optional<std::string> cursor;
  do {
    const auto page = view.browse(list, sort, cursor, limit);
    EXPECT_TRUE(page);
    EXPECT_LE(page->ids.size(), limit);
    ids.insert(ids.end(), page->ids.begin(), page->ids.end());
    cursor = page->next;
  } while (cursor);
  return ids;
}

TEST(CatalogueView, WalksEachBookOnceInOrderOfItsTitle) {
  Shop shop({"a", "b"});
  Watched here(shop, 0);
  for (int i = 0; i < 25; ++i) shop.book("x" + std::to_string(10 + i), 1);
  shop.run(milliseconds(5));
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) expected.push_back("x" + std::to_string(10 + i));
  EXPECT_EQ(walk(here.shelves, all_books(), 7), expected);
  EXPECT_EQ(walk(here.shelves, of_category("cars"), 25), expected);
  EXPECT_TRUE(walk(here.shelves, of_category("no-such-shelf"), 5).empty());
  EXPECT_FALSE(here.shelves.browse(all_books(), Sort::kTitle, "garbage", 5));
  ASSERT_EQ(here.shelves.categories().size(), 1u);
  EXPECT_EQ(here.shelves.categories()[0].count, 25u);
}

TEST(CatalogueView, FollowsMovesAndRetirementsOfEveryRegion) {
  Shop shop({"a", "b"});
  Watched here(shop, 0);
  Book book = shop.book("x", 1);
  book.category = "fairy-tales";
  const std::vector<NewBook> moved{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[1].catalogue->put(moved)));
  shop.run(milliseconds(10));
  ASSERT_EQ(here.shelves.categories().size(), 1u);
  EXPECT_EQ(here.shelves.categories()[0].name, "Fairy Tales");
  ASSERT_TRUE(shop.wait(shop[1].catalogue->retire("x")));
  shop.run(milliseconds(10));
  EXPECT_TRUE(walk(here.shelves, all_books(), 5).empty());
  EXPECT_TRUE(here.shelves.categories().empty());
}

struct Made {
  const char* id;
  const char* title;
  std::vector<std::string> authors;
  std::int64_t price;
  std::optional<int> year;
};

Book put(Shop& shop, const Made& made) {
  Book book = shop.book(made.id, 1, made.price);
  book.title = made.title;
  book.authors = made.authors;
  book.year = made.year;
  const std::vector<NewBook> books{{book, 0}};
  EXPECT_TRUE(shop.wait(shop[0].catalogue->put(books)));
  shop.run(milliseconds(5));
  return book;
}

using Ids = std::vector<std::string>;

TEST(CatalogueView, HasEachListInEverySequence) {
  Shop shop({"a", "b"});
  Watched here(shop, 0);
  put(shop, {"w", "The Éclair", {"Émile Zola", "Zoë"}, 500, 1890});
  put(shop, {"x", "Ebb", {"ZOLA", "zoe", "Zoe"}, 700, std::nullopt});
  put(shop, {"y", "A Flat", {"emile zola"}, 500, -20});
  put(shop, {"z", "Ebb", {}, 100, 1990});
  for (const std::size_t limit : {1u, 3u, 100u}) {
    const auto all = [&](Sort sort) { return walk(here.shelves, all_books(), limit, sort); };
    EXPECT_EQ(all(Sort::kTitle), (Ids{"x", "z", "w", "y"}));
    EXPECT_EQ(all(Sort::kPrice), (Ids{"z", "w", "y", "x"}));
    EXPECT_EQ(all(Sort::kPriceDown), (Ids{"x", "w", "y", "z"}));
    EXPECT_EQ(all(Sort::kYearDown), (Ids{"z", "w", "y", "x"}));
    EXPECT_EQ(walk(here.shelves, of_author("Émile ZOLA"), limit), (Ids{"w", "y"}));
    EXPECT_EQ(walk(here.shelves, of_author("zoe"), limit, Sort::kPriceDown), (Ids{"x", "w"}));
    EXPECT_EQ(walk(here.shelves, of_category("cars"), limit, Sort::kPrice).size(), 4u);
  }
  EXPECT_TRUE(walk(here.shelves, of_author("nobody"), 5).empty());
}

TEST(CatalogueView, ACursorIsForTheListAndTheSequenceThatGaveIt) {
  Shop shop({"a", "b"});
  Watched here(shop, 0);
  put(shop, {"x", "X", {"cars"}, 500, 1990});
  put(shop, {"y", "Y", {"cars"}, 500, 1990});
  const std::vector<std::string> lists{all_books(), of_category("cars"), of_author("cars")};
  const Sort sorts[] = {Sort::kTitle, Sort::kPrice, Sort::kPriceDown, Sort::kYearDown};
  for (const std::string& giver : lists)
    for (const Sort given : sorts) {
      const auto cursor = here.shelves.browse(giver, given, std::nullopt, 1)->next;
      ASSERT_TRUE(cursor);
      for (const std::string& list : lists)
        for (const Sort sort : sorts)
          EXPECT_EQ(here.shelves.browse(list, sort, cursor, 1).has_value(),
                    list == giver && sort == given);
    }
}

TEST(CatalogueView, WhatChangesOfABookMovesItInEverySequence) {
  Shop shop({"a", "b"});
  Watched here(shop, 1);
  Book book = put(shop, {"x", "X", {"One", "Two"}, 500, 1990});
  put(shop, {"y", "Y", {"One"}, 600, 1980});
  const auto all = [&](Sort sort) { return walk(here.shelves, all_books(), 10, sort); };
  EXPECT_EQ(all(Sort::kPrice), (Ids{"x", "y"}));
  book.title = "Z";
  book.price.amount = 700;
  book.year = 1970;
  book.category = "database";
  book.authors = {"Two", "Three"};
  const std::vector<NewBook> changed{{book, 0}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(changed)));
  shop.run(milliseconds(10));
  EXPECT_EQ(all(Sort::kTitle), (Ids{"y", "x"}));
  EXPECT_EQ(all(Sort::kPrice), (Ids{"y", "x"}));
  EXPECT_EQ(all(Sort::kPriceDown), (Ids{"x", "y"}));
  EXPECT_EQ(all(Sort::kYearDown), (Ids{"y", "x"}));
  EXPECT_EQ(walk(here.shelves, of_author("One"), 10), (Ids{"y"}));
  EXPECT_EQ(here.shelves.search("three database", 10).ids, (Ids{"x"}));
  EXPECT_EQ(here.shelves.search("one", 10).ids, (Ids{"y"}));
  EXPECT_EQ(walk(here.shelves, of_author("Two"), 10), (Ids{"x"}));
  EXPECT_EQ(walk(here.shelves, of_author("Three"), 10), (Ids{"x"}));
  EXPECT_EQ(walk(here.shelves, of_category("cars"), 10), (Ids{"y"}));
  EXPECT_EQ(walk(here.shelves, of_category("database"), 10), (Ids{"x"}));
  ASSERT_TRUE(shop.wait(shop[0].catalogue->retire("x")));
  shop.run(milliseconds(10));
  for (const Sort sort : {Sort::kTitle, Sort::kPrice, Sort::kPriceDown, Sort::kYearDown})
    EXPECT_EQ(all(sort), (Ids{"y"}));
  EXPECT_TRUE(walk(here.shelves, of_author("Two"), 10).empty());
  EXPECT_EQ(here.shelves.search("two", 10).total, 0u);
  EXPECT_TRUE(walk(here.shelves, of_category("database"), 10).empty());
  ASSERT_EQ(here.shelves.categories().size(), 1u);
}

TEST(BestSellersView, IsExactInEveryRegionAndWhenBuiltAnew) {
  Shop shop({"a", "b"});
  Watched first(shop, 0);
  Watched second(shop, 1);
  const Book x = shop.book("x", 50);
  const Book y = shop.book("y", 50);
  shop.book("z", 50);
  buy(shop, 0, "one", x, 3);
  buy(shop, 1, "two", x, 2);
  buy(shop, 1, "three", y, 7);
  shop.run(milliseconds(20));
  const std::vector<Sales> expected{{"y", 7}, {"x", 5}};
  EXPECT_EQ(first.best_sellers.top(20), expected);
  EXPECT_EQ(second.best_sellers.top(20), expected);
  EXPECT_EQ(first.best_sellers.top(1).size(), 1u);
  Watched anew(shop, 0);
  shop.run(milliseconds(5));
  EXPECT_EQ(anew.best_sellers.top(20), expected);
  EXPECT_TRUE(covers(anew.feeder.position(), shop[0].store->position()));
}

TEST(Views, AreBuiltAnewWhenASnapshotTookAHistorysPlace) {
  Shop shop({"a", "b"});
  Watched there(shop, 1);
  const Book x = shop.book("x", 50);
  const Book old = shop.book("old", 50);
  shop.run(milliseconds(5));
  shop.cut = true;
  ASSERT_TRUE(shop.wait(shop[0].catalogue->retire(old.id)));
  shop.book("y", 5);
  buy(shop, 0, "one", x, 3);
  store::Journal& a = *shop[0].store;
  const std::uint64_t end = a.holding(a.self())->end.n;
  a.trim(a.self(), end, end);
  shop.run(milliseconds(5));
  EXPECT_TRUE(there.best_sellers.top(20).empty());
  shop.cut = false;
  shop.run(milliseconds(20));
  EXPECT_EQ(there.best_sellers.top(20), (std::vector<Sales>{{"x", 3}}));
  EXPECT_EQ(walk(there.shelves, all_books(), 5), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(covers(there.feeder.position(), shop[1].store->position()));
}

TEST(Views, FollowNothingOnceStopped) {
  Shop shop({"a", "b"});
  Watched here(shop, 0);
  shop.book("x", 50);
  here.feeder.stop();
  shop.book("y", 50);
  shop.run(milliseconds(5));
  EXPECT_EQ(walk(here.shelves, all_books(), 5), (std::vector<std::string>{"x"}));
}

TEST(BestSellersView, ADuplicateThatLostIsNotCounted) {
  Shop shop({"a", "b"});
  Watched here(shop, 0);
  const Book x = shop.book("x", 50);
  shop.cut = true;
  buy(shop, 0, "one", x, 3);
  buy(shop, 1, "one", x, 3);
  shop.cut = false;
  shop.run(milliseconds(100));
  EXPECT_EQ(here.best_sellers.top(20), (std::vector<Sales>{{"x", 3}}));
}

}  // namespace
}  // namespace perpetua::views
