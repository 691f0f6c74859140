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

crdt::OrderDetails good_details() {
  return {.ship_to = crdt::Address{"Aoife Ní Bhriain", "1 Main Street", "Flat 2", "D02 X285",
                                   "Dublin", "IE"},
          .delivery = crdt::OrderDelivery{"standard", 390, "EUR"},
          .payment = crdt::Payment{"visa", "4242"}};
}

TEST(Validate, TakesGoodDetailsOfAnOrderAndNone) {
  EXPECT_FALSE(validate(good_details()));
  EXPECT_FALSE(validate(crdt::OrderDetails{}));
}

TEST(Validate, NamesTheDetailAtFault) {
  const auto pointer_after = [](auto change) {
    crdt::OrderDetails details = good_details();
    change(details);
    const auto problem = validate(details);
    return problem ? problem->pointer : std::string("none");
  };
  const auto address = [&](auto change) {
    return pointer_after([&](crdt::OrderDetails& d) { change(*d.ship_to); });
  };
  // Characters count, not bytes.
  std::string longest;
  for (int i = 0; i < 100; ++i) longest += "é";
  EXPECT_EQ(address([&](crdt::Address& a) { a.name = longest; }), "none");
  EXPECT_EQ(address([&](crdt::Address& a) { a.name = longest + "é"; }), "/shipTo/name");
  EXPECT_EQ(address([](crdt::Address& a) { a.name = ""; }), "/shipTo/name");
  EXPECT_EQ(address([](crdt::Address& a) { a.name = "two\nlines"; }), "/shipTo/name");
  EXPECT_EQ(address([](crdt::Address& a) { a.street = "  "; }), "/shipTo/street");
  EXPECT_EQ(address([](crdt::Address& a) { a.street = std::string(200, 'a'); }), "none");
  EXPECT_EQ(address([](crdt::Address& a) { a.street = std::string(201, 'a'); }), "/shipTo/street");
  EXPECT_EQ(address([](crdt::Address& a) { a.extra = std::nullopt; }), "none");
  EXPECT_EQ(address([](crdt::Address& a) { a.extra = ""; }), "/shipTo/extra");
  EXPECT_EQ(address([](crdt::Address& a) { a.extra = std::string(201, 'a'); }), "/shipTo/extra");
  EXPECT_EQ(address([](crdt::Address& a) { a.postcode = std::string(21, '1'); }),
            "/shipTo/postcode");
  EXPECT_EQ(address([](crdt::Address& a) { a.postcode = "\xc3\x28"; }), "/shipTo/postcode");
  EXPECT_EQ(address([](crdt::Address& a) { a.city = std::string(101, 'a'); }), "/shipTo/city");
  EXPECT_EQ(address([](crdt::Address& a) { a.city = "a\x7f"; }), "/shipTo/city");
  for (const char* country : {"", "I", "ie", "IRL", "I1"})
    EXPECT_EQ(address([&](crdt::Address& a) { a.country = country; }), "/shipTo/country");
  EXPECT_EQ(pointer_after([](crdt::OrderDetails& d) { d.ship_to.reset(); }), "/shipTo");
  EXPECT_EQ(pointer_after([](crdt::OrderDetails& d) { d.delivery->method = "By Air"; }),
            "/delivery/method");
  EXPECT_EQ(pointer_after([](crdt::OrderDetails& d) { d.payment->brand = "Visa"; }),
            "/payment/brand");
  for (const char* last4 : {"", "424", "42424", "4a42", "4242424242424242"})
    EXPECT_EQ(pointer_after([&](crdt::OrderDetails& d) { d.payment->last4 = last4; }),
              "/payment/last4");
}

}  // namespace
}  // namespace perpetua::domain
