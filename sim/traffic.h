#pragma once
// Buyers for workloads whose invariant is about everything that happens rather than about one kind
// of request: they order lines and carts, retry, change their carts and read, side by side.

#include <memory>
#include <string>
#include <vector>

#include "crdt/order.h"
#include "sim/buyer.h"
#include "sim/operator.h"

namespace perpetua::sim {

class Traffic {
 public:
  /// Of a workload of that name, with `books` books of its own.
  Traffic(Shop& shop, std::string name, std::size_t books, std::int64_t copies_max);

  /// Until shop.is_closing().
  void start(std::size_t buyers);

  [[nodiscard]] const std::vector<std::string>& books() const { return books_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Buyer>>& buyers() const { return buyers_; }

 private:
  Task<void> shop_around(Buyer& buyer);
  Task<void> order_lines(Buyer& buyer);
  Task<void> order_cart(Buyer& buyer);
  Task<void> change_cart(Buyer& buyer);
  /// The same request in two regions at once, as a retry that was too hasty makes it.
  Task<void> order_twice(Buyer& buyer);
  Task<void> place_once(Buyer& buyer, std::size_t region, std::string key,
                        domain::OrderRequest request);

  Shop& shop_;
  std::string name_;
  std::vector<std::string> books_;
  std::vector<std::unique_ptr<Buyer>> buyers_;
};

/// All rows of a table that the region's store shows. Nothing when its disk fails meanwhile.
[[nodiscard]] std::optional<std::vector<port::KeyedRow>> all_rows(Process& process,
                                                                  const char* table);
/// The orders that it shows, each by all its writers' rows. For checks.
[[nodiscard]] std::map<std::string, std::map<Writer, crdt::OrderRow>> all_orders(
    Shop& shop, std::size_t region);
/// A customer's orders as a region lists them, page by page. For checks.
[[nodiscard]] std::vector<domain::Order> listed_orders(Shop& shop, std::size_t region,
                                                       const domain::Session& session);

/// Whether every row that the region's store shows is what its writer wrote, up to the position
/// that the store says. Says what is wrong; empty when all is right.
[[nodiscard]] std::string compare_rows(Shop& shop, Process& process);

}  // namespace perpetua::sim
