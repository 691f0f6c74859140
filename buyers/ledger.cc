#include "buyers/ledger.h"

#include <boost/json.hpp>
#include <fstream>
#include <stdexcept>

namespace perpetua::buyers {
namespace {

namespace json = boost::json;

void take(Ledger& ledger, const json::object& in) {
  const std::string kind(in.at("line").as_string());
  LedgerBook& book = ledger[std::string(in.at("bookId").as_string())];
  if (kind == "price") {
    const auto& price = in.at("price").as_object();
    book.prices.emplace(price.at("amount").to_number<std::int64_t>(),
                        price.at("currency").as_string());
    return;
  }
  const std::string name(in.at("delivery").as_string());
  if (kind == "deliver") {
    const auto copies = in.at("quantity").to_number<std::int64_t>();
    const auto [known, is_new] = book.deliveries.emplace(name, copies);
    if (!is_new && known->second != copies)
      throw std::invalid_argument("delivery '" + name + "' has two quantities");
  } else if (kind == "delivered" && book.deliveries.contains(name)) {
    book.delivered.insert(name);
  } else {
    throw std::invalid_argument("a line of kind '" + kind + "' has no place here");
  }
}

}  // namespace

std::int64_t LedgerBook::copies_max() const {
  std::int64_t sum = 0;
  for (const auto& [name, copies] : deliveries) sum += copies;
  return sum;
}

Result<Ledger> read_ledger(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, path + ": cannot be read");
  Ledger ledger;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    try {
      take(ledger, json::parse(line).as_object());
    } catch (const std::exception& error) {
      return fail(ErrorCode::kCorrupt,
                  path + ", line " + std::to_string(number) + ": " + error.what());
    }
  }
  return ledger;
}

}  // namespace perpetua::buyers
