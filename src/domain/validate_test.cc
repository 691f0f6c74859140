#include "domain/validate.h"

#include <gtest/gtest.h>

namespace perpetua::domain {
namespace {

Book good_book() {
  Book book;
  book.id = "pg-11";
  book.title = "Alice's Adventures\nin Wonderland";
  book.authors = {"Lewis Carroll"};
  book.category = "fairy-tales";
  book.description = "Down the rabbit hole \xe2\x80\x94 and up again.";
  book.language = "en";
  book.year = 1865;
  book.isbn = "9780306406157";
  book.price = {1299, "EUR"};
  book.rating = Rating{4.25, 12};
  return book;
}

TEST(Validate, TakesAGoodBook) {
  EXPECT_FALSE(validate(good_book()));
}

TEST(Validate, NamesTheMemberAtFault) {
  const auto pointer_after = [](auto change) {
    Book book = good_book();
    change(book);
    const auto problem = validate(book);
    return problem ? problem->pointer : std::string("none");
  };
  EXPECT_EQ(pointer_after([](Book& b) { b.id = "Upper"; }), "/id");
  EXPECT_EQ(pointer_after([](Book& b) { b.id = std::string(65, 'a'); }), "/id");
  EXPECT_EQ(pointer_after([](Book& b) { b.title = std::string(501, 'a'); }), "/title");
  EXPECT_EQ(pointer_after([](Book& b) { b.title = " \n"; }), "/title");
  EXPECT_EQ(pointer_after([](Book& b) { b.title = "\xc3\x28"; }), "/title");
  EXPECT_EQ(pointer_after([](Book& b) { b.title = "\xed\xa0\x80"; }), "/title");
  EXPECT_EQ(pointer_after([](Book& b) { b.authors = {"ok", "two\nlines"}; }), "/authors/1");
  EXPECT_EQ(pointer_after([](Book& b) { b.description = "bell\a"; }), "/description");
  EXPECT_EQ(pointer_after([](Book& b) { b.price.amount = 0; }), "/price/amount");
  EXPECT_EQ(pointer_after([](Book& b) { b.price.currency = "eur"; }), "/price/currency");
  EXPECT_EQ(pointer_after([](Book& b) { b.language = "english"; }), "/language");
  EXPECT_EQ(pointer_after([](Book& b) { b.isbn = "9780306406158"; }), "/isbn");
  EXPECT_EQ(pointer_after([](Book& b) { b.rating->average = 5.5; }), "/rating/average");
}

TEST(Validate, CountsCharactersNotBytes) {
  Book book = good_book();
  book.title.clear();
  for (int i = 0; i < 500; ++i) book.title += "\xc3\xa9";
  EXPECT_FALSE(validate(book));
}

}  // namespace
}  // namespace perpetua::domain
