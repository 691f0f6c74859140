#pragma once
// What the shop owes a buyer, worked out from the record alone, and the comparison with what one
// region shows. No I/O.

#include <set>

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
  std::vector<OwedOrder> orders;
  std::vector<std::vector<Line>> possible_orders;  // asked for, outcome unknown
  std::map<std::string, CartLineModel> cart;       // by book
  std::size_t double_answers = 0;  // requests whose attempts were answered with different orders
};

/// What `region` must show of each buyer with a session. While the region `dead` is (empty: none),
/// what it alone acknowledged as `local` may be missing.
[[nodiscard]] std::map<int, Expectation> expectations(const History& history,
                                                      std::string_view region,
                                                      std::string_view dead);

/// What one region shows of one buyer.
struct Seen {
  std::vector<Facts> orders;
  std::vector<Line> cart;
};

struct Verdicts {
  std::set<std::string> orders_lost;      // ids: acknowledged, and missing in some region
  std::set<std::string> cart_lines_lost;  // `buyer 3, dune`: fewer copies than acknowledged
  std::size_t oversold = 0;       // books of which more copies were ordered than there ever were
  std::size_t diverged = 0;       // what two regions show differently
  std::size_t orders_wrong = 0;   // with other lines or prices, never asked for, not yet `remote`
  std::size_t duplicates = 0;     // one key, two orders
  std::size_t carts_wrong = 0;    // carts with any line that cannot be
  std::size_t stock_wrong = 0;    // books whose copies do not add up
  std::size_t answers_wrong = 0;  // while the load ran, a buyer was not shown what it had done
  std::size_t unanswered = 0;     // buyers or books of which a region did not tell
  std::vector<std::string> findings;

  [[nodiscard]] bool pass() const;
  void add(Verdicts other);
};

/// `buyer` names the buyer in findings. `whole`: every region is alive and others hold what each
/// has, so that every order is `remote`.
[[nodiscard]] Verdicts compare(const Expectation& expected, const Seen& seen,
                               const std::string& buyer, std::string_view region, bool whole);

/// Read your writes: each cart and each list of orders that a buyer was shown, unless it was said
/// to be stale, holds what the buyer had been told before. Monotonic reads: an order that it was
/// shown once is in each later list. Each order that it was answered is the one that it asked for;
/// no write was answered with success and something unreadable.
[[nodiscard]] Verdicts check_answers(const History& history);

}  // namespace perpetua::buyers
