#pragma once
// The copies of a book, as a region's operator's door reports them: whether the report adds up,
// each writer's rights being computed here once more from its row, and whether as many were sold as
// were ordered.

#include "buyers/expectation.h"
#include "buyers/fetch.h"
#include "buyers/ledger.h"

namespace perpetua::buyers {

struct StockRow {
  std::int64_t delivered = 0;  // its shares of all deliveries
  std::int64_t sold = 0;
  std::int64_t released = 0;
  std::int64_t written_off = 0;
  std::int64_t granted_in = 0;
  std::int64_t granted_out = 0;
  std::int64_t rights = 0;  // as the region says
};

struct StockReport {
  std::map<std::string, std::int64_t> deliveries;  // by id: copies
  std::map<std::string, std::int64_t> named{};     // by the name that it was given: copies
  std::map<std::string, StockRow> rows{};          // by writer

  /// And not given back, by all writers.
  [[nodiscard]] std::int64_t sold() const;
};

/// GET /books/{id}/stock at an operator's door (docs/formats/record.md says which of its members).
[[nodiscard]] Result<StockReport> read_stock(std::string_view body);

/// The report of an operator's door.
[[nodiscard]] Task<Result<StockReport>> fetch_stock(Net& net, Endpoint door, std::string book,
                                                    double timeout_ms);

/// What the copies are compared with.
struct StockDemand {
  std::int64_t before = 0;   // sold before the load
  std::int64_t ordered = 0;  // since then: copies in the orders that the region shows
  bool exact = true;         // nobody else bought meanwhile: as many are sold as were ordered
  bool settled = true;       // every region's rows are here: no writer's rights are below zero
  const LedgerBook* ledger = nullptr;  // what was delivered, if somebody but the shop knows
};

[[nodiscard]] Verdicts compare_stock(const StockReport& stock, const StockDemand& demand,
                                     std::string_view book, std::string_view region);

}  // namespace perpetua::buyers
