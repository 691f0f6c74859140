#pragma once
// Carts that merge (design section 2). Every write carries the client's operation key and counts
// once, wherever and however often it arrives.

#include <optional>
#include <string>

#include "domain/context.h"
#include "domain/problem.h"
#include "domain/reading.h"

namespace perpetua::domain {

inline constexpr std::int64_t kQuantityMax = 99;  // of one request
inline constexpr std::size_t kCartLinesMax = 48;  // that can be bought: what one order can hold
/// Operations on all lines of a cart together, and as many takings by orders: all of them are read
/// whenever the cart is.
inline constexpr std::size_t kCartChangesMax = 2000;

struct CartWritten {
  Cart cart;
  Durability durability = Durability::kLocal;
};

/// This region's row of a cart's line once an order, whose own row has `clock`, has taken up to
/// `quantity` copies out of it; nothing when the cart holds none. kTooManyKeys: orders have taken
/// copies out of the line kTakingsPerLineMax times, or kCartChangesMax times out of the cart.
[[nodiscard]] Checked<std::optional<crdt::CartLineRow>> take_for_order(const CartRead& cart,
                                                                       const OrderLine& line,
                                                                       const std::string& order,
                                                                       std::uint64_t clock,
                                                                       const Writer& self);

class CartService {
 public:
  explicit CartService(Context context) : context_(context) {}

  Task<Checked<Reflecting<Cart>>> get(std::string cart);

  /// Adds 1 to kQuantityMax copies. kNotFound: no such book, or retired. kKeyReused: the key was
  /// used for something else. kTooManyKeys: the line has had kKeysPerLineMax operations, or the
  /// cart kCartChangesMax. kInvalid: too many lines, or a book in another currency than the cart's.
  Task<Checked<Reflecting<CartWritten>>> add(std::string cart, std::string book,
                                             std::int64_t quantity, std::string key);

  /// Sets the quantity: cancels what was seen, adds its own. Errors as add().
  Task<Checked<Reflecting<CartWritten>>> set(std::string cart, std::string book,
                                             std::int64_t quantity, std::string key);

  /// Removes what was seen, also when nothing is there; a line with copies in it whatever its
  /// bounds. kNotFound: neither the catalogue nor the cart knows the book. kKeyReused,
  /// kTooManyKeys.
  Task<Checked<Reflecting<CartWritten>>> remove(std::string cart, std::string book,
                                                std::string key);

 private:
  struct Operation;
  Task<Checked<Reflecting<CartWritten>>> write(std::string cart, Operation operation);

  Context context_;
};

}  // namespace perpetua::domain
