#include "buyers/cart_model.h"

#include <algorithm>

namespace perpetua::buyers {

void CartLineModel::add(const std::string& key, std::int64_t quantity, Effect effect) {
  units_.try_emplace(key, Unit{quantity, effect == Effect::kCertain && !removal_pending_});
}

void CartLineModel::remove(Taking taking) {
  if (taking.effect == Effect::kUnknown || taking.may_come_late) removal_pending_ = true;
  // What orders took may have been of what this removes.
  taken_min_ = 0;
  if (taking.effect != Effect::kCertain || !taking.sees_all) {
    for (auto& [key, unit] : units_) unit.certain = false;
    return;
  }
  // What is uncertain may be where this removal could not see it, and survives there.
  std::erase_if(units_, [](const auto& entry) { return entry.second.certain; });
  if (units_.empty()) taken_max_ = orders_pending_;
}

void CartLineModel::set(const std::string& key, std::int64_t quantity, Taking taking) {
  remove(taking);
  add(key, quantity, taking.effect);
}

void CartLineModel::order(std::int64_t quantity, Taking taking) {
  std::int64_t there = 0;
  for (const auto& [key, unit] : units_) there += unit.quantity;
  const bool is_known = taken_min_ == taken_max_ &&
                        std::ranges::all_of(units_, [](const auto& e) { return e.second.certain; });
  if (taking.effect == Effect::kUnknown || taking.may_come_late) {
    orders_pending_ += quantity;
    taken_max_ += quantity;
  } else if (taking.effect == Effect::kCertain && taking.sees_all && is_known) {
    taken_min_ = taken_max_ = std::min(taken_min_ + quantity, there);
  } else {
    // It took no more than was there, but perhaps of copies that something else takes away as well.
    taken_max_ += std::min(quantity, there);
  }
}

CartLineModel::Quantities CartLineModel::allowed() const {
  Quantities sums{0};
  for (const auto& [key, unit] : units_) {
    Quantities next;
    for (const std::int64_t sum : sums) {
      next.insert(sum + unit.quantity);
      if (!unit.certain) next.insert(sum);
    }
    sums = std::move(next);
  }
  Quantities left;
  for (const std::int64_t sum : sums)
    for (std::int64_t taken = taken_min_; taken <= taken_max_; ++taken)
      left.insert(std::max<std::int64_t>(0, sum - taken));
  return left;
}

bool CartLineModel::allows(std::int64_t quantity) const {
  return allowed().contains(quantity);
}

std::int64_t CartLineModel::least() const {
  return *allowed().begin();
}

std::string CartLineModel::text() const {
  std::string out;
  for (const std::int64_t quantity : allowed())
    out += (out.empty() ? "" : " or ") + std::to_string(quantity);
  return out;
}

}  // namespace perpetua::buyers
