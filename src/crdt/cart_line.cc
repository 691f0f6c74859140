#include "crdt/cart_line.h"

#include "base/bytes.h"

namespace perpetua::crdt {
namespace {
constexpr std::uint8_t kVersion = 1;
}

std::int64_t CartLineRow::quantity() const {
  std::int64_t sum = 0;
  for (const auto& [key, operation] : operations)
    sum += std::max<std::int64_t>(0, operation.added - operation.cancelled);
  return sum;
}

void cancel(CartLineRow& own, const CartLineRow& merged, std::optional<std::int64_t> quantity) {
  for (const auto& [key, seen] : merged.operations) {
    const std::int64_t left = std::max<std::int64_t>(0, seen.added - seen.cancelled);
    const std::int64_t take = quantity ? std::min(left, *quantity) : left;
    if (take == 0) continue;
    CartOperation& operation = own.operations[key];
    operation = seen;
    operation.cancelled += take;
    if (quantity) *quantity -= take;
  }
}

CartLineRow merge(const CartLineRow& a, const CartLineRow& b) {
  CartLineRow out = a;
  for (const auto& [key, theirs] : b.operations) {
    CartOperation& ours = out.operations[key];
    ours.added = std::max(ours.added, theirs.added);
    ours.cancelled = std::max(ours.cancelled, theirs.cancelled);
    ours.request = std::max(ours.request, theirs.request);
  }
  return out;
}

std::string encode(const CartLineRow& row) {
  Encoder out;
  out.u8(kVersion);
  out.u32(static_cast<std::uint32_t>(row.operations.size()));
  for (const auto& [key, operation] : row.operations) {
    out.str(key);
    out.i64(operation.added);
    out.i64(operation.cancelled);
    out.str(operation.request);
  }
  return std::move(out).take();
}

Result<CartLineRow> decode_cart_line_row(std::string_view bytes) {
  Decoder in(bytes);
  CartLineRow row;
  if (in.u8() != kVersion) in.set_failed();
  const std::uint32_t size = in.count(24);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    std::string key(in.str());
    CartOperation operation;
    operation.added = in.i64();
    operation.cancelled = in.i64();
    operation.request = in.str();
    if (operation.added < 0 || operation.cancelled < 0) in.set_failed();
    const bool is_in_order = row.operations.empty() || row.operations.rbegin()->first < key;
    if (!is_in_order) in.set_failed();
    row.operations.emplace(std::move(key), std::move(operation));
  }
  const Result<void> finished = in.finish("cart line");
  if (!finished) return std::unexpected(finished.error());
  return row;
}

}  // namespace perpetua::crdt
