#include "replication/holders.h"

namespace perpetua::replication {
namespace {
constexpr std::size_t kMarksMax = 8192;
}

void Holders::set(const std::string& region, const Writer& writer, Held held) {
  regions_[region].insert_or_assign(writer, std::move(held));
}

std::optional<Held> Holders::find(const std::string& region, const Writer& writer) const {
  const auto writers = regions_.find(region);
  if (writers == regions_.end()) return std::nullopt;
  const auto found = writers->second.find(writer);
  if (found == writers->second.end()) return std::nullopt;
  return found->second;
}

std::uint64_t Holders::furthest(const Writer& writer) const {
  std::uint64_t n = 0;
  for (const auto& [region, writers] : regions_)
    if (const auto found = writers.find(writer); found != writers.end())
      n = std::max(n, found->second.end.n);
  return n;
}

std::uint64_t Holders::lowest(const Writer& writer, const std::vector<std::string>& regions) const {
  std::optional<std::uint64_t> lowest;
  for (const std::string& region : regions) {
    const auto held = find(region, writer);
    const std::uint64_t n = held ? held->end.n : 0;
    lowest = std::min(lowest.value_or(n), n);
  }
  return lowest.value_or(0);
}

void DurableTimes::durable(std::uint64_t n, std::int64_t now_ms) {
  if (!marks_.empty() && n <= marks_.back().n) return;
  if (!marks_.empty() && marks_.back().at_ms == now_ms) {
    marks_.back().n = n;
    return;
  }
  if (marks_.size() >= kMarksMax) {
    // Of each two marks one stays, with the earlier time and the later entry.
    std::deque<Mark> coarser;
    for (std::size_t i = 0; i + 1 < marks_.size(); i += 2)
      coarser.push_back({marks_[i + 1].n, marks_[i].at_ms});
    marks_ = std::move(coarser);
  }
  marks_.push_back({n, now_ms});
}

std::int64_t DurableTimes::age_ms(std::uint64_t acknowledged, std::int64_t now_ms) const {
  const auto mark = std::ranges::upper_bound(marks_, acknowledged, {}, &Mark::n);
  return mark == marks_.end() ? 0 : now_ms - mark->at_ms;
}

}  // namespace perpetua::replication
