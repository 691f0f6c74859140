#pragma once
// Copies sold by book: the sum over writers of sold - released, as the stock rows say it. Absolute,
// so a sale never counts twice.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "views/view.h"

namespace perpetua::views {

struct Sales {
  std::string book;
  std::int64_t sold = 0;
  bool operator==(const Sales&) const = default;
};

class BestSellersView : public View {
 public:
  [[nodiscard]] std::string_view table() const override;
  void apply(const port::KeyedRow& row) override;
  [[nodiscard]] std::unique_ptr<View> make_empty() const override {
    return std::make_unique<BestSellersView>();
  }
  void replace_by(View& built) override { *this = std::move(static_cast<BestSellersView&>(built)); }

  /// The most sold first, then by id; only what was sold at all.
  [[nodiscard]] std::vector<Sales> top(std::size_t limit) const;

 private:
  std::map<std::string, std::map<Writer, std::int64_t>> sold_;
  std::map<std::string, std::int64_t> totals_;
  std::set<std::pair<std::int64_t, std::string>> ranking_;  // (-sold, book)
};

}  // namespace perpetua::views
