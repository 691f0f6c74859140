#include <gtest/gtest.h>

#include "domain/book_codec.h"
#include "domain/catalogue.h"
#include "domain/hybrid_clock.h"
#include "domain/orders.h"
#include "port/testing.h"

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

TEST(BookCodec, RoundTripsAndSeesDamage) {
  Book book = good_book();
  EXPECT_EQ(decode_book(encode(book)).value(), book);
  book.retired = true;
  book.rating.reset();
  const std::string bytes = encode(book);
  EXPECT_EQ(decode_book(bytes).value(), book);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_book(bytes.substr(0, size))) << size;
}

TEST(HybridClock, NeverRepeatsNorGoesBackWhateverTheWallDoes) {
  port::TestWorld world;
  HybridClock clock(world);
  std::uint64_t last = 0;
  for (const std::int64_t jump : {0, 0, 5000, -60000, 0, 1}) {
    world.skew_ms += jump;
    for (int i = 0; i < 3; ++i) {
      const std::uint64_t next = clock.next();
      EXPECT_GT(next, last);
      last = next;
    }
  }
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
