#include "domain/book_codec.h"

#include <bit>

#include "base/bytes.h"

namespace perpetua::domain {
namespace {

constexpr std::uint8_t kVersion = 1;
// Which optional members follow.
constexpr std::uint8_t kLanguage = 1;
constexpr std::uint8_t kYear = 2;
constexpr std::uint8_t kIsbn = 4;
constexpr std::uint8_t kRating = 8;
constexpr std::uint8_t kRetired = 16;
constexpr std::uint8_t kKnown = kLanguage | kYear | kIsbn | kRating | kRetired;

}  // namespace

std::string encode(const Book& book) {
  Encoder out;
  out.u8(kVersion);
  out.u8(static_cast<std::uint8_t>((book.language ? kLanguage : 0) | (book.year ? kYear : 0) |
                                   (book.isbn ? kIsbn : 0) | (book.rating ? kRating : 0) |
                                   (book.retired ? kRetired : 0)));
  out.str(book.id);
  out.str(book.title);
  out.u32(static_cast<std::uint32_t>(book.authors.size()));
  for (const std::string& author : book.authors) out.str(author);
  out.str(book.category);
  out.str(book.description);
  out.i64(book.price.amount);
  out.str(book.price.currency);
  if (book.language) out.str(*book.language);
  if (book.year) out.i64(*book.year);
  if (book.isbn) out.str(*book.isbn);
  if (book.rating) {
    out.u64(std::bit_cast<std::uint64_t>(book.rating->average));
    out.u64(book.rating->count);
  }
  return std::move(out).take();
}

Result<Book> decode_book(std::string_view bytes) {
  Decoder in(bytes);
  Book book;
  if (in.u8() != kVersion) in.set_failed();
  const std::uint8_t present = in.u8();
  if ((present & ~kKnown) != 0) in.set_failed();
  book.id = in.str();
  book.title = in.str();
  const std::uint32_t authors = in.count(4);
  for (std::uint32_t i = 0; i < authors && in.ok(); ++i) book.authors.emplace_back(in.str());
  book.category = in.str();
  book.description = in.str();
  book.price.amount = in.i64();
  book.price.currency = in.str();
  if (present & kLanguage) book.language = in.str();
  if (present & kYear) {
    const std::int64_t year = in.i64();
    if (!std::in_range<int>(year)) in.set_failed();
    book.year = static_cast<int>(year);
  }
  if (present & kIsbn) book.isbn = in.str();
  if (present & kRating) {
    Rating rating;
    rating.average = std::bit_cast<double>(in.u64());
    rating.count = in.u64();
    book.rating = rating;
  }
  book.retired = (present & kRetired) != 0;
  const Result<void> finished = in.finish("book");
  if (!finished) return std::unexpected(finished.error());
  return book;
}

}  // namespace perpetua::domain
