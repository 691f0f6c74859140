// What a refusal knows: an order that is refused here may have been taken elsewhere, and the buyer
// must be told whether that was found out (design section 4).

#include "domain/testing.h"
#include "port/forwarding.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Shop;

const Session kBuyer{"cu_1", "ca_1"};

/// Two regions, one of them the buyer's; `cut` or not, a refusal is asked for.
class Refusals : public ::testing::TestWithParam<bool> {
 protected:
  Checked<Reflecting<Order>> place(std::size_t region, const std::string& key,
                                   OrderRequest request) {
    return shop.wait(shop[region].orders->place(kBuyer, key, std::move(request)));
  }
  void expect_refused(const std::string& key, OrderRequest request, Refusal kind) {
    shop.cut = GetParam();
    const auto placed = place(0, key, std::move(request));
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().kind, kind);
    EXPECT_EQ(placed.error().outcome_unknown, GetParam());
  }

  Shop shop{{"a", "b"}};
  Book book = shop.book("x", 10);
};

TEST_P(Refusals, OfAnotherPrice) {
  const OrderRequest request = ExplicitOrder{{{"x", 1, {999, "EUR"}}}};
  expect_refused("key", request, Refusal::kPriceChanged);
}

TEST_P(Refusals, OfABookThatIsNotThere) {
  const OrderRequest request = ExplicitOrder{{{"y", 1, {1000, "EUR"}}}};
  expect_refused("key", request, Refusal::kNotFound);
}

OrderRequest sent(const std::string& method, Money price) {
  OrderRequest request = ExplicitOrder{{{"x", 1, {1000, "EUR"}}}};
  request.details.ship_to = crdt::Address{"A. Buyer", "1 Main Street", {}, "D02", "Dublin", "IE"};
  request.details.delivery = {method, price.amount, price.currency};
  return request;
}

TEST_P(Refusals, OfAnotherPriceOfDelivery) {
  const OrderRequest request = sent("standard", {389, "EUR"});
  expect_refused("key", request, Refusal::kPriceChanged);
}

TEST_P(Refusals, OfAnUnknownWayOfDelivery) {
  const OrderRequest request = sent("carrier-pigeon", {390, "EUR"});
  expect_refused("key", request, Refusal::kInvalid);
}

TEST_P(Refusals, OfACartInAnotherCurrencyThanItsDelivery) {
  ASSERT_TRUE(shop.wait(shop[0].carts->add(kBuyer.cart, "x", 1, "add")));
  OrderRequest request = sent("standard", {390, "USD"});
  request.what = CartOrder{shop.wait(shop[0].carts->get(kBuyer.cart))->value.etag};
  expect_refused("key", request, Refusal::kInvalid);
}

TEST_P(Refusals, OfAKeyThatWasUsedForAnotherAddress) {
  OrderRequest request = sent("standard", {390, "EUR"});
  ASSERT_TRUE(place(0, "key", request));
  shop.run(milliseconds(5));
  request.details.ship_to->street = "2 Main Street";
  expect_refused("key", request, Refusal::kKeyReused);
}

TEST_P(Refusals, OfAnotherCart) {
  const OrderRequest request = CartOrder{"0123"};
  expect_refused("key", request, Refusal::kEtagMismatch);
}

TEST_P(Refusals, OfAnEmptyCart) {
  const auto cart = shop.wait(shop[0].carts->get(kBuyer.cart));
  ASSERT_TRUE(cart);
  const OrderRequest request = CartOrder{cart->value.etag};
  expect_refused("key", request, Refusal::kCartEmpty);
}

TEST_P(Refusals, OfAKeyThatWasUsedForAnotherOrder) {
  const OrderRequest before = ExplicitOrder{{{"x", 1, book.price}}};
  ASSERT_TRUE(place(0, "key", before));
  shop.run(milliseconds(5));
  const OrderRequest request = ExplicitOrder{{{"x", 2, book.price}}};
  expect_refused("key", request, Refusal::kKeyReused);
}

TEST_P(Refusals, OfARegionThatTakesNoWrites) {
  shop[0].store->stop_writing("its history is contradicted");
  const OrderRequest request = ExplicitOrder{{{"x", 1, book.price}}};
  expect_refused("key", request, Refusal::kReadOnly);
}

TEST_P(Refusals, OfMoreThanThereIs) {
  const OrderRequest request = ExplicitOrder{{{"x", 11, book.price}}};
  expect_refused("key", request, GetParam() ? Refusal::kUnavailable : Refusal::kSoldOut);
}

INSTANTIATE_TEST_SUITE_P(Links, Refusals, ::testing::Bool(),
                         [](const auto& cut) { return std::string(cut.param ? "Cut" : "Whole"); });

TEST(Refusal, NeverOfAnOrderThatAnotherRegionTookAndThisOneDidNotKnow) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const OrderRequest request = ExplicitOrder{{{"x", 1, book.price}}};
  // Taken in b, its answer lost, its row slow; meanwhile the price changes in a.
  shop.late = {{"b", "a"}};
  const auto first = shop.wait(shop[1].orders->place(kBuyer, "key", request));
  ASSERT_TRUE(first);
  Book dearer = book;
  dearer.price.amount += 100;
  std::vector<NewBook> books{{dearer, 0}};
  ASSERT_TRUE(shop.wait(shop[0].catalogue->put(books)));

  std::optional<Checked<Reflecting<Order>>> again;
  detach<Checked<Reflecting<Order>>>(
      shop[0].orders->place(kBuyer, "key", request),
      [&again](Checked<Reflecting<Order>> placed) { again.emplace(std::move(placed)); });
  shop.run(milliseconds(100));
  EXPECT_FALSE(again) << "b has not been heard";
  shop.late.clear();
  shop.run(milliseconds(10));
  ASSERT_TRUE(again);
  ASSERT_TRUE(*again);
  EXPECT_EQ((*again)->value.id, first->value.id);
}

TEST(Refusal, WaitsForARegionThatHangsASecondAtMost) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  shop.hung = {"b"};
  const OrderRequest request = ExplicitOrder{{{"x", 1, {999, "EUR"}}}};
  const std::int64_t began_ms = shop.world.monotonic_ms();
  const auto placed = shop.wait(shop[0].orders->place(kBuyer, "key", request));
  ASSERT_FALSE(placed);
  EXPECT_TRUE(placed.error().outcome_unknown);
  EXPECT_LE(shop.world.monotonic_ms() - began_ms, 1010);
}

TEST(Refusal, OfDetailsThatNoOrderCanHaveIsCertain) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  shop.cut = true;
  std::vector<OrderRequest> never{sent("standard", {390, "USD"}), sent("standard", {390, "EUR"})};
  never[1].details.ship_to.reset();
  for (const OrderRequest& request : never) {
    const auto placed = shop.wait(shop[0].orders->place(kBuyer, "key", request));
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().kind, Refusal::kInvalid);
    EXPECT_FALSE(placed.error().outcome_unknown);
  }
}

TEST(Refusal, NeverOfADeliveryThatAnotherRegionHadTakenAtItsPrice) {
  Shop shop({"a", "b"});
  shop.book("x", 10);
  const OrderRequest request = sent("standard", {390, "EUR"});
  const auto first = shop.wait(shop[1].orders->place(kBuyer, "key", request));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->value.total, (Money{1390, "EUR"}));
  EXPECT_EQ(first->value.details, request.details);
  // Region a was configured anew meanwhile.
  OrderService dearer(Context{*shop[0].rows, shop[0], shop.world, shop.world}, *shop[0].clock,
                      *shop[0].grants, {{"standard", {490, "EUR"}, 2, 4}});
  const auto again = shop.wait(dearer.place(kBuyer, "key", request));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->value.id, first->value.id);
  EXPECT_EQ(again->value.total, first->value.total);
  const auto other = shop.wait(dearer.place(kBuyer, "other key", request));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, Refusal::kPriceChanged);
  EXPECT_EQ(other.error().pointer, "/delivery/price");
}

TEST(Refusal, OfLinesThatCanNeverBeOrderedIsCertain) {
  Shop shop({"a", "b"});
  shop.cut = true;
  const OrderRequest request = ExplicitOrder{{{"x", 0, {1000, "EUR"}}}};
  const auto placed = shop.wait(shop[0].orders->place(kBuyer, "key", request));
  ASSERT_FALSE(placed);
  EXPECT_FALSE(placed.error().outcome_unknown);
}

TEST(Refusal, CopiesOnTheirWayBetweenTwoOtherRegionsAreNotSoldOut) {
  Shop shop({"a", "b", "c"});
  // The one copy is c's.
  Book book;
  for (int i = 0;; ++i) {
    book = shop.book("x" + std::to_string(i), 1);
    const auto report = shop.report(2, book.id);
    if (std::ranges::any_of(report.writers, [](const StockRow& row) {
          return row.writer.region == "c" && row.rights == 1;
        }))
      break;
  }
  // c grants it to b, which wants two and cannot know yet that it has one.
  shop.late = {{"c", "b"}};
  const std::vector<std::string> books{book.id};
  const auto asked = shop.wait(shop[1].grants->ask(books, shop.world.monotonic_ms() + 50));
  ASSERT_EQ(asked.front(), AskOutcome::kUnheard);

  const OrderRequest request = ExplicitOrder{{{book.id, 1, book.price}}};
  std::optional<Checked<Reflecting<Order>>> placed;
  detach<Checked<Reflecting<Order>>>(
      shop[0].orders->place(kBuyer, "key", request),
      [&placed](Checked<Reflecting<Order>> said) { placed.emplace(std::move(said)); });
  shop.run(milliseconds(200));
  EXPECT_FALSE(placed) << "nobody has it for the moment, and it is there";
  shop.late.clear();
  shop.run(milliseconds(3000));
  ASSERT_TRUE(placed);
  EXPECT_TRUE(*placed);
}

TEST(Refusal, ASlowMemberKeepsNobodyFromWhatOthersGrant) {
  Shop shop({"a", "b", "c"});
  const Book book = shop.book("x", 120);
  shop.answer_times["c"] = milliseconds(900);
  // Of a's 40 and b's 40: b gives half of what it has, so it has to be asked several times.
  const OrderRequest request = ExplicitOrder{{{"x", 75, book.price}}};
  const std::int64_t began_ms = shop.world.monotonic_ms();
  ASSERT_TRUE(shop.wait(shop[0].orders->place(kBuyer, "key", request)));
  EXPECT_LT(shop.world.monotonic_ms() - began_ms, 500);
}

TEST(Refusal, AnOrderOfAnEmptiedRegionIsHeldHereAlone) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  const OrderRequest request = ExplicitOrder{{{"x", 1, book.price}}};
  const auto taken = shop.wait(shop[0].orders->place(kBuyer, "key", request));
  ASSERT_TRUE(taken);
  shop.run(milliseconds(5));
  const auto seen = shop.wait(shop[1].orders->get(kBuyer, taken->value.id));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->value.durability, Durability::kRemote);

  shop.emptied = {"a"};
  const auto alone = shop.wait(shop[1].orders->get(kBuyer, taken->value.id));
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->value.durability, Durability::kLocal);
}

/// The disk fills in the middle of the first write, which is on it all the same.
class FillingStore : public port::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  [[nodiscard]] const std::string& not_writing_because() const override { return full_; }
  [[nodiscard]] std::unique_ptr<port::Transaction> begin() override {
    return std::make_unique<Filling>(*this, store_.begin());
  }

 private:
  class Filling : public port::ForwardingTransaction {
   public:
    Filling(FillingStore& store, std::unique_ptr<port::Transaction> transaction)
        : ForwardingTransaction(std::move(transaction)), store_(store) {}
    void put(port::Key, std::string) override { writes_ = true; }
    Task<Result<port::Committed>> commit() override {
      if (!writes_) co_return co_await transaction_->commit();
      store_.full_ = "no space left";
      co_return fail(ErrorCode::kUnavailable, "no space left");
    }

   private:
    FillingStore& store_;
    bool writes_ = false;
  };
  std::string full_;
};

TEST(Refusal, OfAnOrderThatADiskFilledUnderPromisesNothingThoughAllWereHeard) {
  Shop shop({"a", "b"});
  const Book book = shop.book("x", 10);
  FillingStore filling(*shop[0].rows);
  OrderService orders(Context{filling, shop[0], shop.world, shop.world}, *shop[0].clock,
                      *shop[0].grants, shop.delivery);
  const OrderRequest request = ExplicitOrder{{{"x", 1, book.price}}};
  const auto placed = shop.wait(orders.place(kBuyer, "key", request));
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().kind, Refusal::kReadOnly);
  EXPECT_TRUE(placed.error().outcome_unknown);
}

}  // namespace
}  // namespace perpetua::domain
