#pragma once
// Rows that were accepted and are not durable yet: what a read sees on top of the engine.

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "store/format.h"

namespace perpetua::store {

class Overlay {
 public:
  struct Pending {
    std::uint64_t sequence;  // of the change that put it last
    StoredRow row;
  };
  using Rows = std::map<std::string, Pending, std::less<>>;  // by the engine's key

  /// `sequence` never falls from one put to the next.
  void put(const std::string& row_key, std::uint64_t sequence, StoredRow row) {
    const auto [at, is_new] = rows_.try_emplace(row_key);
    const bool is_again = !is_new && at->second.sequence == sequence;
    at->second = {sequence, std::move(row)};
    if (!is_again) order_.emplace_back(sequence, at);
  }

  /// The engine has all up to and including `sequence`.
  void forget(std::uint64_t sequence) {
    while (!order_.empty() && order_.front().first <= sequence) {
      const auto [put, at] = order_.front();
      order_.pop_front();
      if (at->second.sequence == put) rows_.erase(at);  // else it was put again later
    }
  }

  void clear() {
    order_.clear();
    rows_.clear();
  }

  [[nodiscard]] const Rows& rows() const { return rows_; }

 private:
  Rows rows_;
  std::deque<std::pair<std::uint64_t, Rows::iterator>> order_;
};

}  // namespace perpetua::store
