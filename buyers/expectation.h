#pragma once
// What the shop owes a buyer, worked out from the record alone, and the comparison with what one
// region shows. No I/O.

#include "buyers/cart_model.h"
#include "buyers/facts.h"
#include "buyers/history.h"

namespace perpetua::buyers {

struct OwedOrder {
  std::string id;
  std::vector<Line> lines;
  std::string durability;  // as acknowledged
  std::string region;      // that acknowledged it
  bool must_be_here;       // false: this region may not have heard of it yet
};

struct Expectation {
  int buyer = 0;
  std::vector<OwedOrder> orders;
  std::vector<std::vector<Line>> possible_orders;  // asked for, outcome unknown
  std::map<std::string, CartLineModel> cart;       // by book
  std::size_t double_answers = 0;  // requests whose attempts were answered with different orders
};

/// What `region` must show of each buyer with a session. With `only_remote`, what another region
/// acknowledged as `local` may be missing: for the time in which that region is dead.
[[nodiscard]] std::map<int, Expectation> expectations(const History& history,
                                                      std::string_view region, bool only_remote);

/// What one region shows of one buyer.
struct Seen {
  std::vector<Facts> orders;
  std::vector<Line> cart;
};

struct Verdicts {
  std::size_t orders_lost = 0;      // acknowledged, and not there
  std::size_t orders_wrong = 0;     // there with other lines or prices, or never asked for
  std::size_t duplicates = 0;       // one key, two orders
  std::size_t cart_lines_lost = 0;  // fewer copies than acknowledged
  std::size_t carts_wrong = 0;      // carts with any line that cannot be
  std::size_t stock_wrong = 0;      // books whose copies do not add up
  std::size_t answers_wrong = 0;    // while the load ran, a buyer was not shown its own writes
  std::size_t unanswered = 0;       // buyers or books of which a region did not tell
  std::vector<std::string> findings;

  [[nodiscard]] bool pass() const;
  void add(Verdicts other);
};

[[nodiscard]] Verdicts compare(const Expectation& expected, const Seen& seen,
                               std::string_view region);

/// Read your writes: each cart that a buyer was shown, unless it was said to be stale, holds what
/// the buyer had been told before; each order that it was shown is the one that it asked for.
[[nodiscard]] Verdicts check_answers(const History& history);

}  // namespace perpetua::buyers
