#pragma once
// Finds books by words: every word of a query begins one of the book's own, in title, authors,
// category or ISBN. A scan over a short text of each book: with 17,660 less than a millisecond, a
// few for a word of one letter.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/types.h"
#include "views/shelf.h"

namespace perpetua::views {

inline constexpr std::size_t kQueryWordsMax = 10;  // what comes after them narrows nothing

struct Found {
  std::vector<std::string> ids;  // the best first
  std::size_t total = 0;
};

/// How a book is found, the best way first.
enum class Match { kIsTitle, kBeginsTitle, kInTitle, kElsewhere };

/// Places are the caller's: they stay where and as they are from put() to take().
class SearchIndex {
 public:
  void put(const Placed& place, const domain::Book& book);
  void take(const Placed& place);

  /// Titles that are the query come first, then those that begin with it, an article aside, then
  /// those that have all of its words, then the rest; among equals by title and id. Nothing for a
  /// query without a letter or digit.
  [[nodiscard]] Found search(std::string_view query, std::size_t limit) const;

 private:
  struct Text {
    std::string words;  // a blank before each; the title's first
    std::size_t title_size = 0;
    std::uint64_t beginnings = 0;  // of its words: see beginning()
    const Placed* place = nullptr;
  };
  struct Query;
  [[nodiscard]] static std::optional<Match> match(const Query& query, const Text& text);

  std::vector<Text> texts_;
  std::unordered_map<const Placed*, std::size_t> numbers_;  // into texts_
};

}  // namespace perpetua::views
