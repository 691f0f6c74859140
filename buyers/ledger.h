#pragma once
// What an operator did while the buyers bought, as docs/formats/ledger.md has it: from it follows
// how many copies there can be of a book and what it can have cost, whatever the shop says.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"

namespace perpetua::buyers {

struct LedgerBook {
  std::map<std::string, std::int64_t> deliveries;           // by name: copies, asked for
  std::set<std::string> delivered;                          // names that were acknowledged
  std::set<std::pair<std::int64_t, std::string>> prices{};  // amount and currency, asked for

  /// All copies that there can be.
  [[nodiscard]] std::int64_t copies_max() const;
};

using Ledger = std::map<std::string, LedgerBook>;  // by book

/// kNotFound or kCorrupt when it cannot be read.
[[nodiscard]] Result<Ledger> read_ledger(const std::string& path);

}  // namespace perpetua::buyers
