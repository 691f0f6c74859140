#pragma once
// A list of books in every sequence in which it can be browsed.

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace perpetua::views {

enum class Sort { kTitle, kPrice, kPriceDown, kYearDown };
inline constexpr std::size_t kSorts = 4;

struct BookPage {
  std::vector<std::string> ids;
  std::optional<std::string> next;  // opaque cursor; nothing: the end
};

/// What decides a book's place in a sequence.
struct Placed {
  std::string_view id;
  std::string title;  // folded, its first kPlacedTitleMax bytes
  std::int64_t price = 0;
  std::optional<int> year;
};
inline constexpr std::size_t kPlacedTitleMax = 80;

/// Books are the caller's: they stay where and as they are from put() to take().
class Shelf {
 public:
  void put(const Placed& book);
  void take(const Placed& book);
  [[nodiscard]] bool empty() const { return sequences_.front().empty(); }
  [[nodiscard]] std::size_t size() const { return sequences_.front().size(); }

  /// Books of equal price or year are by title, those of equal title by id. A cursor is bound to
  /// `list`, the shelf's name, and to `sort`: kInvalid for any that is not of both.
  [[nodiscard]] Result<BookPage> page(const std::string& list, Sort sort,
                                      const std::optional<std::string>& cursor,
                                      std::size_t limit) const;

 private:
  struct Before {
    Sort sort;
    bool operator()(const Placed* a, const Placed* b) const;
  };
  using Sequence = std::set<const Placed*, Before>;
  std::array<Sequence, kSorts> sequences_{
      Sequence(Before{Sort::kTitle}), Sequence(Before{Sort::kPrice}),
      Sequence(Before{Sort::kPriceDown}), Sequence(Before{Sort::kYearDown})};
};

}  // namespace perpetua::views
