#include "views/fold.h"

#include <utf8proc.h>

#include <array>

namespace perpetua::views {
namespace {

constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                                         UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
constexpr utf8proc_int32_t kNoCharacter = 0xFFFD;
// Canonical decompositions have four code points at most, case foldings three.
constexpr std::size_t kPartsMax = 16;

/// Calls `each` with the code points that `text` folds to.
template <class Each>
void for_each_folded(std::string_view text, const Each& each) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  std::array<utf8proc_int32_t, kPartsMax> parts;
  while (left > 0) {
    utf8proc_int32_t point = kNoCharacter;
    utf8proc_ssize_t width = utf8proc_iterate(at, left, &point);
    if (width <= 0) {
      width = 1;
      point = kNoCharacter;
    }
    at += width;
    left -= width;
    int boundary = 0;  // of graphemes, not asked for
    const utf8proc_ssize_t count =
        utf8proc_decompose_char(point, parts.data(), kPartsMax, kOptions, &boundary);
    for (utf8proc_ssize_t i = 0; i < std::min<utf8proc_ssize_t>(count, kPartsMax); ++i)
      each(parts[static_cast<std::size_t>(i)]);
  }
}

void append(std::string& out, utf8proc_int32_t point) {
  std::array<utf8proc_uint8_t, 4> bytes;
  const auto size = static_cast<std::size_t>(utf8proc_encode_char(point, bytes.data()));
  out.append(reinterpret_cast<const char*>(bytes.data()), size);
}

bool is_of_a_word(utf8proc_int32_t point) {
  const utf8proc_category_t category = utf8proc_category(point);
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

bool is_apostrophe(utf8proc_int32_t point) {
  return point == '\'' || point == 0x2019;
}

}  // namespace

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for_each_folded(text, [&](utf8proc_int32_t point) { append(folded, point); });
  return folded;
}

std::string_view without_article(std::string_view folded) {
  for (const std::string_view article : {"the ", "a ", "an "})
    if (folded.starts_with(article)) return folded.substr(article.size());
  return folded;
}

std::string fold_title(std::string_view title) {
  return std::string(without_article(fold(title)));
}

std::string words_of(std::string_view text) {
  std::string words;
  words.reserve(text.size());
  bool is_between = false;
  for_each_folded(text, [&](utf8proc_int32_t point) {
    if (is_of_a_word(point)) {
      if (is_between && !words.empty()) words.push_back(' ');
      is_between = false;
      append(words, point);
    } else if (!is_apostrophe(point)) {
      is_between = true;
    }
  });
  return words;
}

}  // namespace perpetua::views
