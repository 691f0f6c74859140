#pragma once
// Text as it is compared and sorted: case and accents aside (Unicode's case folding and canonical
// decomposition without marks, by libutf8proc). A letter that is not a base letter with a mark
// stays itself: "ø" is not "o". What is not UTF-8 becomes U+FFFD, a byte at a time.

#include <string>
#include <string_view>

namespace perpetua::views {

/// `Žižek` -> `zizek`, `straße` -> `strasse`
[[nodiscard]] std::string fold(std::string_view text);

/// Folded, without a leading English article: titles are sorted so.
[[nodiscard]] std::string fold_title(std::string_view title);

/// The part of a folded title behind its English article; all of it when it has none.
[[nodiscard]] std::string_view without_article(std::string_view folded);

/// The folded words, letters and digits alone, with a blank between each two. An apostrophe does
/// not end a word: `Ender's  Game!` -> `enders game`
[[nodiscard]] std::string words_of(std::string_view text);

}  // namespace perpetua::views
