#include "views/catalogue_view.h"

#include "crdt/register.h"
#include "domain/book_codec.h"
#include "domain/tables.h"
#include "views/fold.h"

namespace perpetua::views {
namespace {

// What names of lists begin with; a category's list cannot have an author's name.
constexpr std::string_view kCategory = "category:";
constexpr std::string_view kAuthor = "author:";

}  // namespace

std::string all_books() {
  return {};
}

std::string of_category(std::string_view slug) {
  return std::string(kCategory) + std::string(slug);
}

std::string of_author(std::string_view name) {
  return std::string(kAuthor) + fold(name);
}

std::string category_name(std::string_view slug) {
  std::string name;
  bool capital = true;
  for (const char c : slug) {
    name.push_back(c == '-'                          ? ' '
                   : capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32)
                                                     : c);
    capital = c == '-';
  }
  return name;
}

std::string_view CatalogueView::table() const {
  return domain::tables::kBook;
}

void CatalogueView::shelve(Seen& seen, const std::string& list) {
  const auto at = lists_.try_emplace(list).first;
  // A book may name an author twice.
  if (std::ranges::find(seen.lists, at) != seen.lists.end()) return;
  seen.lists.push_back(at);
  at->second.put(seen.place);
}

void CatalogueView::unshelve(Seen& seen) {
  for (const auto& list : seen.lists) {
    list->second.take(seen.place);
    if (list->second.empty()) lists_.erase(list);
  }
  seen.lists.clear();
  index_.take(seen.place);
}

void CatalogueView::apply(const port::KeyedRow& row) {
  const Result<crdt::Versioned> versioned = crdt::decode_versioned(row.row.value);
  if (!versioned) return;  // a newer version's row: the rules say so to whoever asks for the book
  const Result<domain::Book> book = domain::decode_book(versioned->value);
  if (!book) return;
  const auto at = books_.try_emplace(book->id).first;
  Seen& seen = at->second;
  const bool wins = versioned->version != seen.version ? versioned->version > seen.version
                                                       : row.row.writer >= seen.writer;
  if (!wins) return;
  unshelve(seen);
  seen.version = versioned->version;
  seen.writer = row.row.writer;
  seen.place = {};
  if (book->retired) return;
  const std::string title = fold_title(book->title);
  seen.place = {at->first, title.substr(0, kPlacedTitleMax), book->price.amount, book->year};
  seen.lists.reserve(2 + book->authors.size());
  shelve(seen, all_books());
  shelve(seen, of_category(book->category));
  for (const std::string& author : book->authors) shelve(seen, of_author(author));
  index_.put(seen.place, *book);
}

std::vector<CategoryCount> CatalogueView::categories() const {
  std::vector<CategoryCount> out;
  for (auto at = lists_.lower_bound(std::string(kCategory));
       at != lists_.end() && at->first.starts_with(kCategory); ++at) {
    const std::string slug = at->first.substr(kCategory.size());
    out.push_back({slug, category_name(slug), at->second.size()});
  }
  return out;
}

Result<BookPage> CatalogueView::browse(const std::string& list, Sort sort,
                                       const std::optional<std::string>& cursor,
                                       std::size_t limit) const {
  static const Shelf kEmpty;
  const auto found = lists_.find(list);
  return (found == lists_.end() ? kEmpty : found->second).page(list, sort, cursor, limit);
}

}  // namespace perpetua::views
