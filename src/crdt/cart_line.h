#pragma once
// A cart line that merges: quantities by the client's operation key, added and cancelled, which
// only grow (design section 2). A retried write counts once wherever it lands; removals that did
// not know of each other do not add up; an addition that a removal had not seen survives it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace perpetua::crdt {

inline constexpr std::size_t kKeysPerLineMax = 200;

struct CartOperation {
  std::int64_t added = 0;
  std::int64_t cancelled = 0;
  std::string request;  // a short hash of what the key was used for: equal wherever it was applied

  bool operator==(const CartOperation&) const = default;
};

/// One writer's row, or the merge of all writers' rows: they are of one kind.
struct CartLineRow {
  std::map<std::string, CartOperation> operations;  // by operation key

  bool operator==(const CartLineRow&) const = default;
  /// sum over keys of max(0, added - cancelled)
  [[nodiscard]] std::int64_t quantity() const;
};

/// Takes `quantity` copies out of what `merged` still holds, lowest key first; all when none is
/// given. `own` becomes the writer's next row; `merged` is all that the writer has seen, its own
/// row included.
void cancel(CartLineRow& own, const CartLineRow& merged, std::optional<std::int64_t> quantity);

/// Per key the maximum. Commutative, associative, idempotent.
[[nodiscard]] CartLineRow merge(const CartLineRow& a, const CartLineRow& b);

[[nodiscard]] std::string encode(const CartLineRow& row);
[[nodiscard]] Result<CartLineRow> decode_cart_line_row(std::string_view bytes);

}  // namespace perpetua::crdt
