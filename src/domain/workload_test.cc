// Random buyers, operators and failures in three regions, and what must hold whatever happened:
// no_oversell, no_lost_order, one_order_per_key, released_once, no_lost_addition (also of carts
// that orders take from), convergence. Once over histories that are copied in order, once over
// stores to which rows come singly and out of order. A failure names the seed that repeats it.

#include <cstdlib>
#include <random>

#include "crdt/order.h"
#include "domain/tables.h"
#include "domain/testing.h"

namespace perpetua::domain {
namespace {

using std::chrono::milliseconds;
using testing::Arrival;
using testing::Region;
using testing::Shop;

constexpr std::size_t kRegions = 3;
constexpr int kSteps = 300;

/// One order as a buyer asks for it, in one region or several.
struct Wish {
  Session session;
  std::string key;
  OrderRequest request;
};

class Workload {
 public:
  Workload(std::uint32_t seed, Arrival arrival) : random_(seed), shop_({"a", "b", "c"}, arrival) {
    for (int i = 0; i < 4; ++i) books_.push_back(shop_.book("x" + std::to_string(i), up_to(40)));
  }

  void run() {
    for (int step = 0; step < kSteps; ++step) {
      do_something();
      shop_.run(milliseconds(up_to(12)));
      if (step % 25 == 0) check_no_oversell();
    }
    shop_.cut = shop_.is_slow = false;
    shop_.isolated.clear();
    shop_.hung.clear();
    shop_.run(milliseconds(6000));
    ASSERT_EQ(open_, 0) << "something never ended";
  }

  void check_no_oversell() {
    for (const Book& book : books_) {
      std::map<std::string, std::int64_t> delivered;
      std::int64_t gone = 0;
      for (std::size_t region = 0; region < kRegions; ++region) {
        const StockReport report = shop_.report(region, book.id);
        for (const DeliveryReport& one : report.deliveries) delivered[one.id] = one.quantity;
        for (const StockRow& row : report.writers)
          if (row.writer == shop_[region].rows->self())
            gone += row.sold - row.released + row.written_off;
      }
      std::int64_t all = 0;
      for (const auto& [id, quantity] : delivered) all += quantity;
      ASSERT_LE(gone, all) << book.id;
    }
  }

  void check_stock_is_conserved() {
    for (const Book& book : books_) {
      const StockReport report = shop_.report(0, book.id);
      std::int64_t delivered = 0;
      std::int64_t accounted = 0;
      std::int64_t sold = 0;
      for (const DeliveryReport& one : report.deliveries) delivered += one.quantity;
      for (const StockRow& row : report.writers) {
        EXPECT_GE(row.rights, 0);
        accounted += row.rights + row.sold - row.released + row.written_off;
        sold += row.sold - row.released;
      }
      EXPECT_EQ(accounted, delivered) << book.id;
      EXPECT_EQ(sold, ordered_[book.id]) << "copies of lost duplicates came back once";
    }
  }

  /// Counts what the orders hold, each once, in every region the same.
  void check_orders() {
    std::map<std::string, crdt::OrderRow> orders;
    const auto rows =
        shop_.wait(shop_[0].rows->scan_table(tables::kOrder, {}, port::kScanLimitMax));
    ASSERT_LT(rows->size(), port::kScanLimitMax);
    for (const port::KeyedRow& row : *rows)
      orders.emplace(row.key.partition, *crdt::decode_order_row(row.row.value));
    for (const auto& [id, order] : orders)
      for (const crdt::OrderContentLine& line : order.lines) {
        ordered_[line.book] += line.quantity;
        if (order.cart == "taken") taken_[line.book] += line.quantity;
      }
    for (const auto& [id, answer] : answered_) {
      EXPECT_TRUE(orders.contains(id)) << "answered and lost: " << id;
      const Session session{answer.customer, answer.cart};
      Writer taken_by;
      for (std::size_t region = 0; region < kRegions; ++region) {
        const auto found = shop_.wait(shop_[region].orders->get(session, id));
        ASSERT_TRUE(found) << id << " is not in every region";
        EXPECT_EQ(found->value.lines, answer.lines);
        EXPECT_EQ(found->value.durability, Durability::kRemote);
        if (region == 0) taken_by = found->value.taken_by;
        EXPECT_EQ(found->value.taken_by, taken_by);
      }
    }
    EXPECT_FALSE(answered_.empty());
  }

  /// A key is filed with one order, whoever took it.
  void check_one_order_per_key() {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> orders;
    const auto rows =
        shop_.wait(shop_[0].rows->scan_table(tables::kOrderKey, {}, port::kScanLimitMax));
    ASSERT_LT(rows->size(), port::kScanLimitMax);
    for (const port::KeyedRow& row : *rows)
      orders[{row.key.partition, row.key.sort}].insert(row.row.value);
    for (const auto& [cart_and_key, ids] : orders) EXPECT_EQ(ids.size(), 1u) << cart_and_key.second;
    for (const auto& [key, ids] : answered_ids_) EXPECT_EQ(ids.size(), 1u) << key;
  }

  void check_carts() {
    for (const std::string cart : {"ca_0", "ca_1", "ca_2", "kept", "taken"}) {
      const auto here = shop_.wait(shop_[0].carts->get(cart));
      for (std::size_t region = 1; region < kRegions; ++region)
        EXPECT_EQ(shop_.wait(shop_[region].carts->get(cart))->value.etag, here->value.etag);
      std::map<std::string, std::int64_t> held;
      for (const CartLine& line : here->value.lines) held[line.book_id] = line.quantity;
      if (cart == "kept") {
        EXPECT_EQ(held, added_[cart]);
      }
      if (cart != "taken") continue;
      for (const auto& [book, added] : added_[cart]) {
        EXPECT_GE(held[book], added - taken_[book]) << "an order took more than it was of";
        EXPECT_LE(held[book], added);
      }
    }
  }

  void check_stock_converges() {
    for (const Book& book : books_)
      for (std::size_t region = 1; region < kRegions; ++region) {
        const StockReport one = shop_.report(0, book.id);
        const StockReport other = shop_.report(region, book.id);
        ASSERT_EQ(one.writers.size(), other.writers.size());
        for (std::size_t i = 0; i < one.writers.size(); ++i)
          EXPECT_EQ(one.writers[i].rights, other.writers[i].rights);
      }
  }

 private:
  std::int64_t up_to(std::int64_t most) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint32_t>(most + 1));
  }
  template <class T>
  const T& any(const std::vector<T>& of) {
    return of[random_() % of.size()];
  }
  Region& any_region() { return shop_[random_() % kRegions]; }
  std::string fresh_key() { return "k" + std::to_string(++last_key_); }

  void do_something() {
    switch (up_to(14)) {
      case 0:
      case 1:
        return change_links();
      case 2:
      case 3:
      case 4:
      case 5:
        return wish_for_lines();
      case 6:
        return wish_for_cart();
      case 7:
      case 8:
        if (!wishes_.empty()) place(any_region(), any(wishes_));  // again, maybe elsewhere
        return;
      case 9:
      case 10:
        return change_cart();
      case 11:
      case 12:
        return add_only();
      case 13:
        return operate();
      default:
        return change_price();
    }
  }

  void change_links() {
    static const std::vector<std::string> kNames{"a", "b", "c"};
    shop_.isolated.clear();
    shop_.hung.clear();
    shop_.cut = up_to(4) == 0;
    shop_.is_slow = up_to(6) == 0;
    if (up_to(2) == 0) shop_.isolated = {any(kNames)};
    if (up_to(4) == 0) shop_.hung = {any(kNames)};
  }

  void place(Region& region, const Wish& wish) {
    ++open_;
    detach<Checked<Reflecting<Order>>>(
        region.orders->place(wish.session, wish.key, wish.request),
        [this, key = wish.key](const Checked<Reflecting<Order>>& placed) {
          --open_;
          if (!placed) {
            EXPECT_NE(placed.error().kind, Refusal::kKeyReused);
            return;
          }
          answered_ids_[key].insert(placed->value.id);
          const auto [known, is_new] = answered_.emplace(placed->value.id, placed->value);
          EXPECT_EQ(known->second.lines, placed->value.lines);
          EXPECT_EQ(known->second.details, placed->value.details);
          EXPECT_EQ(known->second.total, placed->value.total);
        });
  }

  void wish_for(const Session& session, OrderRequest request) {
    if (up_to(1) == 0)
      request.details = {.ship_to = crdt::Address{"A", "Street", {}, "1", "City", "IE"},
                         .delivery = crdt::OrderDelivery{"standard", 390, "EUR"},
                         .payment = {}};
    wishes_.push_back({session, fresh_key(), std::move(request)});
    const Wish wish = wishes_.back();
    place(any_region(), wish);
    if (up_to(1) == 0) place(any_region(), wish);
  }

  Session any_session() {
    const std::string number = std::to_string(up_to(2));
    return {"cu_" + number, "ca_" + number};
  }

  /// Sometimes that of a cart with so many copies in it that orders find what they take.
  Session any_session_or_taken() {
    const Session taken{"cu_taken", "taken"};
    return up_to(2) == 0 ? taken : any_session();
  }

  void wish_for_lines() {
    std::map<std::string, OrderLine> lines;
    for (std::int64_t i = up_to(2); i >= 0; --i) {
      const Book& book = any(books_);
      lines[book.id] = {book.id, 1 + up_to(3), book.price};
    }
    ExplicitOrder order;
    for (const auto& [id, line] : lines) order.lines.push_back(line);
    wish_for(any_session_or_taken(), std::move(order));
  }

  void wish_for_cart() {
    const Session session = any_session();
    const auto cart = shop_.wait(any_region().carts->get(session.cart));
    wish_for(session, CartOrder{cart->value.etag});
  }

  template <class T>
  void start(Task<Checked<T>> task) {
    ++open_;
    detach<Checked<T>>(std::move(task), [this](const Checked<T>&) { --open_; });
  }

  void change_cart() {
    const std::string cart = any_session().cart;
    const std::string book = any(books_).id;
    const std::string key = fresh_key();
    const std::int64_t quantity = 1 + up_to(4);
    const std::int64_t kind = up_to(2);
    for (std::int64_t tries = up_to(1); tries >= 0; --tries) {
      CartService& carts = *any_region().carts;
      if (kind == 0) start(carts.add(cart, book, quantity, key));
      if (kind == 1) start(carts.set(cart, book, quantity, key));
      if (kind == 2) start(carts.remove(cart, book, key));
    }
  }

  /// Two carts that nothing is ever removed from: one of them nothing but orders takes from.
  void add_only() {
    const std::string cart = up_to(1) == 0 ? "kept" : "taken";
    const std::string book = any(books_).id;
    const std::string key = fresh_key();
    const std::int64_t quantity = (cart == "taken" ? 10 : 1) + up_to(4);
    added_[cart][book] += quantity;
    for (std::int64_t tries = up_to(2); tries >= 0; --tries)
      start(any_region().carts->add(cart, book, quantity, key));
  }

  void operate() {
    const std::string book = any(books_).id;
    const std::string key = fresh_key();
    if (up_to(1) == 0) {
      start(any_region().stock->write_off(book, key, 1 + up_to(2)));
    } else {
      const std::int64_t quantity = 1 + up_to(9);
      start(any_region().stock->deliver(book, key, quantity));
      start(any_region().stock->deliver(book, key, quantity));
    }
  }

  void change_price() {
    Book& book = books_[random_() % books_.size()];
    book.price.amount += 1;
    std::vector<NewBook> change{{book, 0}};
    start(any_region().catalogue->put(std::move(change)));
  }

  std::mt19937 random_;
  Shop shop_;
  std::vector<Book> books_;
  std::vector<Wish> wishes_;
  std::map<std::string, Order> answered_;
  std::map<std::string, std::int64_t> ordered_;
  std::map<std::string, std::int64_t> taken_;                         // by book: orders of `taken`
  std::map<std::string, std::map<std::string, std::int64_t>> added_;  // by cart and book
  std::map<std::string, std::set<std::string>> answered_ids_;         // by idempotency key
  int last_key_ = 0;
  int open_ = 0;
};

class Workloads : public ::testing::TestWithParam<std::tuple<Arrival, std::uint32_t>> {};

TEST_P(Workloads, HoldTheInvariants) {
  const auto [arrival, seed] = GetParam();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Workload workload(seed, arrival);
  workload.run();
  workload.check_no_oversell();
  workload.check_orders();
  workload.check_one_order_per_key();
  workload.check_stock_is_conserved();
  workload.check_stock_converges();
  workload.check_carts();
}

/// PERPETUA_SEEDS=200 domain_tests --gtest_filter='*Workloads*' looks further.
std::uint32_t seeds() {
  const char* const wanted = std::getenv("PERPETUA_SEEDS");
  return wanted == nullptr ? 12 : static_cast<std::uint32_t>(std::atoi(wanted));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Workloads,
                         ::testing::Combine(::testing::Values(Arrival::kByHistories,
                                                              Arrival::kSingly),
                                            ::testing::Range(1u, 1u + seeds())),
                         [](const auto& run) {
                           const Arrival arrival = std::get<0>(run.param);
                           return (arrival == Arrival::kSingly ? "singly_" : "by_histories_") +
                                  std::to_string(std::get<1>(run.param));
                         });

}  // namespace
}  // namespace perpetua::domain
