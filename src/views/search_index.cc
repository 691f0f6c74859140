#include "views/search_index.h"

#include <tuple>

#include "views/fold.h"

namespace perpetua::views {
namespace {

/// A bit for a word's first two bytes. A text without a query's bits need not be read, which is
/// most of them; a query's word of one byte says nothing.
std::uint64_t beginning(std::string_view word) {
  if (word.size() < 2) return 0;
  const auto first = static_cast<unsigned char>(word[0]);
  const auto second = static_cast<unsigned char>(word[1]);
  return std::uint64_t{1} << ((first * 31U + second) % 64);
}

/// Calls `each` with every word of what words_of() gave.
template <class Each>
void for_each_word(std::string_view words, const Each& each) {
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    each(words.substr(at, end - at));
    at = end + 1;
  }
}

/// Thirteen digits, or the first ten or more of them, in groups as books print them.
bool is_isbn(std::string_view words) {
  const auto digits = std::ranges::count_if(words, [](char c) { return c >= '0' && c <= '9'; });
  return words.find_first_not_of("0123456789 ") == std::string_view::npos && digits >= 10 &&
         digits <= 13 && (words.starts_with("978") || words.starts_with("979"));
}

}  // namespace

struct SearchIndex::Query {
  explicit Query(std::string_view text);

  std::string all;                 // its words, as words_of() has them
  std::vector<std::string> words;  // each behind a blank, the longest, which are rare, first
  std::uint64_t beginnings = 0;
};

SearchIndex::Query::Query(std::string_view text) : all(words_of(text)) {
  if (is_isbn(all)) std::erase(all, ' ');
  for_each_word(all, [this](std::string_view word) {
    if (words.size() == kQueryWordsMax) return;
    words.push_back(" " + std::string(word));
    beginnings |= beginning(word);
  });
  std::ranges::sort(words, std::greater(), &std::string::size);
}

std::optional<Match> SearchIndex::match(const Query& query, const Text& text) {
  if ((query.beginnings & ~text.beginnings) != 0) return std::nullopt;
  const std::string_view words = text.words;
  bool is_in_title = true;
  for (const std::string& word : query.words) {
    const std::size_t at = words.find(word);
    if (at == std::string_view::npos) return std::nullopt;
    is_in_title = is_in_title && at < text.title_size;
  }
  if (!is_in_title) return Match::kElsewhere;
  const std::string_view title = words.substr(1, text.title_size - 1);
  const std::string_view bare = without_article(title);
  const std::string_view asked = without_article(query.all);
  if (bare == asked) return Match::kIsTitle;
  if (title.starts_with(query.all) || bare.starts_with(asked)) return Match::kBeginsTitle;
  return Match::kInTitle;
}

void SearchIndex::put(const Placed& place, const domain::Book& book) {
  Text text;
  text.place = &place;
  const auto add = [&text](std::string_view words) {
    if (!words.empty()) text.words.append(" ").append(words);
  };
  add(words_of(book.title));
  text.title_size = text.words.size();
  for (const std::string& author : book.authors) add(words_of(author));
  add(words_of(book.category));
  add(book.isbn.value_or(""));
  text.words.shrink_to_fit();
  for_each_word(text.words, [&text](std::string_view word) { text.beginnings |= beginning(word); });
  numbers_[&place] = texts_.size();
  texts_.push_back(std::move(text));
}

void SearchIndex::take(const Placed& place) {
  const auto found = numbers_.find(&place);
  if (found == numbers_.end()) return;
  Text& gap = texts_[found->second];
  if (&gap != &texts_.back()) {
    gap = std::move(texts_.back());
    numbers_[gap.place] = found->second;
  }
  texts_.pop_back();
  numbers_.erase(found);
}

Found SearchIndex::search(std::string_view query, std::size_t limit) const {
  const Query asked(query);
  if (asked.words.empty()) return {};
  std::vector<std::pair<Match, const Placed*>> matches;
  for (const Text& text : texts_)
    if (const auto how = match(asked, text)) matches.emplace_back(*how, text.place);
  const std::size_t size = std::min(limit, matches.size());
  const auto end = matches.begin() + static_cast<std::ptrdiff_t>(size);
  std::ranges::partial_sort(matches, end, [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second->title, a.second->id) <
           std::tie(b.first, b.second->title, b.second->id);
  });
  Found found{{}, matches.size()};
  found.ids.reserve(size);
  for (auto at = matches.begin(); at != end; ++at) found.ids.emplace_back(at->second->id);
  return found;
}

}  // namespace perpetua::views
