// docs/formats/tables.md, of what only the rules of a whole region file: keys, values and hashes.
// The expected ones were made from the document alone; the ETag is part of order ids, so another
// one would break retries across an upgrade.

#include "crdt/cart_line.h"
#include "crdt/order.h"
#include "domain/tables.h"
#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Shop;

std::vector<port::KeyedRow> rows_of(Shop& shop, std::size_t region, const std::string& table) {
  auto rows = shop.wait(shop[region].store->scan_table(table, std::nullopt, port::kScanLimitMax));
  PERPETUA_ASSERT(rows, "the table is read");
  return std::move(*rows);
}

TEST(FiledRows, ACartsOperationsAndItsTag) {
  Shop shop({"a"});
  shop.book("x", 10);
  shop.book("y", 10);
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "x", 3, "k1")));
  ASSERT_TRUE(shop.wait(shop[0].carts->set("ca", "x", 2, "k2")));
  ASSERT_TRUE(shop.wait(shop[0].carts->add("ca", "y", 1, "k3")));
  ASSERT_TRUE(shop.wait(shop[0].carts->remove("ca", "y", "k4")));
  const auto rows = rows_of(shop, 0, tables::kCart);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].key, (port::Key{"cart", "ca", "x"}));
  const crdt::CartLineRow line = crdt::decode_cart_line_row(rows[0].row.value).value();
  EXPECT_EQ(to_hex(line.operations.at("k1").request), "55a83f7171365c2d");
  EXPECT_EQ(to_hex(line.operations.at("k2").request), "c1174469e01e5de1");
  EXPECT_GE(shop.world.wall_ms(), line.written_ms);
  EXPECT_LE(shop.world.wall_ms() - 1000, line.written_ms);
  const auto cart = shop.wait(shop[0].carts->get("ca"));
  EXPECT_EQ(cart->value.etag, "4f29ca650330db7ae04f2bf7bcffe92f");
}

TEST(FiledRows, AnOrderByItsKeyAndByItsCustomer) {
  Shop shop({"a"});
  const Book book = shop.book("x", 10);
  const Session buyer{"cu", "ca"};
  const OrderRequest request = ExplicitOrder{{{"x", 2, book.price}}};
  const auto placed = shop.wait(shop[0].orders->place(buyer, "key", request));
  ASSERT_TRUE(placed);
  const std::string& id = placed->value.id;
  const auto orders = rows_of(shop, 0, tables::kOrder);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].key, (port::Key{"order", id, ""}));
  const auto by_key = rows_of(shop, 0, tables::kOrderKey);
  ASSERT_EQ(by_key.size(), 1u);
  EXPECT_EQ(by_key[0].key, (port::Key{"order_key", "ca", "key"}));
  EXPECT_EQ(by_key[0].row.value, id);
  Encoder complement;
  complement.u64(~crdt::decode_order_row(orders[0].row.value)->clock);
  const auto by_customer = rows_of(shop, 0, tables::kCustomerOrder);
  ASSERT_EQ(by_customer.size(), 1u);
  EXPECT_EQ(by_customer[0].key,
            (port::Key{"customer_order", "cu", to_hex(complement.bytes()) + "." + id}));
  EXPECT_EQ(by_customer[0].row.value, id);
}

TEST(FiledRows, AWriteOff) {
  Shop shop({"a"});
  shop.book("x", 10);
  ASSERT_TRUE(shop.wait(shop[0].stock->write_off("x", "fire", 3)));
  const auto rows = rows_of(shop, 0, tables::kWriteOff);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].key, (port::Key{"write_off", "x", "fire"}));
  EXPECT_EQ(to_hex(rows[0].row.value), "0000000000000003");
}

TEST(FiledRows, AReleaseAndHowFarTheReconcilerHasRead) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const Session buyer{"cu", "ca"};
  const OrderRequest request = ExplicitOrder{{{"x", 2, book.price}}};
  shop.cut = true;
  const auto placed = shop.wait(shop[0].orders->place(buyer, "key", request));
  ASSERT_TRUE(shop.wait(shop[1].orders->place(buyer, "key", request)));
  const std::vector<Shop::Filed> filler{{tables::write_off("x", "filler"), "12345678"}};
  for (int i = 0; i < 1100; ++i) shop.file(0, filler);
  shop.cut = false;
  shop.run(milliseconds(100));
  const auto released = rows_of(shop, 0, tables::kRelease);
  ASSERT_EQ(released.size(), 1u);
  EXPECT_EQ(released[0].key, (port::Key{"release", placed->value.id, "b#1"}));
  EXPECT_EQ(released[0].row.writer, shop[1].store->self());
  EXPECT_EQ(released[0].row.value, "1");
  const auto cursors = rows_of(shop, 1, tables::kCursor);
  ASSERT_EQ(cursors.size(), 1u);
  EXPECT_EQ(cursors[0].key, (port::Key{"cursor", "reconciler", "a#1"}));
  ASSERT_EQ(cursors[0].row.value.size(), 8u);
  const std::uint64_t n = Decoder(cursors[0].row.value).u64();
  EXPECT_GE(n, 1000u);
  EXPECT_LE(n, shop[0].store->position().at(shop[0].store->self()));
}

}  // namespace
}  // namespace perpetua::domain
