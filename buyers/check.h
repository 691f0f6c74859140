#pragma once
// Compares a record with what each region shows, separately, through the public API and, for the
// copies, the operator's door. Knows nothing of how the shop is made.

#include "buyers/expectation.h"

namespace perpetua::buyers {

struct CheckOptions {
  std::vector<Endpoint> regions;
  std::vector<Endpoint> operators;  // Unix sockets, named as the regions
  bool only_remote = false;  // another region is dead: what it acknowledged `local` may be missing
  bool only_load = false;    // nobody else bought in this shop: copies sold are known exactly
  double settle_s = 10;      // how long what is not right yet may take to become so
  double timeout_ms = 5'000;
};

struct CheckResult {
  Verdicts verdicts;
  // How much was looked at, over all regions.
  std::size_t buyers = 0;
  std::size_t orders = 0;
  std::size_t cart_lines = 0;
  std::size_t books = 0;

  /// Nothing was wrong, and something was looked at.
  [[nodiscard]] bool pass() const;
};

/// `tokens`: by buyer. Takes settle_s and what the requests need, whatever the regions do.
[[nodiscard]] Task<CheckResult> check(Net& net, const History& history,
                                      const std::map<int, std::string>& tokens,
                                      const CheckOptions& options);

/// With the first 20 findings in words.
[[nodiscard]] std::string to_json(const CheckResult& result);
[[nodiscard]] std::string to_text(const CheckResult& result);

}  // namespace perpetua::buyers
