"""The starter catalogue in data/."""

import itertools
import re
from collections import Counter
from pathlib import Path

import pytest

from ops.catalogue.detect import JSON_LINES, open_catalogue
from ops.catalogue.records import Read, encode

PATH = Path(__file__).parent.parent.parent / "data" / "catalogue.jsonl"
WORKSHOPS = ("cookbooks", "database", "fairy-tales", "science-fiction", "home-improvement", "cars",
             "woodwork")
BOOKS_MIN, CATEGORIES_MIN, EACH_MIN = 200, 14, 9
# What a book costs, least and most, in cents: the thick and technical ones, and the rest.
TECHNICAL, COMMON = (1490, 8990), (790, 5990)


@pytest.fixture(scope="module")
def books():
    file, form = open_catalogue(PATH)
    with file:
        records = list(form.read(file))
    assert form == JSON_LINES
    assert [record for record in records if not isinstance(record, Read)] == []
    return [record.book for record in records]


def plain(text: str) -> str:
    return " ".join(text.lower().split())


def sentences_of(text: str) -> list[str]:
    return re.split(r"(?<=[.?!]) ", plain(text))


def test_many_books_on_many_shelves_of_which_none_is_thin(books):
    found = Counter(book.category for book in books)
    assert len(books) >= BOOKS_MIN and len(found) >= CATEGORIES_MIN
    assert set(WORKSHOPS) <= set(found)
    assert min(found.values()) >= EACH_MIN


def test_a_shelf_stands_together(books):
    assert len([*itertools.groupby(books, key=lambda book: book.category)]) == len(
        {book.category for book in books})


def test_no_book_is_there_twice(books):
    for name in ("id", "title", "description"):
        assert len({plain(getattr(book, name)) for book in books}) == len(books)
    isbns = [book.isbn for book in books if book.isbn]
    assert len(set(isbns)) == len(isbns)


def test_descriptions_have_40_to_90_words(books):
    assert [book.id for book in books if not 40 <= len(book.description.split()) <= 90] == []


def test_no_sentence_occurs_in_two_descriptions(books):
    found = Counter(sentence for book in books for sentence in sentences_of(book.description))
    assert [sentence for sentence, times in found.items() if times > 1] == []
    assert min(len(sentences_of(book.description)) for book in books) >= 2


def test_a_repeated_sentence_is_found_whatever_its_case_and_spaces():
    assert set(sentences_of("It rains.  Dogs\nbark! Who?")) & set(sentences_of("Dogs bark!"))


def test_no_two_descriptions_begin_with_the_same_three_words(books):
    openings = Counter(" ".join(plain(book.description).split()[:3]) for book in books)
    assert [opening for opening, times in openings.items() if times > 1] == []


def test_every_book_has_somebody_who_wrote_it(books):
    for book in books:
        assert book.authors and len(set(book.authors)) == len(book.authors), book.id
        assert all(author == " ".join(author.split()) for author in book.authors), book.id


def test_prices_are_plausible_and_vary(books):
    for book in books:
        least, most = TECHNICAL if book.category in ("database", "cookbooks") else COMMON
        assert book.price_currency == "EUR" and least <= book.price_amount <= most, book.id
        assert book.price_amount % 100 in (90, 95), book.id
    assert len({book.price_amount for book in books}) >= 30


def test_years_are_of_the_past_and_languages_plain(books):
    for book in books:
        assert book.year is None or book.year < 0 or 1 <= book.year <= 2025, book.id
        assert book.language is None or re.fullmatch("[a-z]{2}", book.language), book.id
    assert len({book.language for book in books}) >= 4


def test_the_file_is_written_as_the_shop_writes(books):
    def spaced(line: bytes) -> bytes:
        return re.sub(rb'": ', b'":', line).replace(b', "', b',"')

    for line, book in zip(PATH.read_bytes().splitlines(), books):
        assert spaced(line) == spaced(encode(book))
