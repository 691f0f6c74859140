#pragma once
// An order as one writer took it. All rows of one id are equal in content; the earliest (clock,
// writer) is the winner, and a writer whose row lost releases its copies (design sections 2, 4).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/writer.h"
#include "crdt/order_details.h"

namespace perpetua::crdt {

struct OrderContentLine {
  std::string book;
  std::int64_t quantity = 0;
  std::int64_t price = 0;  // of one copy, in minor units
  bool operator==(const OrderContentLine&) const = default;
};

struct OrderRow {
  // The session's. A guest who signs in and tries again has another one: as of the clocks, the
  // winner's counts.
  std::string customer;
  // Content: a function of the request alone, as the order's id is.
  std::string cart;
  std::string currency;
  std::vector<OrderContentLine> lines;  // by book id
  OrderDetails details;
  std::uint64_t clock = 0;  // the writer's: ms since 1970 << 16 | counter
  bool operator==(const OrderRow&) const = default;

  [[nodiscard]] bool same_content(const OrderRow& other) const {
    return cart == other.cart && currency == other.currency && lines == other.lines &&
           details == other.details;
  }
};

[[nodiscard]] std::string encode(const OrderRow& row);
[[nodiscard]] Result<OrderRow> decode_order_row(std::string_view bytes);

/// The writer whose row is the order. `rows` is not empty; rows that differ in content are a bug,
/// asserted.
[[nodiscard]] const Writer& winner(const std::map<Writer, OrderRow>& rows);

}  // namespace perpetua::crdt
