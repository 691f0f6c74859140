#include "buyers/look.h"

#include <algorithm>
#include <iterator>

namespace perpetua::buyers {
namespace {

constexpr std::size_t kPagesMax = 100;  // of one buyer's orders

}  // namespace

Task<Result<Seen>> look(Net& net, Endpoint region, std::string token, double timeout_ms) {
  if (token.empty()) co_return fail(ErrorCode::kNotFound, "its token is not in the sessions file");
  Seen seen;
  const Result<HttpAnswer> cart = co_await fetch(net, region, "/api/cart", token, timeout_ms);
  if (!cart) co_return std::unexpected(cart.error());
  auto lines = read_cart(cart->body);
  if (!lines) co_return std::unexpected(lines.error());
  seen.cart = std::move(*lines);

  std::string path = "/api/orders?limit=100";
  for (std::size_t i = 0; i < kPagesMax && !path.empty(); ++i) {
    const Result<HttpAnswer> answer = co_await fetch(net, region, path, token, timeout_ms);
    if (!answer) co_return std::unexpected(answer.error());
    const auto page = read_orders(*answer);
    if (!page) co_return std::unexpected(page.error());
    std::ranges::copy(page->items, std::back_inserter(seen.orders));
    path = page->next;
  }
  co_return seen;
}

Task<Result<std::vector<std::string>>> look_at_best_sellers(Net& net, Endpoint region,
                                                            double timeout_ms) {
  const Result<HttpAnswer> answer = co_await fetch(net, region, "/api/bestsellers", "", timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  auto list = read_best_sellers(answer->body);
  co_return list;
}

}  // namespace perpetua::buyers
