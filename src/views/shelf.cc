#include "views/shelf.h"

#include <limits>
#include <tuple>

#include "base/bytes.h"
#include "base/hash.h"

namespace perpetua::views {
namespace {

constexpr std::size_t kCursorMax = 512;
constexpr std::size_t kListMarkSize = 16;

/// What comes first in a sequence, before title and id.
std::int64_t rank(Sort sort, const Placed& book) {
  switch (sort) {
    case Sort::kPrice:
      return book.price;
    case Sort::kPriceDown:
      return -book.price;
    case Sort::kYearDown:
      return book.year ? -std::int64_t{*book.year} : std::numeric_limits<std::int64_t>::max();
    case Sort::kTitle:
      break;
  }
  return 0;
}

/// A book that has the same place as the one where a page ended.
struct Place {
  std::string id;
  Placed book;
};

/// Of one size, however long the name of the list is.
std::string list_mark(const std::string& list, Sort sort) {
  const char sort_byte = static_cast<char>(sort);
  return hash(std::string_view(&sort_byte, 1), list).substr(0, kListMarkSize);
}

std::string to_cursor(const std::string& list, Sort sort, const Placed& last) {
  Encoder out;
  out.raw(list_mark(list, sort));
  out.i64(last.price);
  out.u8(last.year.has_value());
  out.i64(last.year.value_or(0));
  out.str(last.title);
  out.str(last.id);
  return to_base64url(out.bytes());
}

Result<Place> from_cursor(const std::string& list, Sort sort, const std::string& cursor) {
  const auto bad = [] {
    return fail(ErrorCode::kInvalid, "cursor is not one that this list gave");
  };
  if (cursor.size() > kCursorMax) return bad();
  const Result<std::string> bytes = from_base64url(cursor);
  if (!bytes || !bytes->starts_with(list_mark(list, sort))) return bad();
  Decoder in(std::string_view(*bytes).substr(kListMarkSize));
  Place place;
  place.book.price = in.i64();
  const std::uint8_t has_year = in.u8();
  const std::int64_t year = in.i64();
  if (has_year != 0) place.book.year = static_cast<int>(year);
  place.book.title = in.str();
  place.id = in.str();
  if (!in.finish("cursor") || place.id.empty() || has_year > 1 || !std::in_range<int>(year) ||
      !std::in_range<std::int32_t>(place.book.price))
    return bad();
  return place;
}

}  // namespace

bool Shelf::Before::operator()(const Placed* a, const Placed* b) const {
  const std::int64_t rank_a = rank(sort, *a);
  const std::int64_t rank_b = rank(sort, *b);
  return std::tie(rank_a, a->title, a->id) < std::tie(rank_b, b->title, b->id);
}

void Shelf::put(const Placed& book) {
  for (Sequence& sequence : sequences_) sequence.insert(&book);
}

void Shelf::take(const Placed& book) {
  for (Sequence& sequence : sequences_) sequence.erase(&book);
}

Result<BookPage> Shelf::page(const std::string& list, Sort sort,
                             const std::optional<std::string>& cursor, std::size_t limit) const {
  const Sequence& sequence = sequences_.at(static_cast<std::size_t>(sort));
  auto at = sequence.begin();
  if (cursor) {
    Result<Place> after = from_cursor(list, sort, *cursor);
    if (!after) return std::unexpected(after.error());
    after->book.id = after->id;
    at = sequence.upper_bound(&after->book);
  }
  BookPage page;
  for (; at != sequence.end() && page.ids.size() < limit; ++at) page.ids.emplace_back((*at)->id);
  if (at != sequence.begin() && at != sequence.end())
    page.next = to_cursor(list, sort, **std::prev(at));
  return page;
}

}  // namespace perpetua::views
