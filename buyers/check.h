#pragma once
// Compares records with what each region shows, separately, through the public API and, for the
// copies, the operator's door. Knows nothing of how the shop is made.

#include <optional>

#include "buyers/expectation.h"
#include "buyers/ledger.h"

namespace perpetua::buyers {

struct CheckOptions {
  std::vector<Endpoint> regions;
  std::vector<Endpoint> operators;  // Unix sockets, named as the regions
  std::string dead;      // a region that is: what it alone acknowledged `local` may be missing
  bool shared = false;   // others bought meanwhile: more may be sold than the records ordered
  double settle_s = 10;  // how long what is not right yet may take to become so
  double timeout_ms = 5'000;
  std::optional<Ledger> ledger{};  // what an operator did meanwhile: all deliveries and prices
  bool converged = false;          // all regions must show the same
};

/// One load's record.
struct Evidence {
  std::string name;  // for findings
  History history;
  std::map<int, std::string> tokens;  // by buyer
};

/// kInvalid, kNotFound or kCorrupt when a record or its sessions cannot be read. In the order in
/// which the loads began.
[[nodiscard]] Result<std::vector<Evidence>> read_evidence(const std::vector<std::string>& paths);

struct CheckResult {
  Verdicts verdicts;
  // How much was looked at, over all regions.
  std::size_t buyers = 0;
  std::size_t orders = 0;
  std::size_t cart_lines = 0;
  std::size_t books = 0;
  bool stock_exact = false;  // the copies sold had to be exactly those ordered

  /// Nothing was wrong, and something was looked at.
  [[nodiscard]] bool pass() const;
};

/// The records must be all that was bought since the first began, unless `shared`; then, and while
/// a region is dead, at least as many copies must be sold as were ordered, else exactly as many.
/// Nothing may be under way any more. Takes settle_s and what the requests need, whatever the
/// regions do.
[[nodiscard]] Task<CheckResult> check(Net& net, const std::vector<Evidence>& records,
                                      const CheckOptions& options);

/// With the first 20 findings in words.
[[nodiscard]] std::string to_json(const CheckResult& result);
[[nodiscard]] std::string to_text(const CheckResult& result);

}  // namespace perpetua::buyers
