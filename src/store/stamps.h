#pragma once
// When keys were last changed, as far back as a transaction under way can ask: the validation of
// optimistic concurrency control (Kung and Robinson 1981, backward validation). Bounded: what was
// forgotten counts as changed.

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "store/format.h"

namespace perpetua::store {

class Stamps {
 public:
  explicit Stamps(std::size_t size_max) : size_max_(size_max) {}

  /// Begins a transaction: what it may ask about. Each open() has its close().
  [[nodiscard]] std::uint64_t open();
  void close(std::uint64_t since);

  /// One change of many keys: next(), then each key.
  void next() { ++now_; }
  void changed(const std::string& encoded_key);
  /// Every key has changed, as far as transactions under way can tell.
  void changed_everything();

  [[nodiscard]] bool is_unchanged(const std::string& encoded_key, std::uint64_t since) const;
  [[nodiscard]] bool is_unchanged(const Range& range, std::uint64_t since) const;

  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  using Last = std::map<std::string, std::uint64_t>;
  void forget_oldest();

  std::size_t size_max_;
  std::uint64_t now_ = 0;
  std::uint64_t low_water_ = 0;                // changes before or at this one are not known
  std::map<std::uint64_t, std::size_t> open_;  // how many transactions began at each
  Last last_;
  std::deque<std::pair<std::uint64_t, Last::iterator>> order_;  // of change; a key may come twice
};

}  // namespace perpetua::store
