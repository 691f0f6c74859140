#include "crdt/order.h"

#include "base/assert.h"
#include "base/bytes.h"

namespace perpetua::crdt {
namespace {
// Orders without details keep the bytes that they had before there were any.
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kVersionWithDetails = 2;
}  // namespace

std::string encode(const OrderRow& row) {
  Encoder out;
  out.u8(row.details.empty() ? kVersion : kVersionWithDetails);
  out.u64(row.clock);
  out.str(row.customer);
  out.str(row.cart);
  out.str(row.currency);
  out.u32(static_cast<std::uint32_t>(row.lines.size()));
  for (const OrderContentLine& line : row.lines) {
    out.str(line.book);
    out.i64(line.quantity);
    out.i64(line.price);
  }
  if (!row.details.empty()) encode(row.details, out);
  return std::move(out).take();
}

Result<OrderRow> decode_order_row(std::string_view bytes) {
  Decoder in(bytes);
  OrderRow row;
  const std::uint8_t version = in.u8();
  if (version != kVersion && version != kVersionWithDetails) in.set_failed();
  row.clock = in.u64();
  row.customer = in.str();
  row.cart = in.str();
  row.currency = in.str();
  const std::uint32_t size = in.count(20);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    OrderContentLine line;
    line.book = in.str();
    line.quantity = in.i64();
    line.price = in.i64();
    if (line.quantity < 1 || line.price < 0) in.set_failed();
    if (!row.lines.empty() && !(row.lines.back().book < line.book)) in.set_failed();
    row.lines.push_back(std::move(line));
  }
  if (version == kVersionWithDetails) row.details = decode_order_details(in);
  if (row.details.delivery && row.details.delivery->currency != row.currency) in.set_failed();
  const Result<void> finished = in.finish("order row");
  if (!finished) return std::unexpected(finished.error());
  return row;
}

const Writer& winner(const std::map<Writer, OrderRow>& rows) {
  PERPETUA_ASSERT(!rows.empty(), "an order has a row");
  const auto* first = &*rows.begin();
  for (const auto& row : rows) {
    PERPETUA_ASSERT(row.second.same_content(first->second), "rows of one order are equal");
    if (std::pair(row.second.clock, row.first) < std::pair(first->second.clock, first->first))
      first = &row;
  }
  return first->first;
}

}  // namespace perpetua::crdt
