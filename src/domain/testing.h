#pragma once
// Regions for the rules' tests: real stores on memory engines, histories copied between them in
// virtual time, or stores to which rows come singly and out of order; questions asked directly;
// links that a test cuts and mends. One thread.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/assert.h"
#include "domain/cart.h"
#include "domain/catalogue.h"
#include "domain/grants.h"
#include "domain/membership.h"
#include "domain/orders.h"
#include "domain/reconciler.h"
#include "domain/stock.h"
#include "port/testing.h"
#include "store/memory/memory_store.h"
#include "store/memory/unordered_store.h"

namespace perpetua::domain::testing {

using std::chrono::milliseconds;

class Shop;

/// How rows come from the other regions.
enum class Arrival { kByHistories, kSingly };

/// One region's rules over one region's store.
struct Region : port::Peers {
  Region(Shop& all, const std::string& name, const std::vector<std::string>& founders);

  Task<bool> wait_remote(std::uint64_t n, milliseconds timeout) override;
  [[nodiscard]] bool is_held_elsewhere(const Writer& writer, std::uint64_t n) const override;
  Task<Result<std::string>> ask(std::string region, std::string question,
                                milliseconds timeout) override;
  void set_answerer(Answerer given) override { answerer = std::move(given); }

  /// Takes what another region has written, or some of it.
  void receive_from(const Region& other);

  Shop& shop;
  std::string name;
  std::unique_ptr<store::Journal> store;             // by histories
  std::unique_ptr<store::UnorderedStore> unordered;  // singly
  port::Store* rows;                                 // the one that there is
  Answerer answerer;
  std::unique_ptr<HybridClock> clock;
  std::unique_ptr<GrantDesk> grants;
  std::unique_ptr<Catalogue> catalogue;
  std::unique_ptr<StockService> stock;
  std::unique_ptr<CartService> carts;
  std::unique_ptr<OrderService> orders;
  std::unique_ptr<Reconciler> reconciler;
  std::vector<std::string> not_reconciled;  // as reported
};

class Shop {
 public:
  explicit Shop(const std::vector<std::string>& names, Arrival rows_arrive = Arrival::kByHistories)
      : arrival(rows_arrive) {
    for (const std::string& name : names)
      regions.push_back(std::make_unique<Region>(*this, name, names));
    run(milliseconds(10));
  }
  ~Shop() {
    for (const auto& region : regions) region->reconciler->stop();
    world.drain();
  }

  Region& operator[](std::size_t index) { return *regions[index]; }

  /// Copies durable entries to whoever is linked, until time is over.
  void run(milliseconds time) {
    for (std::int64_t passed = 0; passed < time.count(); ++passed) {
      replicate();
      world.advance(milliseconds(1));
    }
    replicate();
    world.drain();
  }

  void replicate() {
    world.drain();
    if (is_slow) return;
    for (const auto& from : regions)
      for (const auto& to : regions)
        if (from != to && are_linked(from->name, to->name) &&
            !late.contains({from->name, to->name}))
          to->receive_from(*from);
    world.drain();
  }

  [[nodiscard]] bool are_linked(const std::string& one, const std::string& other) const {
    return !cut && !isolated.contains(one) && !isolated.contains(other);
  }

  /// Runs a task to its end, moving time on meanwhile.
  template <class T>
  T wait(Task<T> task) {
    std::optional<T> result;
    detach<T>(std::move(task), [&result](T value) { result.emplace(std::move(value)); });
    for (int ms = 0; ms < 20'000 && !result; ++ms) run(milliseconds(1));
    PERPETUA_ASSERT(result, "a rule ends within bounded time");
    return std::move(*result);
  }

  Book book(const std::string& id, std::int64_t copies, std::int64_t amount = 1000) {
    Book book;
    book.id = id;
    book.title = "Title of " + id;
    book.authors = {"A. Writer"};
    book.category = "cars";
    book.price = {amount, "EUR"};
    std::vector<NewBook> books{{book, copies}};
    const auto put = wait(regions[0]->catalogue->put(books));
    PERPETUA_ASSERT(put, "the book is put");
    run(milliseconds(5));
    return book;
  }

  using Filed = std::pair<port::Key, std::string>;

  /// Writes a region's rows as they are, by the rules' leave or not.
  void file(std::size_t region, const std::vector<Filed>& rows) {
    for (std::size_t from = 0; from < rows.size(); from += port::kRowsPerTransaction) {
      const auto transaction = regions[region]->rows->begin();
      for (std::size_t i = from; i < std::min(rows.size(), from + port::kRowsPerTransaction); ++i)
        transaction->put(rows[i].first, rows[i].second);
      PERPETUA_ASSERT(wait(transaction->commit()), "the rows are put");
    }
  }

  StockReport report(std::size_t region, const std::string& book) {
    auto report = wait(regions[region]->stock->report(book));
    PERPETUA_ASSERT(report, "the book is known");
    return std::move(*report);
  }

  std::int64_t sold(std::size_t region, const std::string& book) {
    std::int64_t sum = 0;
    for (const StockRow& row : report(region, book).writers) sum += row.sold - row.released;
    return sum;
  }

  const Arrival arrival;
  const std::vector<DeliveryOption> delivery{{"standard", {390, "EUR"}, 2, 4},
                                             {"express", {890, "EUR"}, 1, 1}};
  std::mt19937_64 random{1};  // which row comes next, singly
  port::TestWorld world;
  bool cut = false;                                    // all from all
  bool is_slow = false;                                // questions pass, rows wait
  milliseconds answer_time{1};                         // of a question's answer, on its way back
  std::map<std::string, milliseconds> answer_times;    // of these regions' answers instead
  std::set<std::pair<std::string, std::string>> late;  // whose rows to whom wait
  std::set<std::string> isolated;                      // these from all others
  std::set<std::string> hung;                          // linked, but never answer
  std::set<std::string> emptied;                       // hold nothing any more, as they say
  std::vector<std::unique_ptr<Region>> regions;
};

inline Region::Region(Shop& all, const std::string& region,
                      const std::vector<std::string>& founders)
    : shop(all), name(region) {
  const Writer self{region, 1};
  const auto founding = founding_rows(founders);
  if (all.arrival == Arrival::kByHistories) {
    store = store::found_in_memory(self, founding, all.world);
    rows = store.get();
  } else {
    unordered = std::make_unique<store::UnorderedStore>(self, all.world);
    rows = unordered.get();
    const auto transaction = rows->begin();
    for (const auto& [key, value] : founding) transaction->put(key, value);
    detach<Result<port::Committed>>(transaction->commit(), [](const auto& committed) {
      PERPETUA_ASSERT(committed, "an empty store is founded");
    });
    all.world.drain();
  }
  const Context context{*rows, *this, all.world, all.world};
  clock = std::make_unique<HybridClock>(all.world);
  grants = std::make_unique<GrantDesk>(context);
  catalogue = std::make_unique<Catalogue>(context, *clock);
  stock = std::make_unique<StockService>(context, *grants);
  carts = std::make_unique<CartService>(context);
  orders = std::make_unique<OrderService>(context, *clock, *grants, all.delivery);
  reconciler = std::make_unique<Reconciler>(
      context,
      [this](const std::string& what, const std::string&) { not_reconciled.push_back(what); });
  GrantDesk* const desk = grants.get();
  set_answerer([desk](Writer asker, std::string question) {
    return desk->answer(std::move(asker), std::move(question));
  });
  reconciler->start();
}

inline void Region::receive_from(const Region& other) {
  if (store) return store::mirror(*other.store, *store, other.store->self());
  unordered->receive_from(*other.unordered);
  while (shop.random() % 4 != 0 && unordered->deliver_one(shop.random)) {
  }
}

inline bool Region::is_held_elsewhere(const Writer& writer, std::uint64_t n) const {
  return std::ranges::any_of(shop.regions, [&](const auto& other) {
    return other.get() != this && !shop.emptied.contains(other->name) &&
           covers(other->rows->position(), Position{{writer, n}});
  });
}

inline Task<bool> Region::wait_remote(std::uint64_t n, milliseconds timeout) {
  for (std::int64_t ms = 0; ms < timeout.count(); ++ms) {
    if (is_held_elsewhere(rows->self(), n)) co_return true;
    if (std::ranges::none_of(shop.regions, [this](const auto& other) {
          return other.get() != this && shop.are_linked(name, other->name);
        }))
      co_return false;
    co_await port::sleep(shop.world, milliseconds(1));
  }
  co_return is_held_elsewhere(rows->self(), n);
}

inline Task<Result<std::string>> Region::ask(std::string region, std::string question,
                                             milliseconds timeout) {
  co_await port::sleep(shop.world, milliseconds(1));
  if (!shop.are_linked(name, region)) co_return fail(ErrorCode::kUnavailable, "no link");
  if (shop.hung.contains(region)) {
    co_await port::sleep(shop.world, timeout);
    co_return fail(ErrorCode::kTimeout, "hung");
  }
  for (const auto& other : shop.regions)
    if (other->name == region) {
      const Writer asker = rows->self();
      std::string answer = co_await other->answerer(asker, question);
      const auto own_time = shop.answer_times.find(region);
      co_await port::sleep(
          shop.world, own_time == shop.answer_times.end() ? shop.answer_time : own_time->second);
      if (!shop.are_linked(name, region)) co_return fail(ErrorCode::kTimeout, "cut");
      co_return answer;
    }
  co_return fail(ErrorCode::kUnavailable, "no such region");
}

}  // namespace perpetua::domain::testing
