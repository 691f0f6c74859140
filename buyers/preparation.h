#pragma once
// What a load needs before it begins, so that nothing of it falls into the load: the books on
// offer, a session for each buyer, and the copies sold so far. Neither load nor recorded.

#include "buyers/facts.h"
#include "buyers/net.h"

namespace perpetua::buyers {

struct PreparationOptions {
  Endpoint shop;                // where books and sessions are asked for
  std::vector<Endpoint> doors;  // operators', for the stock
  std::size_t books_max;
  std::size_t sessions;
  double timeout_ms;  // of each request
};

struct Prepared {
  std::vector<Line> books;  // one copy of each, at its price
  std::vector<Session> sessions;
  std::vector<StockLine> stock;  // one a door
};

/// Everything, or kUnavailable and what is missing: a catalogue that is empty or cannot be read,
/// sessions that are refused, or stock that the doors do not agree about within 10 s.
[[nodiscard]] Task<Result<Prepared>> prepare(Net& net, PreparationOptions options);

/// The copies sold of `books` as each door tells them, once all tell the same.
[[nodiscard]] Task<Result<std::vector<StockLine>>> read_stock_before(Net& net,
                                                                     std::vector<Endpoint> doors,
                                                                     std::vector<std::string> books,
                                                                     double timeout_ms);

}  // namespace perpetua::buyers
