#include "domain/validate.h"

#include <algorithm>
#include <string_view>

namespace perpetua::domain {
namespace {

constexpr std::size_t kNameMax = 100;
constexpr std::size_t kStreetMax = 200;
constexpr std::size_t kPostcodeMax = 20;
constexpr std::size_t kCityMax = 100;

constexpr std::size_t kTitleMax = 500;
constexpr std::size_t kAuthorsMax = 50;
constexpr std::size_t kAuthorMax = 200;
constexpr std::size_t kDescriptionMax = 4000;
constexpr std::int64_t kPriceMax = 10'000'000;
constexpr std::uint64_t kRatingCountMax = 1'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

/// Counts code points of UTF-8; nothing for what is not UTF-8, for control characters, and for
/// newlines unless `lines`.
std::optional<std::size_t> characters(std::string_view text, bool lines) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t width = lead < 0x80         ? 1
                              : lead >> 5 == 0x06 ? 2
                              : lead >> 4 == 0x0e ? 3
                              : lead >> 3 == 0x1e ? 4
                                                  : 0;
    if (width == 0 || i + width > text.size()) return std::nullopt;
    std::uint32_t point = width == 1 ? lead : lead & (0xffU >> (width + 1));
    for (std::size_t k = 1; k < width; ++k) {
      const auto next = static_cast<std::uint8_t>(text[i + k]);
      if (next >> 6 != 2) return std::nullopt;
      point = (point << 6) | (next & 0x3fU);
    }
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kSmallest[width] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      return std::nullopt;
    if ((point < 0x20 && !(lines && point == '\n')) || (point >= 0x7f && point <= 0x9f))
      return std::nullopt;
    i += width;
  }
  return count;
}

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; });
}

std::optional<Problem> check_text(std::string_view text, const std::string& pointer,
                                  std::size_t least, std::size_t most, bool lines) {
  const std::optional<std::size_t> size = characters(text, lines);
  if (!size) return invalid(pointer, "must be UTF-8 text without control characters");
  if (*size > most || *size < least)
    return invalid(pointer, "has " + std::to_string(*size) + " characters, " +
                                std::to_string(least) + " to " + std::to_string(most) +
                                " are possible");
  if (least > 0 && is_blank(text)) return invalid(pointer, "is blank");
  return std::nullopt;
}

bool is_language(std::string_view tag) {
  std::size_t part = 0;
  while (true) {
    const std::size_t end = std::min(tag.find('-'), tag.size());
    const std::string_view piece = tag.substr(0, end);
    const bool fits = part == 0 ? piece.size() >= 2 && piece.size() <= 3 &&
                                      std::all_of(piece.begin(), piece.end(), is_lower)
                                : piece.size() >= 2 && piece.size() <= 8 &&
                                      std::all_of(piece.begin(), piece.end(), [](char c) {
                                        return is_lower(c) || is_upper(c) || is_digit(c);
                                      });
    if (!fits || part > 3) return false;
    if (end == tag.size()) return true;
    tag.remove_prefix(end + 1);
    ++part;
  }
}

bool is_isbn13(std::string_view isbn) {
  if (isbn.size() != 13 || !std::all_of(isbn.begin(), isbn.end(), is_digit)) return false;
  if (!isbn.starts_with("978") && !isbn.starts_with("979")) return false;
  int sum = 0;
  for (std::size_t i = 0; i < isbn.size(); ++i) sum += (isbn[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return sum % 10 == 0;
}

std::optional<Problem> check_address(const crdt::Address& to) {
  if (auto bad = check_text(to.name, "/shipTo/name", 1, kNameMax, false)) return bad;
  if (auto bad = check_text(to.street, "/shipTo/street", 1, kStreetMax, false)) return bad;
  if (to.extra)
    if (auto bad = check_text(*to.extra, "/shipTo/extra", 1, kStreetMax, false)) return bad;
  if (auto bad = check_text(to.postcode, "/shipTo/postcode", 1, kPostcodeMax, false)) return bad;
  if (auto bad = check_text(to.city, "/shipTo/city", 1, kCityMax, false)) return bad;
  if (to.country.size() != 2 || !std::all_of(to.country.begin(), to.country.end(), is_upper))
    return invalid("/shipTo/country", "must be two capitals (ISO 3166-1 alpha-2)");
  return std::nullopt;
}

std::optional<Problem> check_payment(const crdt::Payment& payment) {
  constexpr std::string_view kBrands[] = {"visa", "mastercard", "amex", "other"};
  if (std::ranges::find(kBrands, payment.brand) == std::end(kBrands))
    return invalid("/payment/brand", "must be visa, mastercard, amex or other");
  if (payment.last4.size() != 4 ||
      !std::all_of(payment.last4.begin(), payment.last4.end(), is_digit))
    return invalid("/payment/last4", "must be four digits");
  return std::nullopt;
}

std::optional<Problem> check_optional_members(const Book& book) {
  if (book.language && !is_language(*book.language))
    return invalid("/language", "must be a language tag such as en or pt-BR");
  if (book.year && (*book.year < -5000 || *book.year > 2100))
    return invalid("/year", "must be from -5000 to 2100");
  if (book.isbn && !is_isbn13(*book.isbn))
    return invalid("/isbn", "must be an ISBN-13 of 13 digits with the right check digit");
  if (book.rating && !(book.rating->average >= 0 && book.rating->average <= 5))
    return invalid("/rating/average", "must be from 0 to 5");
  if (book.rating && book.rating->count > kRatingCountMax)
    return invalid("/rating/count", "must be from 0 to 1000000000");
  return std::nullopt;
}

}  // namespace

std::optional<Problem> validate(const Book& book) {
  if (!is_slug(book.id))
    return invalid("/id", "must be 1 to 64 lower-case letters, digits and hyphens");
  if (auto bad = check_text(book.title, "/title", 1, kTitleMax, true)) return bad;
  if (book.authors.size() > kAuthorsMax) return invalid("/authors", "has more than 50 names");
  for (std::size_t i = 0; i < book.authors.size(); ++i)
    if (auto bad =
            check_text(book.authors[i], "/authors/" + std::to_string(i), 1, kAuthorMax, false))
      return bad;
  if (!is_slug(book.category))
    return invalid("/category", "must be 1 to 64 lower-case letters, digits and hyphens");
  if (auto bad = check_text(book.description, "/description", 0, kDescriptionMax, true)) return bad;
  if (book.price.amount < 1 || book.price.amount > kPriceMax)
    return invalid("/price/amount", "must be 1 to 10000000 minor units");
  if (book.price.currency.size() != 3 ||
      !std::all_of(book.price.currency.begin(), book.price.currency.end(), is_upper))
    return invalid("/price/currency", "must be three capitals (ISO 4217)");
  return check_optional_members(book);
}

std::optional<Problem> validate(const crdt::OrderDetails& details) {
  if (details.ship_to)
    if (auto bad = check_address(*details.ship_to)) return bad;
  if (details.delivery && !details.ship_to)
    return invalid("/shipTo", "is missing; what is delivered goes to an address");
  if (details.delivery && !is_slug(details.delivery->method))
    return invalid("/delivery/method", "must be 1 to 64 lower-case letters, digits and hyphens");
  if (details.payment) return check_payment(*details.payment);
  return std::nullopt;
}

}  // namespace perpetua::domain
