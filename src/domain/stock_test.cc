#include "domain/stock.h"

#include "crdt/stock.h"
#include "domain/tables.h"
#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Shop;

TEST(Stock, DeliveriesCountOnceAndWriteOffsAreBounded) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  ASSERT_TRUE(shop.wait(shop[0].stock->deliver("x", "spring", 5)));
  shop.run(milliseconds(10));
  ASSERT_TRUE(shop.wait(shop[1].stock->deliver("x", "spring", 5)));
  EXPECT_EQ(shop.wait(shop[1].stock->deliver("x", "spring", 6)).error().kind, Refusal::kKeyReused);
  ASSERT_TRUE(shop.wait(shop[0].stock->write_off("x", "w1", 12)));
  ASSERT_TRUE(shop.wait(shop[0].stock->write_off("x", "w1", 12)));
  EXPECT_EQ(shop.wait(shop[1].stock->write_off("x", "w2", 4)).error().kind, Refusal::kSoldOut);
  std::int64_t rights = 0;
  for (const StockRow& row : shop.report(0, "x").writers) rights += row.rights;
  EXPECT_EQ(rights, 3);
}

TEST(Stock, AThousandDeliveriesCountAndNoMoreAreTaken) {
  Shop shop({"a", "b"});
  shop.book("x", 1);
  std::vector<Shop::Filed> delivered;
  const std::vector<Writer> founders{{"a", 1}, {"b", 1}};
  for (int i = 1; i < 999; ++i) {
    const std::string name = "d" + std::to_string(i);
    const std::string id = crdt::delivery_id("x", name, 1);
    delivered.emplace_back(tables::delivery("x", id),
                           crdt::encode(crdt::make_delivery("x", name, 1, founders)));
  }
  shop.file(0, delivered);
  shop.run(milliseconds(10));
  ASSERT_TRUE(shop.wait(shop[1].stock->deliver("x", "the thousandth", 1)));
  shop.run(milliseconds(10));
  const auto refused = shop.wait(shop[0].stock->deliver("x", "one more", 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::kInvalid);
  std::int64_t rights = 0;
  for (const StockRow& row : shop.report(1, "x").writers) rights += row.rights;
  EXPECT_EQ(rights, 1000);
}

}  // namespace
}  // namespace perpetua::domain
