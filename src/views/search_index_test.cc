#include "views/search_index.h"

#include <gtest/gtest.h>

#include <list>

#include "views/fold.h"

namespace perpetua::views {
namespace {

using Ids = std::vector<std::string>;

class SearchIndexTest : public ::testing::Test {
 protected:
  struct Shelved {
    domain::Book book;
    Placed place;
  };
  const Placed& put(const std::string& id, const std::string& title, Ids authors = {},
                    const std::string& category = "cars", std::optional<std::string> isbn = {}) {
    Shelved& shelved = books_.emplace_back();
    shelved.book.id = id;
    shelved.book.title = title;
    shelved.book.authors = std::move(authors);
    shelved.book.category = category;
    shelved.book.isbn = std::move(isbn);
    shelved.place = {shelved.book.id, fold_title(title), 0, {}};
    index_.put(shelved.place, shelved.book);
    return shelved.place;
  }
  Ids search(std::string_view query) { return index_.search(query, 100).ids; }

  std::list<Shelved> books_;
  SearchIndex index_;
};

TEST_F(SearchIndexTest, EveryWordBeginsOneOfTheBooks) {
  put("dune", "Dune", {"Frank Herbert"}, "science-fiction", "9780441172719");
  put("odyssey", "Ὀδύσσεια", {"Όμηρος"});
  put("zizek", "Living in the End Times", {"Slavoj Žižek"});
  for (const char* query : {"dune", "DUN", "herb du", "fiction frank", "science-fiction",
                            "9780441172719", "978044", "978-0-441-17271-9", "Dûne!"})
    EXPECT_EQ(search(query), Ids{"dune"}) << query;
  for (const char* query : {"une", "dune messiah", "dunes", "978-0-441-17271-8",
                            "dun\xFF"
                            "e"})
    EXPECT_EQ(search(query), Ids{}) << query;
  EXPECT_EQ(search("οδυσσ"), Ids{"odyssey"});
  EXPECT_EQ(search("zizek times"), Ids{"zizek"});
}

TEST_F(SearchIndexTest, NothingIsFoundByNothing) {
  put("what", "What?");
  for (const char* query : {"", " ", "?!", "'", "\u0301"}) {
    const Found found = index_.search(query, 5);
    EXPECT_EQ(found.ids, Ids{}) << query;
    EXPECT_EQ(found.total, 0u) << query;
  }
}

TEST_F(SearchIndexTest, TheBestComeFirst) {
  put("author", "A Biography", {"Hobbit"});
  put("later", "There and Back, a Hobbit's Tale");
  put("in", "In Praise of the Hobbit");
  put("begins", "The Hobbitry");
  put("longer", "Hobbit, or There and Back Again");
  put("b", "The Hobbit");
  put("a", "Hobbit");
  const Ids all{"a", "b", "longer", "begins", "in", "later", "author"};
  EXPECT_EQ(search("hobbit"), all);
  EXPECT_EQ(search("The Hobbit"), (Ids{"b", "longer", "begins", "in", "later"}));
  const Found some = index_.search("hobbit", 3);
  EXPECT_EQ(some.ids, (Ids{"a", "b", "longer"}));
  EXPECT_EQ(some.total, 7u);
}

TEST_F(SearchIndexTest, OfALongQueryTheFirstWordsCount) {
  put("x", "a b c d e f g h i j");
  EXPECT_EQ(search("j i h g f e d c b a z"), Ids{"x"});
  EXPECT_EQ(search("z j i h g f e d c b a"), Ids{});
}

TEST_F(SearchIndexTest, WhatIsTakenIsNotFound) {
  const Placed& one = put("one", "Same");
  const Placed& two = put("two", "Same");
  const Placed& three = put("three", "Same");
  index_.take(one);
  EXPECT_EQ(search("same"), (Ids{"three", "two"}));
  index_.take(one);
  index_.take(two);
  EXPECT_EQ(search("same"), Ids{"three"});
  index_.take(three);
  EXPECT_EQ(search("same"), Ids{});
}

}  // namespace
}  // namespace perpetua::views
