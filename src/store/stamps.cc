#include "store/stamps.h"

#include "base/assert.h"

namespace perpetua::store {

std::uint64_t Stamps::open() {
  ++open_[now_];
  return now_;
}

void Stamps::close(std::uint64_t since) {
  const auto found = open_.find(since);
  PERPETUA_ASSERT(found != open_.end(), "closed what was not open");
  if (--found->second == 0) open_.erase(found);
  // Nobody asks any more about what came before the oldest transaction under way.
  while (!order_.empty() && (open_.empty() || order_.front().first <= open_.begin()->first))
    forget_oldest();
}

void Stamps::changed(const std::string& encoded_key) {
  if (open_.empty()) return;
  if (order_.size() == size_max_) {
    low_water_ = std::max(low_water_, order_.front().first);
    forget_oldest();
  }
  const auto [at, is_new] = last_.try_emplace(encoded_key, now_);
  if (!is_new && std::exchange(at->second, now_) == now_) return;  // once in order_ per change
  order_.emplace_back(now_, at);
}

void Stamps::changed_everything() {
  low_water_ = ++now_;
}

bool Stamps::is_unchanged(const std::string& encoded_key, std::uint64_t since) const {
  if (since < low_water_) return false;
  const auto found = last_.find(encoded_key);
  return found == last_.end() || found->second <= since;
}

bool Stamps::is_unchanged(const Range& range, std::uint64_t since) const {
  if (since < low_water_) return false;
  for (auto at = last_.lower_bound(range.from); at != last_.end() && at->first < range.to; ++at)
    if (at->second > since) return false;
  return true;
}

void Stamps::forget_oldest() {
  const auto [stamp, at] = order_.front();
  order_.pop_front();
  if (at->second == stamp) last_.erase(at);
}

}  // namespace perpetua::store
