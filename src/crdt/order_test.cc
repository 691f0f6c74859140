#include "crdt/order.h"

#include <gtest/gtest.h>

#include "crdt/testing.h"

namespace perpetua::crdt {
namespace {

using testing::for_many_seeds;
using testing::three_writers;

OrderRow order_at(std::uint64_t clock) {
  return {"customer", "cart", "EUR", {{"book", 1, 500}}, {}, clock};
}

/// All that an order may have; `without` clears what it is not to have.
OrderRow sent(const std::function<void(OrderDetails&)>& without = {}) {
  OrderRow row = order_at(77);
  row.details = {.ship_to = Address{"A. Buyer", "1 Main Street", "Flat 2", "D02", "Dublin", "IE"},
                 .delivery = OrderDelivery{"standard", 390, "EUR"},
                 .payment = Payment{"visa", "4242"}};
  if (without) without(row.details);
  return row;
}

/// The encoding's flags stand where a row without details ends.
std::size_t flags_at() {
  return encode(order_at(77)).size();
}

TEST(Order, TheEarliestClockWinsAndTheWriterBreaksTies) {
  const auto& w = three_writers();
  EXPECT_EQ(winner({{w[0], order_at(5)}, {w[1], order_at(3)}}), w[1]);
  EXPECT_EQ(winner({{w[1], order_at(3)}, {w[2], order_at(3)}}), w[1]);
}

TEST(Order, OnceLostARowNeverWinsAgain) {
  for_many_seeds([](std::uint32_t seed, std::mt19937& random) {
    SCOPED_TRACE(seed);
    std::map<Writer, OrderRow> rows;
    std::map<Writer, bool> lost;
    for (const Writer& writer : three_writers()) {
      rows.emplace(writer, order_at(random() % 3));
      const Writer& best = winner(rows);
      for (const auto& [seen, row] : rows) {
        ASSERT_FALSE(lost[seen] && seen == best);
        if (seen != best) lost[seen] = true;
      }
    }
  });
}

TEST(Order, TheCustomerIsTheWinnersNotContent) {
  const auto& w = three_writers();
  OrderRow signed_in = order_at(3);
  signed_in.customer = "signed in";
  const std::map<Writer, OrderRow> rows{{w[0], order_at(5)}, {w[1], signed_in}};
  EXPECT_EQ(rows.at(winner(rows)).customer, "signed in");
}

TEST(OrderDeathTest, RowsOfOneIdThatDifferAreABug) {
  const auto& w = three_writers();
  OrderRow other = order_at(1);
  other.lines[0].quantity = 2;
  EXPECT_DEATH(static_cast<void>(winner({{w[0], order_at(1)}, {w[1], other}})), "equal");
  OrderRow elsewhere = sent();
  elsewhere.details.ship_to->street = "2 Main Street";
  EXPECT_DEATH(static_cast<void>(winner({{w[0], sent()}, {w[1], elsewhere}})), "equal");
}

TEST(Order, BytesRoundTripAndDamageIsSeen) {
  const std::vector<OrderRow> rows{
      order_at(77),
      sent(),
      sent([](OrderDetails& d) { d.ship_to->extra.reset(); }),
      sent([](OrderDetails& d) { d.delivery.reset(); }),
      sent([](OrderDetails& d) { d.payment.reset(); }),
      sent([](OrderDetails& d) { d = {{}, {}, d.payment}; }),
      sent([](OrderDetails& d) { d = {d.ship_to, {}, {}}; }),
  };
  for (const OrderRow& row : rows) {
    const std::string bytes = encode(row);
    EXPECT_EQ(decode_order_row(bytes).value(), row);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decode_order_row(bytes.substr(0, size))) << size;
    EXPECT_FALSE(decode_order_row(bytes + '\0'));
  }
}

TEST(Order, WithoutDetailsItsBytesAreThoseOfBefore) {
  EXPECT_EQ(encode(order_at(77)).front(), 1);
  EXPECT_EQ(encode(sent()).front(), 2);
  // Of the newer version, but without what it is for: that would be a second encoding.
  std::string bare = encode(order_at(77));
  bare.front() = 2;
  EXPECT_FALSE(decode_order_row(bare));
  EXPECT_FALSE(decode_order_row(bare + '\0'));
  std::string older = encode(sent());
  older.front() = 1;
  EXPECT_FALSE(decode_order_row(older));
  older.front() = 3;
  EXPECT_FALSE(decode_order_row(older));
}

TEST(Order, OneSetOfFlagsFitsItsDetails) {
  const std::string bytes = encode(sent());
  ASSERT_EQ(bytes.at(flags_at()), 15);
  for (int flags = 0; flags < 256; ++flags) {
    std::string other = bytes;
    other[flags_at()] = static_cast<char>(flags);
    EXPECT_EQ(decode_order_row(other).has_value(), flags == 15) << flags;
  }
  // A delivery, or a floor, of no address.
  const std::string head = bytes.substr(0, flags_at());
  const auto with = [&head](std::uint8_t flags, std::size_t texts) {
    Encoder out;
    out.u8(flags);
    for (; texts > 0; --texts) out.str("x");
    return head + out.bytes();
  };
  EXPECT_TRUE(decode_order_row(with(4, 2)));
  EXPECT_FALSE(decode_order_row(with(12, 3)));
  Encoder sent_nowhere;
  sent_nowhere.u8(2);
  sent_nowhere.str("standard");
  sent_nowhere.i64(390);
  sent_nowhere.str("EUR");
  EXPECT_FALSE(decode_order_row(head + sent_nowhere.bytes()));
}

TEST(Order, ADeliveryHasAPriceInTheOrdersCurrency) {
  OrderRow row = sent();
  row.details.delivery->currency = "USD";
  EXPECT_FALSE(decode_order_row(encode(row)));
  row.details.delivery->currency = "EUR";
  row.details.delivery->price = -1;
  EXPECT_FALSE(decode_order_row(encode(row)));
  row.details.delivery->price = 0;
  EXPECT_TRUE(decode_order_row(encode(row)));
}

TEST(Order, ATextLongerThanItsRowIsRefused) {
  const std::string bytes = encode(sent());
  for (std::size_t at = flags_at() + 1; at < bytes.size(); ++at) {
    std::string longer = bytes;
    longer[at] = '\xff';
    const auto read = decode_order_row(longer);  // a text's byte, or a length beyond the end
    if (read) {
      EXPECT_EQ(encode(*read), longer);
    }
  }
  std::string name = bytes;
  name[flags_at() + 1] = '\x7f';
  EXPECT_FALSE(decode_order_row(name));
}

}  // namespace
}  // namespace perpetua::crdt
