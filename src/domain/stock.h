#pragma once
// The operator's side of stock: deliveries, write-offs, and a report that adds up.

#include <string>

#include "domain/context.h"
#include "domain/grants.h"
#include "domain/problem.h"

namespace perpetua::domain {

class StockService {
 public:
  StockService(Context context, GrantDesk& grants) : context_(context), grants_(grants) {}

  /// A delivery counts once by its name and content, wherever it is said again. kNotFound: no such
  /// book. kKeyReused: a delivery of that name with another quantity. kInvalid: not
  /// 1..1,000,000 copies, or the book has had 1000 deliveries.
  Task<Checked<StockReport>> deliver(std::string book, std::string name, std::int64_t quantity);

  /// Takes copies out (lost, damaged); `key` makes a repeat harmless in the region that did it.
  /// kSoldOut when there are not as many, kUnavailable when that cannot be known.
  Task<Checked<StockReport>> write_off(std::string book, std::string key, std::int64_t quantity);

  Task<Checked<StockReport>> report(std::string book);

 private:
  Context context_;
  GrantDesk& grants_;
};

}  // namespace perpetua::domain
