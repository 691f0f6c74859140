"""Which of the shop's categories a Project Gutenberg record belongs to.

Rules are tried in order and the first that holds decides, so what is special stands before what is
general. docs/import.md shows the same table; a test keeps the two alike.
"""

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """Holds when a bookshelf is one of `shelves`, or a subject heading's first or last part is one
    of `subjects`, or the letters of a class mark are one of `marks` ("D*": any that begin with D).
    Shelves are compared without their "Browsing: "."""

    category: str
    shelves: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


def _rule(category: str, shelves: str = "", subjects: str = "", marks: str = "") -> Rule:
    def names(text: str) -> frozenset[str]:
        return frozenset(name.strip() for name in text.split("|") if name.strip())

    return Rule(category, names(shelves), names(subjects), frozenset(marks.split()))


OTHERWISE = "general"

RULES = (
    _rule("cookbooks", "Cooking & Drinking|Cookbooks and Cooking", "Cooking|Cookbooks"),
    _rule("fairy-tales", "Children's Myths, Fairy Tales, etc.", "Fairy tales"),
    _rule(
        "science-fiction",
        "Science Fiction|Precursors of Science Fiction|Science Fiction by Women|FR Science fiction",
        "Science fiction|Time travel",
    ),
    _rule("fantasy", "Fantasy|Science-Fiction & Fantasy", "Fantasy fiction|Fantasy literature"),
    _rule(
        "crime-and-mystery",
        "Crime/Mystery|Detective Fiction|Crime Fiction|Mystery Fiction",
        "Detective and mystery stories|Mystery fiction",
    ),
    _rule("horror", "Horror|Gothic Fiction", "Horror tales|Gothic fiction|Ghost stories"),
    _rule("westerns", "Western", "Western stories"),
    _rule(
        "children",
        "Children & Young Adult Reading|Children's Literature|Children's Fiction"
        "|Children's Book Series|Children's Picture Books|Children's Verse|DE Kinderbuch",
        "Juvenile fiction|Children's stories|Juvenile literature",
    ),
    _rule("poetry", "Poetry|DE Lyrik|FR Poésie|IT Poesia|PT Poesia", "Poetry"),
    _rule(
        "drama",
        "Plays|One Act Plays|DE Drama|FR Théâtre|Opera",
        "Drama|Tragedies|Comedy plays|Historical drama|Librettos",
    ),
    _rule("humour", "Humour|Humor", "Humorous stories|Satire"),
    _rule("historical-fiction", "Historical Fiction", "Historical fiction"),
    _rule("adventure", "Adventure", "Adventure stories|Sea stories"),
    _rule("fiction", "Fiction|DE Prosa|FR Nouvelles|IT Romanzi|IT Racconti", "Fiction"),
    _rule("music", "Music", "Songs|Music", "M*"),
    _rule("art", "Art & Photography|Architecture|Art|Photography", marks="N* TR"),
    _rule("biography", "Biographies|FR Biographie, Mémoires, Journal intime, Correspondance",
          "Biography|Diaries|Correspondence", "CT"),
    _rule("travel", "Travel & Geography|Travel", "Description and travel", "G GB"),
    _rule("religion", "Religion/Spirituality/Paranormal|Christianity|Judaism|Islam|Buddhism"
          "|Hinduism|History - Religious", marks="BL BM BP BQ BR BS BT BV BX"),
    _rule(
        "history",
        "History - General|History - American|History - European|History - British"
        "|History - Warfare|History - Ancient|History - Royalty"
        "|History - Medieval/The Middle Ages|Archaeology",
        "History",
        "D* E F",
    ),
    _rule("philosophy", "Philosophy & Ethics|Philosophy|Psychiatry/Psychology", marks="B*"),
    _rule("health", "Health & Medicine|Nutrition|Drugs/Alcohol/Pharmacology|Medicine", marks="R*"),
    _rule("nature", "Nature/Gardening/Animals|Environmental Issues|Botany|Zoology|Horticulture",
          marks="QH QK QL S*"),
    _rule(
        "science",
        "Science - General|Science - Genetics/Biology/Evolution|Science - Physics"
        "|Science - Earth/Agricultural/Farming|Science - Chemistry/Biochemistry/Physics"
        "|Science - Astronomy|Mathematics",
        marks="Q*",
    ),
    _rule("technology", "Computers & Technology|Engineering & Construction|Technology|How To...",
          marks="T*"),
    _rule("business", "Business/Management|Economics", marks="HB HC HD HE HF HG HJ"),
    _rule(
        "society",
        "Politics|Law & Criminology|Sociology|Culture/Civilization/Society|Teaching & Education"
        "|Gender & Sexuality Studies|Parenthood & Family Relations",
        marks="H* J* K* L* U* V* GN GR GT",
    ),
    _rule("reference", "Encyclopedias/Dictionaries/Reference|Language & Communication|Reference",
          marks="A* Z* PB PC PD PE PF"),
    _rule("literature", "Literature|FR Littérature|DE Sachbuch|Journalism/Media/Writing", marks="P*"),
)
BROWSING = "Browsing: "
_LETTERS = re.compile(r"[A-Z]+")


def shelf_names(bookshelves: str) -> list[str]:
    """The shelves without the catalogue's "Browsing: " and without what a cut-off row left over."""
    names = (shelf.strip(" ;").removeprefix(BROWSING) for shelf in bookshelves.split("; "))
    return [name for name in names if name]


def _subject_parts(subjects: str) -> set[str]:
    parts = set()
    for subject in subjects.split("; "):
        pieces = subject.split(" -- ")
        parts.add(pieces[0])
        parts.add(pieces[-1])
    return parts


def category_of(bookshelves: str, subjects: str, marks: str) -> str:
    """The category's slug, for the three fields as the catalogue has them."""
    shelves = set(shelf_names(bookshelves))
    parts = _subject_parts(subjects)
    letters = {match.group() for match in map(_LETTERS.match, marks.split("; ")) if match}
    letters |= {f"{mark[0]}*" for mark in letters}
    for rule in RULES:
        if not shelves.isdisjoint(rule.shelves) or not parts.isdisjoint(rule.subjects):
            return rule.category
        if not letters.isdisjoint(rule.marks):
            return rule.category
    return OTHERWISE
