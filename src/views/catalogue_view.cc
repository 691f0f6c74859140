#include "views/catalogue_view.h"

#include "base/bytes.h"
#include "crdt/register.h"
#include "domain/book_codec.h"
#include "domain/tables.h"

namespace perpetua::views {
namespace {

constexpr std::size_t kFoldedMax = 80;  // bytes of a title that decide its place

/// Lower case for ASCII, without a leading article; other letters as they are.
std::string fold(std::string_view title) {
  std::string folded;
  for (const char c : title.substr(0, kFoldedMax + 8))
    folded.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  for (const std::string_view article : {"the ", "a ", "an "})
    if (folded.starts_with(article)) {
      folded.erase(0, article.size());
      break;
    }
  folded.resize(std::min(folded.size(), kFoldedMax));
  return folded;
}

/// Names its list too: a place on one shelf means nothing on another.
std::string to_cursor(const std::string& list, const std::pair<std::string, std::string>& place) {
  Encoder out;
  out.str(list);
  out.str(place.first);
  out.str(place.second);
  return to_base64url(out.bytes());
}

Result<std::pair<std::string, std::string>> from_cursor(const std::string& list,
                                                        const std::string& cursor) {
  const auto bad = [] {
    return fail(ErrorCode::kInvalid, "cursor is not one that this list gave");
  };
  if (cursor.size() > 512) return bad();
  const Result<std::string> bytes = from_base64url(cursor);
  if (!bytes) return bad();
  Decoder in(*bytes);
  std::pair<std::string, std::string> place;
  const bool is_this_list = in.str() == list;
  place.first = in.str();
  place.second = in.str();
  if (!in.finish("cursor") || !is_this_list || place.second.empty()) return bad();
  return place;
}

}  // namespace

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

void CatalogueView::unshelve(const std::string& id, const Seen& seen) {
  if (seen.title.empty()) return;
  everything_.erase({seen.title, id});
  const auto shelf = shelves_.find(seen.category);
  if (shelf == shelves_.end()) return;
  shelf->second.erase({seen.title, id});
  if (shelf->second.empty()) shelves_.erase(shelf);
}

void CatalogueView::apply(const port::KeyedRow& row) {
  const Result<crdt::Versioned> versioned = crdt::decode_versioned(row.row.value);
  if (!versioned) return;  // a newer version's row: the rules say so to whoever asks for the book
  const Result<domain::Book> book = domain::decode_book(versioned->value);
  if (!book) return;
  Seen& seen = books_[book->id];
  const bool wins = versioned->version != seen.version ? versioned->version > seen.version
                                                       : row.row.writer >= seen.writer;
  if (!wins) return;
  unshelve(book->id, seen);
  seen = {versioned->version, row.row.writer, book->category, {}};
  if (book->retired) return;
  seen.title = fold(book->title);
  if (seen.title.empty()) seen.title = " ";
  everything_.insert({seen.title, book->id});
  shelves_[book->category].insert({seen.title, book->id});
}

std::vector<CategoryCount> CatalogueView::categories() const {
  std::vector<CategoryCount> out;
  out.reserve(shelves_.size());
  for (const auto& [slug, shelf] : shelves_)
    out.push_back({slug, category_name(slug), shelf.size()});
  return out;
}

Result<BookPage> CatalogueView::browse(const std::optional<std::string>& category,
                                       const std::optional<std::string>& cursor,
                                       std::size_t limit) const {
  static const std::set<Place> kEmpty;
  Place after;
  if (cursor) {
    Result<Place> place = from_cursor(category.value_or(""), *cursor);
    if (!place) return std::unexpected(place.error());
    after = std::move(*place);
  }
  const std::set<Place>* shelf = &everything_;
  if (category) {
    const auto found = shelves_.find(*category);
    shelf = found == shelves_.end() ? &kEmpty : &found->second;
  }
  BookPage page;
  const Place* last = nullptr;
  for (auto at = cursor ? shelf->upper_bound(after) : shelf->begin(); at != shelf->end(); ++at) {
    if (page.ids.size() == limit) {
      page.next = to_cursor(category.value_or(""), *last);
      break;
    }
    page.ids.push_back(at->second);
    last = &*at;
  }
  return page;
}

}  // namespace perpetua::views
