#pragma once
// The shop's people: who brings books and copies, takes damaged ones out, and changes prices. What
// they ask for is in the ledger before they ask.

#include <string>

#include "sim/shop.h"

namespace perpetua::sim {

/// A book with copies and a price, in every region. For setup.
void add_book(Shop& shop, const std::string& id, std::int64_t copies, std::int64_t amount = 1000);

/// A delivery in the ledger: one name with two quantities is two.
[[nodiscard]] std::string delivery_key(const std::string& name, std::int64_t quantity);

/// True once a region has acknowledged it; the same name and quantity may be said again anywhere.
Task<bool> deliver(Shop& shop, std::size_t region, std::string book, std::string name,
                   std::int64_t quantity);
Task<bool> write_off(Shop& shop, std::size_t region, std::string book, std::string key,
                     std::int64_t quantity);
Task<bool> set_price(Shop& shop, std::size_t region, std::string book, std::int64_t amount);

/// A region's stock of a book. For checks.
[[nodiscard]] domain::StockReport report(Shop& shop, std::size_t region, const std::string& book);
[[nodiscard]] std::int64_t delivered(const domain::StockReport& report);
/// Sold and not released.
[[nodiscard]] std::int64_t sold(const domain::StockReport& report);

}  // namespace perpetua::sim
