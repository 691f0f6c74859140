#pragma once
// The copies of a book, as a region's operator's door reports them, and whether they add up. The
// rights are computed here once more, from the rows: delivered = rights + sold - released + written
// off holds in a report that was changed anywhere only by accident.

#include "buyers/expectation.h"

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
  std::map<std::string, StockRow> rows;            // by writer
};

/// GET /books/{id}/stock at an operator's door (docs/formats/record.md says which of its members).
[[nodiscard]] Result<StockReport> read_stock(std::string_view body);

/// What the copies are compared with.
struct StockDemand {
  std::int64_t ordered = 0;  // copies in the orders that the region shows
  bool exact = false;        // no other load touched the shop: sold - released is `ordered`
  bool settled = true;       // every region's rows are here: no writer's rights are below zero
};

[[nodiscard]] Verdicts compare_stock(const StockReport& stock, const StockDemand& demand,
                                     std::string_view book, std::string_view region);

}  // namespace perpetua::buyers
