#pragma once
// A cart line that merges: quantities by the client's operation key, added and cancelled, which
// only grow, and what each order took, by the order's id (design section 2, docs/adr/0006). A
// retried write counts once wherever it lands; removals that did not know of each other do not add
// up; an addition that a removal or an order had not seen survives it; an order takes its copies
// once, however many regions took it.

#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "base/writer.h"

namespace perpetua::crdt {

inline constexpr std::size_t kKeysPerLineMax = 200;
inline constexpr std::size_t kTakingsPerLineMax = 200;

struct CartOperation {
  std::int64_t added = 0;
  std::int64_t cancelled = 0;  // 0, or all that was added: by a removal that saw it
  std::string request;  // a short hash of what the key was used for: equal wherever it was applied

  bool operator==(const CartOperation&) const = default;
};

/// What one writer took out of the line for an order.
struct Taking {
  std::uint64_t clock = 0;  // that of the order's row
  Writer writer;
  std::map<std::string, std::int64_t> copies;  // by operation key, at least one of each

  auto operator<=>(const Taking&) const = default;
};

/// One writer's row, or the merge of all writers' rows: they are of one kind.
struct CartLineRow {
  std::map<std::string, CartOperation> operations;  // by operation key
  std::map<std::string, Taking> takings;            // by order id: the earliest (clock, writer)
  std::int64_t written_ms = 0;  // the last write's time by its region's wall, since 1970

  bool operator==(const CartLineRow&) const = default;
  /// Of each operation key's copies: max(0, added - cancelled - taken).
  [[nodiscard]] std::map<std::string, std::int64_t> left() const;
  /// The sum of left().
  [[nodiscard]] std::int64_t quantity() const;
};

/// Cancels every operation in `merged`, which is all that the writer has seen, its own row
/// included, and `own` the writer's next row. All that was added, also where an order has taken it
/// (were another writer's row of that order to win later, nothing may come back) and where another
/// has cancelled it (whose row may come late).
void cancel(CartLineRow& own, const CartLineRow& merged);

/// Up to `quantity` of the copies that `merged` still has, lowest key first, as `writer` takes them
/// for an order whose row has `clock`. Without copies when there are none: nothing to keep then.
[[nodiscard]] Taking take(const CartLineRow& merged, std::int64_t quantity, std::uint64_t clock,
                          const Writer& writer);

/// Per key the maximum, per order the earliest taking. Commutative, associative, idempotent.
[[nodiscard]] CartLineRow merge(const CartLineRow& a, const CartLineRow& b);

[[nodiscard]] std::string encode(const CartLineRow& row);
[[nodiscard]] Result<CartLineRow> decode_cart_line_row(std::string_view bytes);

}  // namespace perpetua::crdt
