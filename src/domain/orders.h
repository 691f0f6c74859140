#pragma once
// Taking an order (design section 4): one transaction in one region for stock rights, order and
// cart lines; an id that is a function of the request alone, so that a retry anywhere is the same
// order.

#include <optional>
#include <string>
#include <vector>

#include "domain/context.h"
#include "domain/grants.h"
#include "domain/hybrid_clock.h"
#include "domain/order_request.h"
#include "domain/problem.h"

namespace perpetua::domain {

struct OrderPage {
  std::vector<Order> orders;        // newest first
  std::optional<std::string> next;  // cursor; nothing: the end
};

class OrderService {
 public:
  OrderService(Context context, HybridClock& clock, GrantDesk& grants,
               std::vector<DeliveryOption> delivery)
      : context_(context), clock_(clock), grants_(grants), delivery_(std::move(delivery)) {}

  /// Refusals: kPriceChanged, kSoldOut, kUnavailable, kNotFound (a book), kInvalid, kCartEmpty,
  /// kEtagMismatch, kKeyReused, kReadOnly. Any of them, but for a request that can never be taken,
  /// has outcome_unknown unless every member was heard since the request began: it may have been
  /// taken there. Takes about 4.5 s at most: a second to hear the others before a refusal, 2.5 s
  /// for copies from them, and a second for one of them to hold the order.
  Task<Checked<Reflecting<Order>>> place(Session session, std::string key, OrderRequest request);

  /// kNotFound for another customer's too.
  Task<Checked<Reflecting<Order>>> get(Session session, std::string id);

  /// kInvalid for a cursor that list() did not give. `limit` 1..100.
  Task<Checked<Reflecting<OrderPage>>> list(Session session, std::optional<std::string> cursor,
                                            std::size_t limit);

  /// As configured, the cheapest first.
  [[nodiscard]] const std::vector<DeliveryOption>& delivery_options() const { return delivery_; }

 private:
  struct Attempt;
  Task<Checked<Attempt>> attempt(port::Transaction& transaction, const Session& session,
                                 const std::string& key, const std::string& id,
                                 const OrderRequest& request);
  struct Placing;
  [[nodiscard]] static std::optional<Problem> sold_out(
      const Attempt& tried, const std::vector<std::string>& none_elsewhere);
  Task<bool> learn(Placing& placing);
  Task<std::optional<Problem>> ask_for(const Attempt& short_of, Placing& placing);
  Task<Reflecting<Order>> answer(const std::string& id, Attempt attempt, port::Committed committed);

  Context context_;
  HybridClock& clock_;
  GrantDesk& grants_;
  const std::vector<DeliveryOption> delivery_;
};

}  // namespace perpetua::domain
