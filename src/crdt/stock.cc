#include "crdt/stock.h"

#include <set>

#include "base/assert.h"
#include "base/hash.h"
#include "base/simulation.h"

namespace perpetua::crdt {
namespace {

constexpr std::uint8_t kVersion = 1;

void encode_counts(Encoder& out, const std::map<Writer, std::int64_t>& counts) {
  out.u32(static_cast<std::uint32_t>(counts.size()));
  for (const auto& [writer, count] : counts) {
    encode(out, writer);
    out.i64(count);
  }
}

std::map<Writer, std::int64_t> decode_counts(Decoder& in) {
  std::map<Writer, std::int64_t> counts;
  const std::uint32_t size = in.count(16);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) {
    const Writer writer = decode_writer(in);
    const std::int64_t count = in.i64();
    if (count < 0 || (!counts.empty() && !(counts.rbegin()->first < writer))) in.set_failed();
    counts.emplace(writer, count);
  }
  return counts;
}

std::int64_t decode_count(Decoder& in) {
  const std::int64_t count = in.i64();
  if (count < 0) in.set_failed();
  return count;
}

}  // namespace

std::string encode(const StockRow& row) {
  Encoder out;
  out.u8(kVersion);
  out.i64(row.sold);
  out.i64(row.released);
  out.i64(row.written_off);
  encode_counts(out, row.granted);
  return std::move(out).take();
}

Result<StockRow> decode_stock_row(std::string_view bytes) {
  Decoder in(bytes);
  StockRow row;
  if (in.u8() != kVersion) in.set_failed();
  row.sold = decode_count(in);
  row.released = decode_count(in);
  row.written_off = decode_count(in);
  row.granted = decode_counts(in);
  const Result<void> finished = in.finish("stock row");
  if (!finished) return std::unexpected(finished.error());
  return row;
}

std::string delivery_id(std::string_view book, std::string_view name, std::int64_t quantity) {
  Encoder out;
  out.str(book);
  out.str(name);
  if (!PERPETUA_PLANTED(delivery_without_content)) out.i64(quantity);
  return to_hex(hash(out.bytes()));
}

Delivery make_delivery(std::string_view book, std::string_view name, std::int64_t quantity,
                       const std::vector<Writer>& founders) {
  PERPETUA_ASSERT(!founders.empty(), "a delivery is shared out over the founding writers");
  PERPETUA_ASSERT(quantity >= 0, "a delivery adds copies");
  const std::set<Writer> sorted(founders.begin(), founders.end());
  const auto size = static_cast<std::int64_t>(sorted.size());
  Delivery delivery{std::string(name), quantity, {}};
  // Who gets the odd copies differs from delivery to delivery, so that no founder is always short.
  const std::string id = from_hex(delivery_id(book, name, quantity)).value();
  const std::int64_t first = static_cast<std::uint8_t>(id[0]) % size;
  std::int64_t index = 0;
  for (const Writer& writer : sorted) {
    const std::int64_t turn = (index++ - first + size) % size;
    delivery.shares[writer] = quantity / size + (turn < quantity % size ? 1 : 0);
  }
  return delivery;
}

std::string encode(const Delivery& delivery) {
  Encoder out;
  out.u8(kVersion);
  out.str(delivery.name);
  out.i64(delivery.quantity);
  encode_counts(out, delivery.shares);
  return std::move(out).take();
}

Result<Delivery> decode_delivery(std::string_view bytes) {
  Decoder in(bytes);
  Delivery delivery;
  if (in.u8() != kVersion) in.set_failed();
  delivery.name = in.str();
  delivery.quantity = decode_count(in);
  delivery.shares = decode_counts(in);
  std::int64_t left = delivery.quantity;
  for (const auto& [writer, share] : delivery.shares) {
    if (share < 0 || share > left) in.set_failed();  // and no difference that would overflow
    if (in.ok()) left -= share;
  }
  if (left != 0) in.set_failed();
  const Result<void> finished = in.finish("delivery");
  if (!finished) return std::unexpected(finished.error());
  return delivery;
}

std::int64_t Stock::delivered(const Writer& writer) const {
  std::int64_t sum = 0;
  for (const auto& [id, delivery] : deliveries)
    if (const auto share = delivery.shares.find(writer); share != delivery.shares.end())
      sum += share->second;
  return sum;
}

std::int64_t Stock::granted_to(const Writer& writer) const {
  std::int64_t sum = 0;
  for (const auto& [giver, row] : rows)
    if (const auto granted = row.granted.find(writer); granted != row.granted.end())
      sum += PERPETUA_PLANTED(grant_counted_twice) ? 2 * granted->second : granted->second;
  return sum;
}

std::int64_t Stock::rights(const Writer& writer) const {
  std::int64_t rights = delivered(writer) + granted_to(writer);
  if (const auto found = rows.find(writer); found != rows.end()) {
    const StockRow& own = found->second;
    rights += own.released - own.sold - own.written_off;
    if (PERPETUA_PLANTED(grant_not_deducted)) return rights;
    for (const auto& [receiver, granted] : own.granted) rights -= granted;
  }
  return rights;
}

std::vector<Writer> Stock::writers() const {
  std::set<Writer> all;
  for (const auto& [id, delivery] : deliveries)
    for (const auto& [writer, share] : delivery.shares) all.insert(writer);
  for (const auto& [writer, row] : rows) {
    all.insert(writer);
    for (const auto& [receiver, granted] : row.granted) all.insert(receiver);
  }
  return {all.begin(), all.end()};
}

void grant(StockRow& row, const Writer& from, const Writer& to, std::int64_t quantity) {
  PERPETUA_ASSERT(from != to, "a grant to oneself mints rights");
  PERPETUA_ASSERT(quantity >= 0, "a grant never takes back");
  row.granted[PERPETUA_PLANTED(grant_to_oneself) ? from : to] += quantity;
}

}  // namespace perpetua::crdt
