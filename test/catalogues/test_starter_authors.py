"""The starter catalogue names the authors that the real catalogues name for the same titles."""

import csv
import json
import os
import re
import unicodedata
from pathlib import Path

import pytest

from ops.catalogue.names import authors_of, credits_of

FOLDER = Path(os.environ["PERPETUA_CATALOGUES"])
STARTER = Path(__file__).parent.parent.parent / "data" / "catalogue.jsonl"
MATCHED_SHARE_MIN = 0.45
# Books of the starter catalogue whose title only other books have in the real ones.
OTHER_BOOKS = {
    "essays": "by Emerson, Meynell, Rumford; Montaigne's are 'Essays of Michel de Montaigne'",
    "full-tilt": "a novel by Janet Evanovich",
    "the-reckoning": "a novel by Kelley Armstrong",
}

Titled = dict[str, list[tuple[str, ...]]]


def plain(text: str) -> str:
    """Lower case letters and digits without accents, one space between words."""
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text.replace("&", " and "))
                   if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", re.sub(r"['’]", "", text.lower())))


def titles(title: str) -> set[str]:
    """The whole title and the main one, without series, volume and a leading article."""
    title = re.sub(r"\s*\([^()]*\)\s*$", "", title)
    found = {plain(part) for part in (title, re.split(r"[:;\n]| — ", title)[0])}
    return {re.sub(r"^(the|a|an) ", "", words) for words in found} - {""}


def signs(names: tuple[str, ...]) -> set[tuple[str, str]]:
    """Family name and first letter of each: all that catalogues agree on."""
    found = set()
    for name in names:
        words = plain(re.sub(r",? (Jr|Sr)\.$", "", name)).split()
        if words:
            found.add((words[-1], words[0][0]))
    return found


@pytest.fixture(scope="module")
def titled() -> Titled:
    """By title, the authors of every book of the real files that has it."""
    found: Titled = {}

    def add(title: str, authors: tuple[str, ...]) -> None:
        for key in titles(title):
            found.setdefault(key, []).append(authors)

    with open(FOLDER / "goodbooks_books.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in ("title", "original_title"):
                add(row[name], tuple(row["authors"].split(",")))
    with open(FOLDER / "pg_catalog.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            add(row["Title"], authors_of(credits_of(row["Authors"])))
    return found


@pytest.fixture(scope="module")
def books() -> list[dict]:
    return [json.loads(line) for line in STARTER.read_text(encoding="utf-8").splitlines()]


def compare(books: list[dict], titled: Titled) -> tuple[list[str], dict[str, str]]:
    """The ids of the books whose title is there, and of those what is told of mismatches."""
    matched, mismatches = [], {}
    for book in books:
        there = [authors for key in titles(book["title"]) for authors in titled.get(key, [])]
        if there:
            matched.append(book["id"])
            ours = signs(tuple(book["authors"]))
            if not any(ours & signs(theirs) for theirs in there):
                others = sorted({", ".join(theirs) for theirs in there})
                mismatches[book["id"]] = f"{book['title']}: {', '.join(book['authors'])}, " \
                    f"there {' / '.join(others)}"
    return matched, mismatches


def test_authors_agree_wherever_a_title_is_there(books, titled, capsys):
    matched, mismatches = compare(books, titled)
    with capsys.disabled():
        print(f"\n{len(matched)} of {len(books)} starter books ({len(matched) / len(books):.0%}) "
              f"have their title in the real catalogues; {len(mismatches)} name other authors")
        for book_id, told in mismatches.items():
            print(f"  {told} ({OTHER_BOOKS.get(book_id, 'NOT EXPLAINED')})")
    assert len(matched) / len(books) >= MATCHED_SHARE_MIN
    assert set(mismatches) == set(OTHER_BOOKS), "a wrong author, or an exception without need"


def test_every_wrong_author_would_be_found(books, titled):
    matched, _ = compare(books, titled)
    wrong = [book | {"authors": ["Nobody Whatsoever"]} for book in books]
    assert list(compare(wrong, titled)[1]) == matched


def test_another_author_of_the_catalogue_would_be_found(books, titled):
    planted = [book | {"authors": ["Jane Austen"]} if book["id"] == "dune" else book
               for book in books]
    assert set(compare(planted, titled)[1]) == set(OTHER_BOOKS) | {"dune"}


@pytest.mark.parametrize("ours, theirs", [
    ("J. R. R. Tolkien", "J.R.R. Tolkien"),
    ("Stanisław Lem", "Stanisław Lem"),
    ("Gabriel García Márquez", "Gabriel Garcia Marquez"),
    ("Hans Christian Andersen", "H. C. Andersen"),
    ("Alfred P. Sloan Jr.", "Alfred Sloan"),
])
def test_one_person_is_known_by_several_spellings(ours, theirs):
    assert signs((ours,)) == signs((theirs,))
