// docs/formats/tables.md to the byte: golden values, and bytes that are damaged at random.

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "crdt/cart_line.h"
#include "crdt/order.h"
#include "crdt/register.h"
#include "crdt/stock.h"
#include "domain/book_codec.h"
#include "domain/grant_message.h"
#include "domain/membership.h"
#include "domain/orders.h"

namespace perpetua::domain {
namespace {

const Writer kIreland{"eu-west-1", 1};
const Writer kSingapore{"ap-southeast-1", 2};

Book some_book(bool full) {
  Book book;
  book.id = "pg-11";
  book.title = "Alice\nin Wonderland";
  book.category = "fairy-tales";
  book.price = {1299, "EUR"};
  if (!full) return book;
  book.authors = {"Lewis Carroll", "John Tenniel"};
  book.description = "Down the rabbit hole.";
  book.language = "en";
  book.year = -44;
  book.isbn = "9780306406157";
  book.rating = Rating{4.25, 12};
  book.retired = true;
  return book;
}

crdt::Delivery some_delivery() {
  return crdt::make_delivery("pg-11", "initial", 101, {kIreland, kSingapore});
}

crdt::OrderDetails some_details() {
  return {.ship_to = crdt::Address{"Aoife N\xc3\xad Bhriain", "1 Main Street", "Flat 2", "D02 X285",
                                   "Dublin", "IE"},
          .delivery = crdt::OrderDelivery{"standard", 390, "EUR"},
          .payment = crdt::Payment{"visa", "4242"}};
}

std::map<std::string, std::string> values() {
  const crdt::StockRow stock{7, 2, 1, {{kIreland, 3}, {kSingapore, 40}}};
  const crdt::Taking taking{0x0123456789abcdef, kSingapore, {{"k1", 2}, {"k3", 1}}};
  const crdt::CartLineRow line{{{"k1", {3, 3, "12345678"}}, {"k2", {0, 0, "abcdefgh"}}},
                               {{"or_1", taking}},
                               1'700'000'000'000};
  const crdt::OrderRow order{
      "cu_1", "ca_1", "EUR", {{"pg-11", 2, 1299}, {"pg-12", 1, 500}}, {}, 0x0123456789abcdef};
  crdt::OrderRow sent = order;
  sent.details = some_details();
  crdt::OrderRow paid = order;
  paid.details.payment = sent.details.payment;
  const OrderRequest lines =
      ExplicitOrder{{{"pg-12", 1, {500, "EUR"}}, {"pg-11", 2, {1299, "EUR"}}}};
  OrderRequest sent_lines = lines;
  sent_lines.details = sent.details;
  OrderRequest sent_cart = CartOrder{"etag"};
  sent_cart.details = sent.details;
  return {
      {"member", founding_rows({"eu-west-1", "ap-southeast-1"}).front().second},
      {"book_bare", encode(some_book(false))},
      {"book_full", encode(some_book(true))},
      {"register", crdt::encode(crdt::Versioned{0x0123456789abcdef, "value"})},
      {"delivery", crdt::encode(some_delivery())},
      {"delivery_id", crdt::delivery_id("pg-11", "initial", 101)},
      {"stock", crdt::encode(stock)},
      {"cart", crdt::encode(line)},
      {"order", crdt::encode(order)},
      {"order_sent", crdt::encode(sent)},
      {"order_paid", crdt::encode(paid)},
      {"order_id_lines", order_id("ca_1", "key", lines)},
      {"order_id_lines_sent", order_id("ca_1", "key", sent_lines)},
      {"order_id_cart", order_id("ca_1", "key", CartOrder{"etag"})},
      {"order_id_cart_sent", order_id("ca_1", "key", sent_cart)},
      {"question", encode(GrantQuestion{"pg-11", kIreland, 5, 77})},
      {"answer", encode(GrantAnswer{6, true, 78})},
  };
}

TEST(Tables, ValuesAreTheGoldenOnes) {
  std::ifstream file(PERPETUA_DOMAIN_GOLDEN "/tables.txt");
  ASSERT_TRUE(file) << "the golden file is missing";
  std::map<std::string, std::string> golden;
  for (std::string name, hex; file >> name >> hex;) golden.emplace(name, hex);
  std::map<std::string, std::string> now;
  for (const auto& [name, bytes] : values()) now.emplace(name, to_hex(bytes));
  EXPECT_EQ(now, golden) << "what is stored would not be read any more";
}

/// The bytes again as they are understood; nothing for what is refused.
using Again = std::function<std::optional<std::string>(const std::string&)>;

template <auto kDecode>
std::optional<std::string> again(const std::string& bytes) {
  const auto value = kDecode(bytes);
  if (!value) return std::nullopt;
  return encode(*value);
}

std::optional<std::string> member_again(const std::string& bytes) {
  const auto founders = decode_founders(bytes);
  if (!founders) return std::nullopt;
  return encode_founders(*founders);
}

const std::map<std::string, Again>& readers() {
  static const std::map<std::string, Again> all{
      {"book_bare", again<decode_book>},
      {"book_full", again<decode_book>},
      {"register", again<crdt::decode_versioned>},
      {"delivery", again<crdt::decode_delivery>},
      {"stock", again<crdt::decode_stock_row>},
      {"cart", again<crdt::decode_cart_line_row>},
      {"order", again<crdt::decode_order_row>},
      {"order_sent", again<crdt::decode_order_row>},
      {"order_paid", again<crdt::decode_order_row>},
      {"question", again<decode_grant_question>},
      {"answer", again<decode_grant_answer>},
      {"member", member_again},
  };
  return all;
}

std::string damage(std::string bytes, std::mt19937& random) {
  for (std::uint_fast32_t times = 1 + random() % 3; times > 0; --times) {
    const std::size_t at = random() % (bytes.size() + 1);
    switch (random() % 4) {
      case 0:
        bytes.insert(at, 1, static_cast<char>(random() & 0xff));
        break;
      case 1:
        bytes.erase(at, random() % 4);
        break;
      case 2:
        bytes.insert(at, bytes.substr(random() % (bytes.size() + 1), random() % 40));
        break;
      default:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random() & 0xff);
    }
  }
  return bytes;
}

TEST(Tables, WhatIsReadHasOneEncodingAndDamageIsSurvived) {
  const auto golden = values();
  std::mt19937 random(7);
  for (const auto& [name, read] : readers()) {
    SCOPED_TRACE(name);
    const std::string& bytes = golden.at(name);
    ASSERT_EQ(read(bytes), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      ASSERT_FALSE(read(bytes.substr(0, size))) << size;
    for (int i = 0; i < 20'000; ++i) {
      const std::string damaged = damage(bytes, random);
      const std::optional<std::string> understood = read(damaged);
      if (understood) {
        ASSERT_EQ(*understood, damaged);
      }
    }
  }
}

}  // namespace
}  // namespace perpetua::domain
