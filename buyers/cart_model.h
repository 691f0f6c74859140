#pragma once
// What a cart line may hold, given what its buyer was told. The shop's promise (design: a cart line
// is a map of operation keys to quantities; setting and removing cancel the keys that they see, an
// order as many copies as it takes): an acknowledged addition stays until an acknowledged write
// that had seen it cancels it. Where an answer was lost, or a region said that it was behind, more
// than one state is right.

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

/// One line of one cart, as one region may show it. Feed it in the order in which the buyer acted.
class CartLineModel {
 public:
  /// Adds `quantity` under `key`. The same key counts once.
  void add(const std::string& key, std::int64_t quantity, Effect effect);
  /// Cancels what is there; `sees_all` unless the answer said that the region was behind.
  void remove(Effect effect, bool sees_all);
  /// remove(), then add().
  void set(const std::string& key, std::int64_t quantity, Effect effect, bool sees_all);

  /// An order of `quantity` copies, which leave the cart as far as they are in it.
  void order(std::int64_t quantity, Effect effect, bool sees_all);

  [[nodiscard]] bool allows(std::int64_t quantity) const;
  [[nodiscard]] std::int64_t least() const;
  /// `2`, or `2 or 3`: for a finding.
  [[nodiscard]] std::string text() const;

 private:
  using Quantities = std::set<std::int64_t>;
  struct Unit {
    Quantities left;  // what may be left of it; one number when certain
    bool certain;     // whoever sees all sees it
  };
  [[nodiscard]] Quantities allowed() const;
  [[nodiscard]] bool is_certain() const;
  void doubt(bool in_part);

  std::map<std::string, Unit> units_;  // by key
  // A removal or an order without an answer may yet arrive and cancel what was added after it.
  bool removal_pending_ = false;
  bool order_pending_ = false;
};

}  // namespace perpetua::buyers
