#include "buyers/cart_model.h"

#include <algorithm>
#include <set>

namespace perpetua::buyers {

void CartLineModel::add(const std::string& key, std::int64_t quantity, Effect effect) {
  const bool certain = effect == Effect::kCertain && !removal_pending_;
  units_.try_emplace(key, Unit{quantity, certain});
}

void CartLineModel::remove(Effect effect, bool sees_all) {
  if (effect == Effect::kCertain && sees_all) {
    // What is uncertain may be where this removal could not see it, and survives there.
    std::erase_if(units_, [](const auto& entry) { return entry.second.certain; });
    return;
  }
  for (auto& [key, unit] : units_) unit.certain = false;
  if (effect == Effect::kUnknown) removal_pending_ = true;
}

void CartLineModel::set(const std::string& key, std::int64_t quantity, Effect effect,
                        bool sees_all) {
  remove(effect, sees_all);
  add(key, quantity, effect);
}

std::vector<std::int64_t> CartLineModel::allowed() const {
  std::set<std::int64_t> sums{0};
  for (const auto& [key, unit] : units_) {
    std::set<std::int64_t> next;
    for (const std::int64_t sum : sums) {
      next.insert(sum + unit.quantity);
      if (!unit.certain) next.insert(sum);
    }
    sums = std::move(next);
  }
  return {sums.begin(), sums.end()};
}

bool CartLineModel::allows(std::int64_t quantity) const {
  return std::ranges::binary_search(allowed(), quantity);
}

std::int64_t CartLineModel::least() const {
  return allowed().front();
}

std::string CartLineModel::text() const {
  std::string out;
  for (const std::int64_t quantity : allowed())
    out += (out.empty() ? "" : " or ") + std::to_string(quantity);
  return out;
}

}  // namespace perpetua::buyers
