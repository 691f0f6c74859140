#include "domain/order_request.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "domain/validate.h"

namespace perpetua::domain {

std::string order_id(const std::string& cart, const std::string& key, const OrderRequest& request) {
  Encoder out;
  out.str(cart);
  out.str(key);
  if (const auto* by_cart = std::get_if<CartOrder>(&request.what)) {
    out.u8(1);
    out.str(by_cart->etag);
  } else {
    out.u8(2);
    const std::vector<OrderLine> lines = by_book(std::get<ExplicitOrder>(request.what).lines);
    out.u32(static_cast<std::uint32_t>(lines.size()));
    for (const OrderLine& line : lines) {
      out.str(line.book_id);
      out.i64(line.quantity);
      out.i64(line.price.amount);
      out.str(line.price.currency);
    }
  }
  if (!request.details.empty()) {
    out.u8(3);
    encode(request.details, out);
  }
  return "or_" + to_hex(hash(out.bytes())).substr(0, 40);
}

std::vector<OrderLine> by_book(std::vector<OrderLine> lines) {
  std::sort(lines.begin(), lines.end(),
            [](const OrderLine& a, const OrderLine& b) { return a.book_id < b.book_id; });
  return lines;
}

std::optional<Problem> check_lines(const std::vector<OrderLine>& lines) {
  if (lines.empty() || lines.size() > kOrderLinesMax)
    return invalid("/lines", "must be 1 to " + std::to_string(kOrderLinesMax) + " lines");
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string at = "/lines/" + std::to_string(i);
    if (lines[i].quantity < 1 || lines[i].quantity > kOrderQuantityMax)
      return invalid(at + "/quantity", "must be 1 to " + std::to_string(kOrderQuantityMax));
    if (!seen.emplace(lines[i].book_id, i).second)
      return invalid(at + "/bookId", "is in the order twice; put its copies on one line");
    if (lines[i].price.currency != lines[0].price.currency)
      return invalid(at + "/price/currency", "differs from the first line's; order it separately");
  }
  return std::nullopt;
}

std::optional<Problem> check(const OrderRequest& request) {
  if (const auto* order = std::get_if<ExplicitOrder>(&request.what)) {
    if (auto bad = check_lines(order->lines)) return bad;
    if (auto bad = check_currency(request.details, order->lines.front().price.currency)) return bad;
  }
  return validate(request.details);
}

std::optional<Problem> check_currency(const crdt::OrderDetails& details,
                                      const std::string& currency) {
  if (!details.delivery || details.delivery->currency == currency) return std::nullopt;
  return invalid("/delivery/price/currency", "must be that of the order's lines, " + currency);
}

std::optional<Problem> check_delivery(const crdt::OrderDetails& details,
                                      const std::vector<DeliveryOption>& options) {
  if (!details.delivery) return std::nullopt;
  const auto& [method, price, currency] = *details.delivery;
  const auto option = std::ranges::find_if(options, [&](const DeliveryOption& one) {
    return one.method == method && one.price.currency == currency;
  });
  if (option == options.end())
    return invalid("/delivery/method", "is no way of delivery priced in " + currency);
  if (option->price.amount == price) return std::nullopt;
  return Problem{Refusal::kPriceChanged,
                 "has changed; look at the ways of delivery and order again",
                 "/delivery/price",
                 {},
                 false};
}

}  // namespace perpetua::domain
