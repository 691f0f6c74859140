#include "views/fold.h"

#include <gtest/gtest.h>

namespace perpetua::views {
namespace {

TEST(Fold, SetsCaseAndAccentsAside) {
  EXPECT_EQ(fold("The Žižek Reader"), "the zizek reader");
  EXPECT_EQ(fold("Ångström"), "angstrom");
  EXPECT_EQ(fold("A\u030angstro\u0308m"), "angstrom");  // the marks on their own
  EXPECT_EQ(fold("STRASSE"), fold("straße"));
  EXPECT_EQ(fold("ὈΔΎΣΣΕΙΑ"), fold("Οδύσσεια"));
  EXPECT_EQ(fold("ΛΌΓΟΣ"), fold("λόγος"));  // a final sigma is a sigma
  EXPECT_EQ(fold("ВОЙНА И МИР"), fold("война и мир"));
  EXPECT_EQ(fold("re\u00ADprise"), "reprise");  // a soft hyphen is not seen
  EXPECT_EQ(fold("Bjørn"), "bjørn");
  EXPECT_EQ(fold("三国演义"), "三国演义");
  EXPECT_EQ(fold(""), "");
}

TEST(Fold, TakesWhatIsNotUtf8) {
  EXPECT_EQ(fold("\xFF"
                 "A"),
            "\uFFFD"
            "a");
  EXPECT_EQ(fold("A\xC3"), "a\uFFFD");                    // cut off
  EXPECT_EQ(fold("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(fold(std::string("a\0B", 3)), std::string("a\0b", 3));
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_FALSE(fold(all).empty());
  EXPECT_FALSE(words_of(all).empty());
}

TEST(Fold, TitlesAreSortedWithoutAnArticle) {
  EXPECT_EQ(fold_title("The Hobbit"), "hobbit");
  EXPECT_EQ(fold_title("A Room of One's Own"), "room of one's own");
  EXPECT_EQ(fold_title("An Éclair"), "eclair");
  EXPECT_EQ(fold_title("Theatre"), "theatre");
  EXPECT_EQ(fold_title("A"), "a");
}

TEST(Fold, WordsAreLettersAndDigits) {
  EXPECT_EQ(words_of("  Ender’s   Game! (Ender's Saga, #1)"), "enders game enders saga 1");
  EXPECT_EQ(words_of("science-fiction"), "science fiction");
  EXPECT_EQ(words_of("Œuvres: «Étranger»"), "œuvres etranger");
  EXPECT_EQ(words_of("?!'"), "");
}

}  // namespace
}  // namespace perpetua::views
