#include "buyers/stock.h"

#include <boost/json.hpp>

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

std::int64_t number(const json::object& in, std::string_view name) {
  return in.at(name).to_number<std::int64_t>();
}

std::map<std::string, std::int64_t> numbers(const json::object& in, std::string_view name) {
  std::map<std::string, std::int64_t> out;
  for (const auto& [writer, quantity] : in.at(name).as_object())
    out[writer] = quantity.to_number<std::int64_t>();
  return out;
}

StockReport stock_of(const json::object& in) {
  StockReport out;
  out.book = in.at("bookId").as_string();
  for (const auto& value : in.at("deliveries").as_array()) {
    const auto& one = value.as_object();
    out.deliveries.push_back(
        {std::string(one.at("id").as_string()), number(one, "quantity"), numbers(one, "shares")});
  }
  for (const auto& value : in.at("writers").as_array()) {
    const auto& one = value.as_object();
    out.rows[std::string(one.at("writer").as_string())] =
        StockRow{number(one, "rights"), number(one, "sold"), number(one, "released"),
                 number(one, "writtenOff"), numbers(one, "granted")};
  }
  return out;
}

std::int64_t sum(const std::map<std::string, std::int64_t>& quantities) {
  std::int64_t total = 0;
  for (const auto& [writer, quantity] : quantities) total += quantity;
  return total;
}

// The formula of the design, section 2, over what the rows say.
std::int64_t rights_of(const StockReport& stock, const std::string& writer) {
  const auto share = [&](const auto& quantities) {
    const auto found = quantities.find(writer);
    return found == quantities.end() ? 0 : found->second;
  };
  const StockRow& own = stock.rows.at(writer);
  std::int64_t rights = own.released - own.sold - own.written_off - sum(own.granted);
  for (const StockDelivery& delivery : stock.deliveries) rights += share(delivery.shares);
  for (const auto& [other, row] : stock.rows) rights += share(row.granted);
  return rights;
}

class StockComparison {
 public:
  StockComparison(const StockReport& stock, std::string_view region)
      : stock_(stock), where_("stock of " + stock.book + " in " + std::string(region) + ": ") {}

  Verdicts run(const StockDemand& demand) {
    const std::int64_t delivered = deliveries();
    std::int64_t rights = 0;
    std::int64_t left = 0;
    std::int64_t sold = 0;
    for (const auto& [writer, row] : stock_.rows) {
      writer_row(writer, row, demand.settled);
      rights += row.rights;
      sold += row.sold - row.released;
      left += row.written_off;
    }
    if (delivered != rights + sold + left)
      find(std::to_string(delivered) + " were delivered, but " + std::to_string(rights) +
           " are to be had, " + std::to_string(sold) + " sold and " + std::to_string(left) +
           " written off");
    if (demand.exact ? sold != demand.ordered : sold < demand.ordered)
      find(std::to_string(sold) + " are sold, but orders have " + std::to_string(demand.ordered));
    if (!words_.empty()) out_.stock_wrong = 1;
    out_.findings = std::move(words_);
    return std::move(out_);
  }

 private:
  void find(const std::string& words) { words_.push_back(where_ + words); }

  std::int64_t deliveries() {
    std::int64_t delivered = 0;
    for (const StockDelivery& delivery : stock_.deliveries) {
      delivered += delivery.quantity;
      if (sum(delivery.shares) != delivery.quantity)
        find("delivery " + delivery.id + " of " + std::to_string(delivery.quantity) +
             " is shared out as " + std::to_string(sum(delivery.shares)));
    }
    return delivered;
  }

  void writer_row(const std::string& writer, const StockRow& row, bool settled) {
    if ((settled && row.rights < 0) || row.sold - row.released < 0)
      find(writer + " has a negative total (rights " + std::to_string(row.rights) + ", sold " +
           std::to_string(row.sold) + ", released " + std::to_string(row.released) + ")");
    if (row.granted.contains(writer)) find(writer + " granted to itself");
    if (const auto rights = rights_of(stock_, writer); rights != row.rights)
      find(writer + " says rights to " + std::to_string(row.rights) + ", its rows to " +
           std::to_string(rights));
  }

  const StockReport& stock_;
  std::string where_;
  Verdicts out_;
  std::vector<std::string> words_;
};

}  // namespace

Result<StockReport> read_stock(std::string_view body) {
  try {
    return stock_of(json::parse(body).as_object());
  } catch (const std::exception& error) {
    return fail(ErrorCode::kCorrupt, std::string("not a stock report: ") + error.what());
  }
}

Verdicts compare_stock(const StockReport& stock, const StockDemand& demand,
                       std::string_view region) {
  return StockComparison(stock, region).run(demand);
}

}  // namespace perpetua::buyers
