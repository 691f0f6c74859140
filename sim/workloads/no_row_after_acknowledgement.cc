// no_row_after_acknowledgement: when a region acknowledges another's entry, with its own position
// p, every order that it took without having seen that entry is at p or before it: from then on it
// writes no row of an order that the entry has. Who waits for all acknowledgements and for their
// positions therefore knows all rows there will ever be: an order is settled (design section 4).

#include "domain/tables.h"
#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {
namespace {

constexpr const char* kBook = "settled";

class NoRowAfterAcknowledgement final : public Workload {
 public:
  void setup(Shop& shop) override { add_book(shop, kBook, 100'000); }

  void start(Shop& shop) override {
    for (std::size_t i = 0; i < std::min<std::size_t>(3, shop.plan().buyers_max); ++i) {
      const std::string name = "settled-" + std::to_string(i);
      buyers_.push_back(std::make_unique<Buyer>(shop, name, i));
      shop.go(name, buy(*buyers_.back()));
    }
  }

  void check(Shop& shop) override {
    const Ledger& ledger = shop.ledger();
    std::map<std::string, std::map<Writer, std::uint64_t>> rows;  // by order: the entry that has it
    for (const Writer& writer : ledger.writers())
      for (const auto& [key, row] : ledger.rows(writer, ledger.known(writer)))
        if (key.table == domain::tables::kOrder) rows[key.partition][writer] = row.n;
    for (const auto& [order, entries] : rows)
      for (const auto& [taker, entry] : entries)
        for (const auto& [later, its_entry] : entries) {
          if (later == taker) continue;
          const auto position = ledger.own_position_when_held(later, taker, entry);
          if (position && its_entry > *position)
            shop.violated("no_row_after_acknowledgement",
                          later.text() + " held entry " + std::to_string(entry) + " of " +
                              taker.text() + " with order " + order + " at its own position " +
                              std::to_string(*position) + ", and has a row of it at " +
                              std::to_string(its_entry));
        }
  }

 private:
  static Task<void> send(Buyer& buyer, std::size_t region, std::string key,
                         domain::OrderRequest wanted) {
    static_cast<void>(co_await buyer.place(region, std::move(key), std::move(wanted)));
  }

  /// The same order in all regions, a link's delay apart: as the first one's row arrives.
  Task<void> buy(Buyer& buyer) {
    Shop& shop = buyer.shop();
    Random& random = buyer.random();
    while (!shop.is_closing()) {
      const domain::OrderRequest wanted = lines(kBook, 1, 1000);
      const std::string key = buyer.new_key();
      for (std::size_t region = 0; region < shop.regions(); ++region) {
        shop.go("settled", send(buyer, region, key, wanted));
        const Micros pause = random.between(0, 40) * kMillisecond;
        co_await shop.sleep(pause);
      }
      const Micros pause = random.between(0, 300) * kMillisecond;
      co_await shop.sleep(pause);
    }
  }

  std::vector<std::unique_ptr<Buyer>> buyers_;
};

const Registration<NoRowAfterAcknowledgement> kRegistered(
    "no_row_after_acknowledgement",
    {.needs_prefixes = "where rows come singly nobody acknowledges entries"});

}  // namespace
}  // namespace perpetua::sim
