#include "buyers/cart_model.h"

#include <algorithm>

namespace perpetua::buyers {
namespace {

std::set<std::int64_t> up_to(std::int64_t quantity) {
  std::set<std::int64_t> out;
  for (std::int64_t i = 0; i <= quantity; ++i) out.insert(i);
  return out;
}

}  // namespace

void CartLineModel::add(const std::string& key, std::int64_t quantity, Effect effect) {
  if (effect == Effect::kCertain && !removal_pending_ && !order_pending_)
    units_.try_emplace(key, Unit{{quantity}, true});
  else
    units_.try_emplace(key,
                       Unit{order_pending_ ? up_to(quantity) : Quantities{0, quantity}, false});
}

// Each unit may have been cancelled, as a whole or `in_part`.
void CartLineModel::doubt(bool in_part) {
  for (auto& [key, unit] : units_) {
    unit.left.merge(in_part ? up_to(*unit.left.rbegin()) : Quantities{0});
    unit.certain = false;
  }
}

void CartLineModel::remove(Effect effect, bool sees_all) {
  if (effect == Effect::kCertain && sees_all) {
    // What is uncertain may be where this removal could not see it, and survives there.
    std::erase_if(units_, [](const auto& entry) { return entry.second.certain; });
    return;
  }
  doubt(false);
  if (effect == Effect::kUnknown) removal_pending_ = true;
}

void CartLineModel::set(const std::string& key, std::int64_t quantity, Effect effect,
                        bool sees_all) {
  remove(effect, sees_all);
  add(key, quantity, effect);
}

bool CartLineModel::is_certain() const {
  return std::ranges::all_of(units_, [](const auto& entry) { return entry.second.certain; });
}

void CartLineModel::order(std::int64_t quantity, Effect effect, bool sees_all) {
  if (effect != Effect::kCertain || !sees_all || !is_certain()) {
    doubt(true);
    if (effect == Effect::kUnknown) order_pending_ = true;
    return;
  }
  for (auto& [key, unit] : units_) {
    const std::int64_t there = *unit.left.begin();
    const std::int64_t taken = std::min(there, quantity);
    unit.left = {there - taken};
    quantity -= taken;
  }
}

CartLineModel::Quantities CartLineModel::allowed() const {
  Quantities sums{0};
  for (const auto& [key, unit] : units_) {
    Quantities next;
    for (const std::int64_t sum : sums)
      for (const std::int64_t left : unit.left) next.insert(sum + left);
    sums = std::move(next);
  }
  return sums;
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
