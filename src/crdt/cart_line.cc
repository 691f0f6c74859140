#include "crdt/cart_line.h"

#include "base/bytes.h"
#include "base/simulation.h"

namespace perpetua::crdt {
namespace {

constexpr std::uint8_t kVersion = 1;

void encode(Encoder& out, const Taking& taking) {
  out.u64(taking.clock);
  perpetua::encode(out, taking.writer);
  out.u32(static_cast<std::uint32_t>(taking.copies.size()));
  for (const auto& [key, copies] : taking.copies) {
    out.str(key);
    out.i64(copies);
  }
}

/// Adds what comes next in a map's order; a map has one encoding alone.
template <class Value>
void append(Decoder& in, std::map<std::string, Value>& map, std::string key, Value value) {
  if (!map.empty() && !(map.rbegin()->first < key)) in.set_failed();
  map.emplace(std::move(key), std::move(value));
}

CartOperation decode_operation(Decoder& in) {
  CartOperation operation;
  operation.added = in.i64();
  operation.cancelled = in.i64();
  operation.request = in.str();
  if (operation.added < 0 || operation.cancelled < 0) in.set_failed();
  return operation;
}

Taking decode_taking(Decoder& in) {
  Taking taking;
  taking.clock = in.u64();
  taking.writer = decode_writer(in);
  const std::uint32_t size = in.count(12);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    std::string key(in.str());
    const std::int64_t copies = in.i64();
    if (copies < 1) in.set_failed();
    append(in, taking.copies, std::move(key), copies);
  }
  if (taking.copies.empty()) in.set_failed();
  return taking;
}

}  // namespace

std::map<std::string, std::int64_t> CartLineRow::left() const {
  std::map<std::string, std::int64_t> left;
  for (const auto& [key, operation] : operations) left[key] = operation.added - operation.cancelled;
  for (const auto& [order, taking] : takings)
    for (const auto& [key, copies] : taking.copies)
      // A taking can be here before the operation whose copies it took.
      if (const auto found = left.find(key); found != left.end()) found->second -= copies;
  for (auto& [key, copies] : left)
    if (!PERPETUA_PLANTED(cancellations_added)) copies = std::max<std::int64_t>(0, copies);
  return left;
}

std::int64_t CartLineRow::quantity() const {
  std::int64_t sum = 0;
  for (const auto& [key, copies] : left()) sum += copies;
  return sum;
}

void cancel(CartLineRow& own, const CartLineRow& merged) {
  for (const auto& [key, seen] : merged.operations)
    own.operations[key] = {seen.added, seen.added, seen.request};
}

Taking take(const CartLineRow& merged, std::int64_t quantity, std::uint64_t clock,
            const Writer& writer) {
  Taking taking{clock, writer, {}};
  for (const auto& [key, copies] : merged.left()) {
    const std::int64_t taken = std::min(copies, quantity);
    if (taken > 0) taking.copies.emplace(key, taken);
    quantity -= taken;
  }
  return taking;
}

CartLineRow merge(const CartLineRow& a, const CartLineRow& b) {
  CartLineRow out = a;
  for (const auto& [key, theirs] : b.operations) {
    CartOperation& ours = out.operations[key];
    ours.added = PERPETUA_PLANTED(cart_key_per_writer) ? ours.added + theirs.added
                                                       : std::max(ours.added, theirs.added);
    ours.cancelled = std::max(ours.cancelled, theirs.cancelled);
    ours.request = std::max(ours.request, theirs.request);
  }
  for (const auto& [order, theirs] : b.takings)
    if (const auto [ours, is_new] = out.takings.emplace(order, theirs); !is_new)
      ours->second = std::min(ours->second, theirs);
  out.written_ms = std::max(out.written_ms, b.written_ms);
  return out;
}

std::string encode(const CartLineRow& row) {
  Encoder out;
  out.u8(kVersion);
  out.i64(row.written_ms);
  out.u32(static_cast<std::uint32_t>(row.operations.size()));
  for (const auto& [key, operation] : row.operations) {
    out.str(key);
    out.i64(operation.added);
    out.i64(operation.cancelled);
    out.str(operation.request);
  }
  out.u32(static_cast<std::uint32_t>(row.takings.size()));
  for (const auto& [order, taking] : row.takings) {
    out.str(order);
    encode(out, taking);
  }
  return std::move(out).take();
}

Result<CartLineRow> decode_cart_line_row(std::string_view bytes) {
  Decoder in(bytes);
  CartLineRow row;
  if (in.u8() != kVersion) in.set_failed();
  row.written_ms = in.i64();
  if (row.written_ms < 0) in.set_failed();
  const std::uint32_t operations = in.count(24);
  for (std::uint32_t i = 0; i < operations && in.ok(); ++i) {
    std::string key(in.str());
    append(in, row.operations, std::move(key), decode_operation(in));
  }
  const std::uint32_t takings = in.count(36);
  for (std::uint32_t i = 0; i < takings && in.ok(); ++i) {
    std::string order(in.str());
    append(in, row.takings, std::move(order), decode_taking(in));
  }
  const Result<void> finished = in.finish("cart line");
  if (!finished) return std::unexpected(finished.error());
  return row;
}

}  // namespace perpetua::crdt
