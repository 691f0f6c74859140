#include "domain/book_codec.h"

#include <gtest/gtest.h>

namespace perpetua::domain {
namespace {

Book full_book() {
  Book book;
  book.id = "pg-11";
  book.title = "Alice's Adventures\nin Wonderland";
  book.authors = {"Lewis Carroll"};
  book.category = "fairy-tales";
  book.description = "Down the rabbit hole.";
  book.language = "en";
  book.year = 1865;
  book.isbn = "9780306406157";
  book.price = {1299, "EUR"};
  book.rating = Rating{4.25, 12};
  return book;
}

TEST(BookCodec, RoundTripsAndSeesDamage) {
  Book book = full_book();
  EXPECT_EQ(decode_book(encode(book)).value(), book);
  book.retired = true;
  book.rating.reset();
  const std::string bytes = encode(book);
  EXPECT_EQ(decode_book(bytes).value(), book);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_book(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace perpetua::domain
