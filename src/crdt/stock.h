#pragma once
// Escrowed stock: a bounded counter after O'Neil (1986) and Balegas et al. (2015). Each writer has
// rights to sell; only its own rows lower them, so no two writers ever sell the same copy. A row
// seen late only makes its reader too careful (design section 2).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/writer.h"

namespace perpetua::crdt {

/// One writer's row of one book. All numbers only grow.
struct StockRow {
  std::int64_t sold = 0;
  std::int64_t released = 0;  // of what was sold: lost duplicates, cancelled, returned
  std::int64_t written_off = 0;
  std::map<Writer, std::int64_t> granted;  // rights given away, by receiver, in total

  bool operator==(const StockRow&) const = default;
};

[[nodiscard]] std::string encode(const StockRow& row);
[[nodiscard]] Result<StockRow> decode_stock_row(std::string_view bytes);

/// One delivery of copies of one book. Rows of one id are equal, whoever wrote them. The shares add
/// up to the quantity.
struct Delivery {
  std::string name;  // `initial`, or the operator's
  std::int64_t quantity = 0;
  std::map<Writer, std::int64_t> shares;

  bool operator==(const Delivery&) const = default;
};

/// hash(book, name, quantity): 64 hexadecimal digits.
[[nodiscard]] std::string delivery_id(std::string_view book, std::string_view name,
                                      std::int64_t quantity);
/// A delivery of `quantity` copies, shared out over the founding writers by nothing but its id, so
/// that it is the same whoever writes it and whoever joined since. Founders get equal shares; what
/// is left over goes round from a founder that the id picks.
[[nodiscard]] Delivery make_delivery(std::string_view book, std::string_view name,
                                     std::int64_t quantity, const std::vector<Writer>& founders);

[[nodiscard]] std::string encode(const Delivery& delivery);
[[nodiscard]] Result<Delivery> decode_delivery(std::string_view bytes);

/// All that is known of one book's stock.
struct Stock {
  std::map<std::string, Delivery> deliveries;  // by id: each counts once, whoever wrote it
  std::map<Writer, StockRow> rows;

  /// What `writer` may still sell: shares + released + grants in - grants out - sold - written off.
  /// Unclamped: with another's rows seen late it can be below zero, and a clamp would mint copies.
  [[nodiscard]] std::int64_t rights(const Writer& writer) const;
  [[nodiscard]] std::int64_t delivered(const Writer& writer) const;
  [[nodiscard]] std::int64_t granted_to(const Writer& writer) const;
  /// Of all writers that have a share, a row or a grant.
  [[nodiscard]] std::vector<Writer> writers() const;
};

/// Moves `quantity` rights from `from` to `to` in from's own row. A grant to oneself would mint
/// rights: asserted. So is a negative quantity.
void grant(StockRow& row, const Writer& from, const Writer& to, std::int64_t quantity);

}  // namespace perpetua::crdt
