// duplicates_have_equal_content: all rows of one order id, whoever wrote them, have the same cart,
// lines, prices, address and delivery, and those are what the buyer asked for; the total is theirs.

#include "sim/traffic.h"

namespace perpetua::sim {
namespace {

class DuplicatesHaveEqualContent final : public Workload {
 public:
  void setup(Shop& shop) override { traffic_.emplace(shop, "duplicates", 2, 500); }
  void start(Shop&) override { traffic_->start(6); }

  void check(Shop& shop) override {
    for (const OrderTry& one : shop.ledger().tries)
      if (one.order && one.order->total.amount != total_of(*one.order))
        shop.violated("duplicates_have_equal_content",
                      "order " + one.id + " was answered with another total than its own");
    for (std::size_t region = 0; region < shop.regions(); ++region)
      for (const auto& [id, rows] : all_orders(shop, region)) compare(shop, id, rows);
  }

 private:
  static std::int64_t total_of(const domain::Order& order) {
    std::int64_t total = order.details.delivery ? order.details.delivery->price : 0;
    for (const domain::OrderLine& line : order.lines) total += line.quantity * line.price.amount;
    return total;
  }

  void compare(Shop& shop, const std::string& id, const std::map<Writer, crdt::OrderRow>& rows) {
    for (const auto& [writer, row] : rows)
      if (!row.same_content(rows.begin()->second))
        return shop.violated("duplicates_have_equal_content", "order " + id + " differs between " +
                                                                  writer.text() + " and " +
                                                                  rows.begin()->first.text());
    for (const OrderTry& one : shop.ledger().tries) {
      if (one.id != id) continue;
      const auto* asked = std::get_if<domain::ExplicitOrder>(&one.request.what);
      const crdt::OrderRow& row = rows.begin()->second;
      const bool is_asked =
          asked == nullptr ||
          std::ranges::equal(asked->lines, row.lines, [](const auto& wanted, const auto& is) {
            return wanted.book_id == is.book && wanted.quantity == is.quantity &&
                   wanted.price.amount == is.price;
          });
      if (row.cart != one.cart || !is_asked || row.details != one.request.details)
        shop.violated("duplicates_have_equal_content",
                      "order " + id + " is not what its buyer asked for");
      return;
    }
  }

  std::optional<Traffic> traffic_;
};

const Registration<DuplicatesHaveEqualContent> kRegistered("duplicates_have_equal_content", {});

}  // namespace
}  // namespace perpetua::sim
