"""goodbooks-10k's books.csv. docs/import.md says what becomes of what."""

import re
from typing import BinaryIO

from ops.catalogue.records import (
    DERIVED_CURRENCY, BadValue, Book, Read, Records, Refused, checked, isbn13_check, price_from,
)
from ops.catalogue.table import Row, rows

COLUMNS = frozenset(
    ("book_id", "isbn", "authors", "original_publication_year", "original_title", "title",
     "language_code", "average_rating", "ratings_count", "books_count")
)
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_COUNT = re.compile(r"[0-9]{1,10}")
# The file went through floating point: 1997 became 1997.0.
_YEAR = re.compile(r"(-?[0-9]{1,4})(?:\.0)?")
_AVERAGE = re.compile(r"[0-5](?:\.[0-9]{1,2})?")
_SERIES = re.compile(r"\(([^()]+?),?\s*#[^()]*\)\s*$")
SERIES, OTHERWISE = "series", "general"

# ISO 639-2 codes of the file to the tags of BCP 47, which prefers two letters where there are any.
LANGUAGES = {
    "eng": "en", "ara": "ar", "fre": "fr", "ind": "id", "spa": "es", "ger": "de", "jpn": "ja",
    "per": "fa", "por": "pt", "pol": "pl", "nor": "no", "dan": "da", "ita": "it", "vie": "vi",
    "tur": "tr", "swe": "sv", "rum": "ro", "rus": "ru", "dut": "nl", "chi": "zh", "gre": "el",
    "cze": "cs", "fin": "fi", "hun": "hu", "kor": "ko", "heb": "he", "cat": "ca", "est": "et",
}


def isbn13_from10(digits: str) -> str | None:
    """The ISBN-13 of an ISBN-10 whose leading zeros the file lost; None where its check digit says
    that it is none. The file's own isbn13 column was rounded to twelve digits and is not used."""
    isbn = digits.rjust(10, "0")
    if not re.fullmatch(r"[0-9]{9}[0-9X]", isbn) or isbn == "0" * 10:
        return None
    total = sum((10 - at) * int(digit) for at, digit in enumerate(isbn[:9]))
    if (total + (10 if isbn[9] == "X" else int(isbn[9]))) % 11:
        return None
    stem = "978" + isbn[:9]
    found = next(stem + last for last in "0123456789" if isbn13_check(stem + last))
    return found


def _matched(pattern: re.Pattern, fields: dict[str, str], name: str) -> str:
    value = fields[name]
    if not pattern.fullmatch(value):
        raise BadValue(f"{name} {value[:40]!r} is not what this column holds")
    return value


def _year(fields: dict[str, str]) -> int | None:
    if not fields["original_publication_year"]:
        return None
    text = _matched(_YEAR, fields, "original_publication_year")
    return int(text.removesuffix(".0"))


def _rating(fields: dict[str, str]) -> tuple[float | None, int | None]:
    if not fields["average_rating"] and not fields["ratings_count"]:
        return None, None
    average = float(_matched(_AVERAGE, fields, "average_rating"))
    return average, int(_matched(_COUNT, fields, "ratings_count"))


def _authors(catalogued: str) -> tuple[str, ...]:
    names = (" ".join(name.split()) for name in catalogued.split(", "))
    return tuple(dict.fromkeys(name for name in names if name))


def _year_words(year: int) -> str:
    return f"{-year} BCE" if year < 0 else str(year)


def _description(fields: dict[str, str], year: int | None) -> str:
    """Sentences made of the file's own facts: year, original title, series, editions."""
    title, original = fields["title"].strip(), fields["original_title"].strip()
    bare_title = _SERIES.sub("", title).strip()
    renamed = original if original and original not in (title, bare_title) else ""
    sentences = []
    if year is not None:
        sentences.append(f"First published in {_year_words(year)}" + (
            f" as “{renamed}”." if renamed else "."))
    elif renamed:
        sentences.append(f"First published as “{renamed}”.")
    series = _SERIES.search(title)
    if series:
        sentences.append(f"Belongs to the series “{series.group(1).strip()}”.")
    if fields["books_count"]:
        editions = int(_matched(_COUNT, fields, "books_count"))
        if editions > 1:
            sentences.append(f"{editions} editions are known.")
    return " ".join(sentences)


def _book(row: Row) -> Read | Refused:
    fields = row.fields
    try:
        book_id = "gb-" + _matched(_NUMBER, fields, "book_id")
        year = _year(fields)
        average, count = _rating(fields)
        language = fields["language_code"]
        book = Book(
            id=book_id,
            title=fields["title"],
            authors=_authors(fields["authors"]),
            category=SERIES if _SERIES.search(fields["title"]) else OTHERWISE,
            description=_description(fields, year),
            price_amount=price_from(book_id),
            price_currency=DERIVED_CURRENCY,
            language=LANGUAGES.get(language, language) or None,
            year=year,
            isbn=isbn13_from10(fields["isbn"]),
            rating_average=average,
            rating_count=count,
        )
    except BadValue as error:
        return Refused(row.line, str(error))
    return checked(row.line, book)


def read(file: BinaryIO) -> Records:
    for row in rows(file):
        yield row if isinstance(row, Refused) else _book(row)
