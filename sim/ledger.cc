#include "sim/ledger.h"

#include "sim/plan.h"
#include "store/entry.h"

namespace perpetua::sim {
namespace {

std::string at(const Writer& writer, std::uint64_t n) {
  return "entry " + std::to_string(n) + " of " + writer.text();
}

std::string region(std::size_t index) {
  return "region " + region_name(index);
}

}  // namespace

void Ledger::observe(std::size_t holder, const port::History& history) {
  for (const port::Holding& holding : history.holdings()) observe(holder, history, holding);
  for (const auto& [key, n] : held_) {
    if (key.first != holder || n == 0) continue;
    const auto now = history.holding(key.second);
    if (now && now->end.n >= n) continue;
    violated_("acked_prefix_never_shrinks", region(holder) + " held " + at(key.second, n) +
                                                " durably, and now ends at " +
                                                std::to_string(now ? now->end.n : 0));
    return;
  }
}

void Ledger::observe(std::size_t holder, const port::History& history,
                     const port::Holding& holding) {
  const Writer& writer = holding.writer;
  if (lost_.contains(writer)) {
    std::uint64_t& furthest = held_[{holder, writer}];
    furthest = std::max(furthest, holding.end.n);
    return;
  }
  std::vector<Entry>& known = entries_[writer];
  const bool is_owner = writer == history.own_writer();
  if (is_owner) owners_[writer] = holder;
  std::uint64_t& held = held_[{holder, writer}];
  for (std::uint64_t n = known.size() + 1; n <= holding.end.n; ++n) {
    if (!is_owner) {
      violated_("mirror_is_prefix", region(holder) + " holds " + at(writer, n) +
                                        ", which its owner has not made durable");
      return;
    }
    auto read = history.read(writer, n - 1, 1);
    const auto hash = history.hash_at(writer, n);
    if (!read || read->empty() || !hash) return;  // the disk has failed: its process ends
    known.push_back({*hash, std::move(read->front())});
  }
  // Every position that has come since, and the end anew.
  for (std::uint64_t n = std::max<std::uint64_t>(held + 1, holding.first_hash + 1);
       n < holding.end.n; ++n)
    if (const auto hash = history.hash_at(writer, n); hash && *hash != known[n - 1].hash)
      violated_("mirror_is_prefix",
                region(holder) + " has another " + at(writer, n) + " than its owner wrote");
  if (holding.end.n > 0 && holding.end.hash != known[holding.end.n - 1].hash)
    violated_("mirror_is_prefix", region(holder) + " has another " + at(writer, holding.end.n) +
                                      " than its owner wrote");
  if (holding.end.n > held && !is_owner) {
    const auto own = history.holding(history.own_writer());
    moves_[{history.own_writer(), writer}].emplace_back(holding.end.n, own ? own->end.n : 0);
  }
  held = std::max(held, holding.end.n);
  if (const auto told = told_.find(writer); is_owner && told != told_.end() && told->second > held)
    violated_("position_never_overstates", region(holder) + " told of " + at(writer, told->second) +
                                               ", and holds " + std::to_string(held));
}

std::optional<std::uint64_t> Ledger::own_position_when_held(const Writer& holder,
                                                            const Writer& writer,
                                                            std::uint64_t n) const {
  const auto moves = moves_.find({holder, writer});
  if (moves == moves_.end()) return std::nullopt;
  for (const auto& [end, own] : moves->second)
    if (end >= n) return own;
  return std::nullopt;
}

void Ledger::forget(std::size_t holder) {
  for (auto& [key, n] : held_)
    if (key.first == holder) n = 0;
  for (const auto& [writer, owner] : owners_)
    if (owner == holder) {
      told_.erase(writer);
      lost_.insert(writer);
    }
}

std::uint64_t Ledger::held_elsewhere(std::size_t but, const Writer& writer) const {
  std::uint64_t furthest = 0;
  for (const auto& [key, n] : held_)
    if (key.first != but && key.second == writer) furthest = std::max(furthest, n);
  return furthest;
}

void Ledger::told(std::size_t by, const Position& reflected, const Position& durable) {
  for (const auto& [writer, n] : reflected) {
    const auto found = durable.find(writer);
    const std::uint64_t end = found == durable.end() ? 0 : found->second;
    if (n > end)
      violated_("position_never_overstates", region(by) + " told of " + at(writer, n) +
                                                 " when only " + std::to_string(end) +
                                                 " were durable there");
    std::uint64_t& told = told_[writer];
    told = std::max(told, n);
  }
}

Ledger::Rows Ledger::rows(const Writer& writer, std::uint64_t n) const {
  Rows rows;
  const auto known = entries_.find(writer);
  if (known == entries_.end()) return rows;
  for (std::uint64_t i = 0; i < n && i < known->second.size(); ++i) {
    const Result<store::Entry> entry = store::decode_entry(known->second[i].bytes);
    if (!entry) continue;
    for (const store::EntryRow& row : entry->rows)
      rows.insert_or_assign(row.key, RowNow{entry->n, row.value});
  }
  return rows;
}

std::uint64_t Ledger::known(const Writer& writer) const {
  const auto known = entries_.find(writer);
  return known == entries_.end() ? 0 : known->second.size();
}

std::set<Writer> Ledger::writers() const {
  std::set<Writer> writers;
  for (const auto& [writer, entries] : entries_) writers.insert(writer);
  return writers;
}

std::map<std::string, domain::Order> Ledger::acknowledged() const {
  std::map<std::string, domain::Order> orders;
  for (const OrderTry& one : tries)
    if (one.order) orders.emplace(one.order->id, *one.order);
  return orders;
}

std::int64_t Ledger::delivered(const std::string& book) const {
  std::int64_t sum = 0;
  if (const auto found = deliveries.find(book); found != deliveries.end())
    for (const auto& [name, said] : found->second) sum += said.quantity;
  return sum;
}

}  // namespace perpetua::sim
