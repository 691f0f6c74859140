// last_edit_wins: an edit of a book that was made in sight of another one wins over it, whatever
// the clocks of their regions say.

#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr const char* kBook = "last-edit-wins";

class LastEditWins final : public Workload {
 public:
  void setup(Shop& shop) override { add_book(shop, kBook, 10); }
  void start(Shop& shop) override { shop.go("last_edit_wins", edit(shop)); }

  void check(Shop& shop) override {
    for (std::size_t region = 0; region < shop.regions(); ++region) {
      const auto book = shop.wait(shop.process(region)->rules->catalogue.get(kBook));
      if (!book || book->book.price.amount < acknowledged_)
        return shop.violated("last_edit_wins",
                             "the price was set to " + std::to_string(acknowledged_) +
                                 " in sight of all before, and " + shop.name(region) + " has " +
                                 (book ? std::to_string(book->book.price.amount) : "no such book"));
    }
  }

 private:
  /// What a region shows now; -1: nobody knows.
  static Task<std::int64_t> price_in(Shop& shop, std::size_t region) {
    using Detail = domain::Checked<domain::BookDetail>;
    Shop::HandlerOf<Detail> handler = [](Process& process) {
      return process.rules->catalogue.get(kBook);
    };
    const auto answer = co_await shop.ask<Detail>(region, std::move(handler), kSecond);
    if (!answer || !*answer) co_return -1;
    co_return (*answer)->book.price.amount;
  }

  /// One editor, who sets a higher price wherever the last one is seen.
  Task<void> edit(Shop& shop) {
    Random random = shop.random("last_edit_wins");
    std::int64_t asked = 1000;
    while (!shop.is_closing()) {
      const Micros pause = random.between(5, 300) * kMillisecond;
      co_await shop.sleep(pause);
      const std::size_t region = random.below(shop.regions());
      const std::int64_t seen = co_await price_in(shop, region);
      if (seen < acknowledged_) continue;
      const bool is_set = co_await set_price(shop, region, kBook, ++asked);
      // It may yet be done, in sight of whatever comes meanwhile.
      if (!is_set) co_return;
      acknowledged_ = asked;
    }
  }

  std::int64_t acknowledged_ = 1000;
};

const Registration<LastEditWins> kRegistered("last_edit_wins", {});

}  // namespace
}  // namespace perpetua::sim
