"""The starter catalogue in data/."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ops.catalogue.detect import JSON_LINES, open_catalogue
from ops.catalogue.records import Read, encode

PATH = Path(__file__).parent.parent.parent / "data" / "catalogue.jsonl"
WORKSHOPS = ("cookbooks", "database", "fairy-tales", "science-fiction", "home-improvement", "cars",
             "woodwork")
EACH_MIN = 9


@pytest.fixture(scope="module")
def books():
    file, form = open_catalogue(PATH)
    with file:
        records = list(form.read(file))
    assert form == JSON_LINES
    assert [record for record in records if not isinstance(record, Read)] == []
    return [record.book for record in records]


def test_no_shelf_is_thin_and_the_workshops_are_there(books):
    found = Counter(book.category for book in books)
    assert set(WORKSHOPS) <= set(found)
    assert min(found.values()) >= EACH_MIN


def test_no_book_is_there_twice(books):
    for name in ("id", "title", "description"):
        assert len({getattr(book, name) for book in books}) == len(books)
    isbns = [book.isbn for book in books if book.isbn]
    assert len(set(isbns)) == len(isbns)


def test_descriptions_have_40_to_90_words_and_share_no_sentence(books):
    sentences = Counter()
    for book in books:
        assert 40 <= len(book.description.split()) <= 90, book.id
        sentences.update(re.split(r"(?<=[.?!])\s+", book.description))
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_every_book_has_somebody_who_wrote_it_and_a_plausible_price(books):
    for book in books:
        assert book.authors and book.price_currency == "EUR"
        assert 500 <= book.price_amount <= 15_000, book.id


def test_the_file_is_written_as_the_shop_writes(books):
    def spaced(line: bytes) -> bytes:
        return re.sub(rb'": ', b'":', line).replace(b', "', b',"')

    for line, book in zip(PATH.read_bytes().splitlines(), books):
        assert spaced(line) == spaced(encode(book))
