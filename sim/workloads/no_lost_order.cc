// no_lost_order: an order that a buyer holds an answer for is in every region once all is healed,
// with the lines that the buyer was told, and held by more than one region.

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

class NoLostOrder final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "no_lost_order", 4, 60); }
  void start(Shop&) override { traffic_->start(6); }

  void check(Shop& shop) override {
    for (const auto& [id, told] : shop.ledger().acknowledged()) {
      const domain::Session session{told.customer, told.cart};
      for (std::size_t region = 0; region < shop.regions(); ++region) {
        const auto found = shop.wait(shop.process(region)->rules->orders.get(session, id));
        if (!found)
          return shop.violated("no_lost_order", "order " + id + " of " + told.customer +
                                                    " was acknowledged and is not in " +
                                                    shop.name(region));
        if (found->value.lines != told.lines)
          return shop.violated("no_lost_order", "order " + id + " has other lines in " +
                                                    shop.name(region) + " than were told");
        if (found->value.durability != domain::Durability::kRemote)
          return shop.violated("no_lost_order",
                               "order " + id + " is not held elsewhere, says " + shop.name(region));
      }
    }
  }

 private:
  std::optional<Traffic> traffic_;
};

const Registration<NoLostOrder> kRegistered("no_lost_order", {});

}  // namespace
}  // namespace perpetua::sim
