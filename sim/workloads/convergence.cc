// convergence: once all is healed every region holds the same rows, which are those that were
// written, and gives the same answers.

#include "domain/tables.h"
#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

class Convergence final : public Workload {
 public:
  void setup(Shop&) override {}
  void start(Shop&) override {}

  void check(Shop& shop) override {
    for (std::size_t region = 0; region < shop.regions(); ++region) {
      Process& process = *shop.process(region);
      if (process.journal)
        if (const std::string wrong = compare_rows(shop, process); !wrong.empty())
          return shop.violated("convergence", wrong);
    }
    check_refusals(shop);
    std::set<domain::Session, Less> sessions;
    for (const OrderTry& one : shop.ledger().tries) sessions.insert({one.customer, one.cart});
    for (std::size_t region = 1; region < shop.regions(); ++region) {
      for (const auto& [book, said] : shop.ledger().deliveries)
        if (stock(shop, 0, book) != stock(shop, region, book))
          return differ(shop, region, "the stock of " + book);
      for (const domain::Session& session : sessions) {
        if (cart(shop, 0, session) != cart(shop, region, session))
          return differ(shop, region, "the cart of " + session.customer);
        if (orders(shop, 0, session) != orders(shop, region, session))
          return differ(shop, region, "the orders of " + session.customer);
      }
    }
  }

 private:
  struct Less {
    bool operator()(const domain::Session& a, const domain::Session& b) const {
      return std::tie(a.customer, a.cart) < std::tie(b.customer, b.cart);
    }
  };

  /// What was refused for sure, each time that a region looked at it, was not taken. (A request
  /// that the network brings twice may be refused and then be taken: a refusal is of its time.)
  static void check_refusals(Shop& shop) {
    const Ledger& ledger = shop.ledger();
    std::map<std::string, std::pair<const OrderTry*, std::size_t>> refused;  // with how often
    for (const OrderTry& one : ledger.tries) {
      auto& [last, times] = refused[one.id];
      last = &one;
      if (one.problem && !one.is_unknown()) ++times;
    }
    for (const Writer& writer : ledger.writers())
      for (const auto& [key, row] : ledger.rows(writer, ledger.known(writer))) {
        const auto found = refused.find(key.partition);
        if (key.table != domain::tables::kOrder || found == refused.end()) continue;
        const auto& [last, times] = found->second;
        const auto services = ledger.services.find(last->key);
        if (services == ledger.services.end() || services->second.size() != times) continue;
        return shop.violated("refusal_is_not_final",
                             "order " + key.partition + " was refused for sure whenever it was " +
                                 "asked for (" + last->problem->detail + "), and " + writer.text() +
                                 " took it at entry " + std::to_string(row.n));
      }
  }

  static void differ(Shop& shop, std::size_t region, const std::string& what) {
    shop.violated("convergence", what + " differs between " + shop.name(0) + " and " +
                                     shop.name(region) + " when all is healed");
  }

  static std::map<Writer, std::int64_t> stock(Shop& shop, std::size_t region,
                                              const std::string& book) {
    std::map<Writer, std::int64_t> rights;
    for (const domain::StockRow& row : report(shop, region, book).writers)
      rights[row.writer] = row.rights;
    return rights;
  }

  static std::string cart(Shop& shop, std::size_t region, const domain::Session& session) {
    const auto read = shop.wait(shop.process(region)->rules->carts.get(session.cart));
    return read ? read->value.etag : read.error().detail;
  }

  static std::vector<std::pair<std::string, std::string>> orders(Shop& shop, std::size_t region,
                                                                 const domain::Session& session) {
    std::vector<std::pair<std::string, std::string>> listed;
    for (const domain::Order& order : listed_orders(shop, region, session))
      listed.emplace_back(order.id, order.taken_by.text());
    return listed;
  }
};

const Registration<Convergence> kRegistered("convergence", {.runs_always = true});

}  // namespace
}  // namespace perpetua::sim
