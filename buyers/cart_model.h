#pragma once
// What a cart line may hold, given what its buyer was told. The shop's promise (design: a cart line
// is a map of operation keys to quantities; setting and removing cancel the keys that they see, an
// order takes its copies out of them, once): an acknowledged addition stays until an acknowledged
// write that had seen it takes it away. Where an answer was lost, or a region said that it was
// behind, more than one state is right.

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace perpetua::buyers {

/// How sure the reader can be that an operation's effect is in what it looks at.
enum class Effect {
  kCertain,     // acknowledged, and the region looked at must hold it
  kNotYetHere,  // acknowledged and executed elsewhere; this region may not have heard of it
  kUnknown,     // executed, or not, or yet to be
};

/// What is known of a write that takes copies away.
struct Taking {
  Effect effect = Effect::kCertain;
  /// Wherever it was executed, all was there that its buyer had been told before.
  bool sees_all = true;
  /// It may be executed once more, after what its buyer does next.
  bool may_come_late = false;
};

/// One line of one cart, as one region may show it. Feed it in the order in which the buyer acted.
class CartLineModel {
 public:
  /// Adds `quantity` under `key`. The same key counts once.
  void add(const std::string& key, std::int64_t quantity, Effect effect);
  /// Cancels what is there.
  void remove(Taking taking);
  /// remove(), then add().
  void set(const std::string& key, std::int64_t quantity, Taking taking);
  /// An order of `quantity` copies, which leave the cart as far as they are in it.
  void order(std::int64_t quantity, Taking taking);

  [[nodiscard]] bool allows(std::int64_t quantity) const;
  [[nodiscard]] std::int64_t least() const;
  /// `2`, or `2 or 3`: for a finding.
  [[nodiscard]] std::string text() const;

 private:
  using Quantities = std::set<std::int64_t>;
  struct Unit {
    std::int64_t quantity;
    bool certain;  // it is there, and whoever sees all sees it
  };
  [[nodiscard]] Quantities allowed() const;

  std::map<std::string, Unit> units_;  // by key
  // Copies that orders took out of the units, nobody knows which: at least, at most.
  std::int64_t taken_min_ = 0;
  std::int64_t taken_max_ = 0;
  // What may yet be executed, and take away what was added after it.
  bool removal_pending_ = false;
  std::int64_t orders_pending_ = 0;  // copies
};

}  // namespace perpetua::buyers
