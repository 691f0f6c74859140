#include "views/best_sellers_view.h"

#include "crdt/stock.h"
#include "domain/tables.h"

namespace perpetua::views {

std::string_view BestSellersView::table() const {
  return domain::tables::kStock;
}

void BestSellersView::apply(const port::KeyedRow& row) {
  const Result<crdt::StockRow> stock = crdt::decode_stock_row(row.row.value);
  if (!stock) return;
  const std::string& book = row.key.partition;
  sold_[book][row.row.writer] = stock->sold - stock->released;
  std::int64_t total = 0;
  for (const auto& [writer, sold] : sold_[book]) total += sold;
  std::int64_t& known = totals_[book];
  ranking_.erase({-known, book});
  known = total;
  if (total > 0) ranking_.insert({-total, book});
}

std::vector<Sales> BestSellersView::top(std::size_t limit) const {
  std::vector<Sales> out;
  for (const auto& [minus_sold, book] : ranking_) {
    if (out.size() == limit) break;
    out.push_back({book, -minus_sold});
  }
  return out;
}

}  // namespace perpetua::views
