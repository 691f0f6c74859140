#pragma once
// What a buyer asks for, and the id that follows from it alone (design section 4).

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crdt/order_details.h"
#include "domain/cart.h"
#include "domain/problem.h"

namespace perpetua::domain {

inline constexpr std::size_t kOrderLinesMax = kCartLinesMax;
/// Of one line: far above what the operations of a cart's line can add up to, so that every line of
/// a cart can be ordered.
inline constexpr std::int64_t kOrderQuantityMax = 1'000'000;

/// An order of the lines given, with the prices that the buyer saw.
struct ExplicitOrder {
  std::vector<OrderLine> lines;  // 1..kOrderLinesMax, no book twice; in any sequence
};
/// An order of the cart as the buyer saw it.
struct CartOrder {
  std::string etag;  // without quotes
};

struct OrderRequest {
  OrderRequest() = default;
  OrderRequest(ExplicitOrder lines) : what(std::move(lines)) {}
  OrderRequest(CartOrder cart) : what(std::move(cart)) {}

  std::variant<ExplicitOrder, CartOrder> what;
  crdt::OrderDetails details;
};

/// hash over length-prefixed cart id, key and canonical request: `or_` and 40 hexadecimal digits.
[[nodiscard]] std::string order_id(const std::string& cart, const std::string& key,
                                   const OrderRequest& request);

/// As an order has them.
[[nodiscard]] std::vector<OrderLine> by_book(std::vector<OrderLine> lines);

/// kInvalid for lines that can never be ordered together.
[[nodiscard]] std::optional<Problem> check_lines(const std::vector<OrderLine>& lines);
/// kInvalid for a request that can never be taken, wherever and whenever it is sent.
[[nodiscard]] std::optional<Problem> check(const OrderRequest& request);

/// kInvalid unless the delivery, if there is one, is in the currency of the order's lines.
[[nodiscard]] std::optional<Problem> check_currency(const crdt::OrderDetails& details,
                                                    const std::string& currency);
/// kInvalid unless its method is one of the options, kPriceChanged unless at that one's price. Its
/// currency is the order's.
[[nodiscard]] std::optional<Problem> check_delivery(const crdt::OrderDetails& details,
                                                    const std::vector<DeliveryOption>& options);

}  // namespace perpetua::domain
