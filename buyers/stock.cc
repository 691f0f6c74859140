#include "buyers/stock.h"

#include <algorithm>
#include <boost/json.hpp>

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

std::int64_t number(const json::object& in, std::string_view name) {
  return in.at(name).to_number<std::int64_t>();
}

StockReport stock_of(const json::object& in) {
  StockReport out;
  for (const auto& value : in.at("deliveries").as_array()) {
    const auto& one = value.as_object();
    out.deliveries[std::string(one.at("id").as_string())] = number(one, "quantity");
    out.named[std::string(one.at("name").as_string())] += number(one, "quantity");
  }
  for (const auto& value : in.at("writers").as_array()) {
    const auto& one = value.as_object();
    out.rows[std::string(one.at("writer").as_string())] = {
        number(one, "delivered"),  number(one, "sold"),      number(one, "released"),
        number(one, "writtenOff"), number(one, "grantedIn"), number(one, "grantedOut"),
        number(one, "rights")};
  }
  return out;
}

class StockComparison {
 public:
  StockComparison(const StockReport& stock, std::string_view book, std::string_view region)
      : stock_(stock),
        where_("stock of " + std::string(book) + " in " + std::string(region) + ": ") {}

  Verdicts run(const StockDemand& demand) {
    StockRow all;
    for (const auto& [writer, row] : stock_.rows) {
      writer_row(writer, row, demand.settled);
      all.delivered += row.delivered;
      all.sold += row.sold - row.released;
      all.written_off += row.written_off;
      all.granted_in += row.granted_in;
      all.granted_out += row.granted_out;
      all.rights += row.rights;
    }
    totals(all);
    sales(stock_.sold() - demand.before, demand);
    if (demand.settled) oversold(all, demand);
    if (demand.ledger != nullptr) deliveries(*demand.ledger, demand.settled);
    if (!words_.empty()) out_.stock_wrong = 1;
    out_.findings = std::move(words_);
    return std::move(out_);
  }

 private:
  void find(const std::string& words) { words_.push_back(where_ + words); }

  // The formula of the design, section 2, over what the row says.
  void writer_row(const std::string& writer, const StockRow& row, bool settled) {
    if ((settled && row.rights < 0) || row.sold < row.released)
      find(writer + " has a negative total (rights " + std::to_string(row.rights) + ", sold " +
           std::to_string(row.sold) + ", released " + std::to_string(row.released) + ")");
    const std::int64_t rights = row.delivered + row.granted_in - row.granted_out + row.released -
                                row.sold - row.written_off;
    if (rights != row.rights)
      find(writer + " says rights to " + std::to_string(row.rights) + ", its rows to " +
           std::to_string(rights));
  }

  void sales(std::int64_t sold, const StockDemand& demand) {
    if (demand.exact ? sold == demand.ordered : sold >= demand.ordered) return;
    const bool by_others = demand.exact && sold > demand.ordered;
    find(std::to_string(sold) + " were sold, but " + std::to_string(demand.ordered) + " ordered" +
         (by_others ? "; where others buy too, check with --shared" : ""));
  }

  // By the orders that buyers hold, and by the shop's own count of its sales.
  void oversold(const StockRow& all, const StockDemand& demand) {
    std::int64_t copies = -all.written_off;
    for (const auto& [id, quantity] : stock_.deliveries) copies += quantity;
    if (demand.ledger != nullptr)
      copies = std::min(copies, demand.ledger->copies_max() - all.written_off);
    const std::int64_t sold = std::max(all.sold, demand.before + demand.ordered);
    if (sold <= copies) return;
    ++out_.oversold;
    find("oversold: " + std::to_string(sold) + " copies of " + std::to_string(copies));
  }

  void deliveries(const LedgerBook& ledger, bool settled) {
    for (const auto& [name, copies] : stock_.named) {
      const auto asked = ledger.deliveries.find(name);
      if (asked == ledger.deliveries.end() || asked->second != copies)
        find("delivery " + name + " of " + std::to_string(copies) + " copies was not made so");
    }
    for (const std::string& name : ledger.delivered)
      if (settled && !stock_.named.contains(name))
        find("delivery " + name + " was acknowledged, and is not there");
  }

  // `all.sold` is without what was released.
  void totals(const StockRow& all) {
    std::int64_t delivered = 0;
    for (const auto& [id, quantity] : stock_.deliveries) delivered += quantity;
    if (all.delivered != delivered)
      find("deliveries of " + std::to_string(delivered) + " are shared out as " +
           std::to_string(all.delivered));
    if (all.granted_in != all.granted_out)
      find(std::to_string(all.granted_out) + " were granted away, " +
           std::to_string(all.granted_in) + " received");
    if (delivered != all.rights + all.sold + all.written_off)
      find(std::to_string(delivered) + " were delivered, but " + std::to_string(all.rights) +
           " are to be had, " + std::to_string(all.sold) + " sold and " +
           std::to_string(all.written_off) + " written off");
  }

  const StockReport& stock_;
  std::string where_;
  Verdicts out_;
  std::vector<std::string> words_;
};

}  // namespace

std::int64_t StockReport::sold() const {
  std::int64_t sum = 0;
  for (const auto& [writer, row] : rows) sum += row.sold - row.released;
  return sum;
}

Result<StockReport> read_stock(std::string_view body) {
  try {
    return stock_of(json::parse(body).as_object());
  } catch (const std::exception& error) {
    return fail(ErrorCode::kCorrupt, std::string("not a stock report: ") + error.what());
  }
}

Task<Result<StockReport>> fetch_stock(Net& net, Endpoint door, std::string book,
                                      double timeout_ms) {
  const Result<HttpAnswer> answer =
      co_await fetch(net, door, "/books/" + book + "/stock", "", timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  co_return read_stock(answer->body);
}

Verdicts compare_stock(const StockReport& stock, const StockDemand& demand, std::string_view book,
                       std::string_view region) {
  return StockComparison(stock, book, region).run(demand);
}

}  // namespace perpetua::buyers
