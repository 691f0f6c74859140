"""A book as every reader yields it, and the limits that docs/formats/catalogue.md states."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Iterator, NamedTuple

TITLE_CHARS_MAX = 500
AUTHORS_MAX = 50
AUTHOR_CHARS_MAX = 200
DESCRIPTION_CHARS_MAX = 4000
YEAR_MIN, YEAR_MAX = -5000, 2100
PRICE_MIN, PRICE_MAX = 1, 10_000_000
RATING_MAX = 5
RATING_COUNT_MAX = 1_000_000_000
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
CURRENCY = re.compile(r"[A-Z]{3}")
ISBN13 = re.compile(r"97[89][0-9]{10}")
# A newline is content (titles have several lines); all other control characters are damage. Half a
# surrogate pair cannot be written as UTF-8.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
CONTROL_OR_NEWLINE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")

# Prices in cents for sources without any: 4.99, 5.99, ... 28.99.
PRICE_LADDER = range(499, 2900, 100)
DERIVED_CURRENCY = "EUR"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Book:
    """What the shop knows of a book before it has copies of it. `price_amount` is in minor units.

    `year` is that of first publication (negative: BCE), `isbn` an ISBN-13 without hyphens.
    """

    id: str
    title: str
    authors: tuple[str, ...]
    category: str
    description: str
    price_amount: int
    price_currency: str
    language: str | None = None
    year: int | None = None
    isbn: str | None = None
    rating_average: float | None = None
    rating_count: int | None = None


class Refused(NamedTuple):
    """A record that cannot become a book; `line` is where it starts in its file, from 1."""

    line: int
    why: str


class Read(NamedTuple):
    """A valid book and the line where its record starts."""

    line: int
    book: Book


Records = Iterator[Read | Refused]


class BadValue(Exception):
    """A field that cannot be used; the text says which and why."""


def price_from(book_id: str) -> int:
    """The price, in cents, of a book whose source names none: a step chosen by the id's hash."""
    step = int.from_bytes(hashlib.sha256(book_id.encode()).digest()[:4], "big")
    return PRICE_LADDER[step % len(PRICE_LADDER)]


def isbn13_check(isbn: str) -> bool:
    """ISO 2108: thirteen digits, weights 1 and 3, the sum a multiple of ten."""
    if not ISBN13.fullmatch(isbn):
        return False
    return (sum(map(int, isbn[::2])) + 3 * sum(map(int, isbn[1::2]))) % 10 == 0


def _text_problem(name: str, text: str, chars_max: int, control: re.Pattern) -> str | None:
    if len(text) > chars_max:
        return f"{name} has {len(text)} characters, at most {chars_max} are allowed"
    if control.search(text):
        return f"{name} has a control character"
    if SURROGATE.search(text):
        return f"{name} has half of a surrogate pair"
    return None


def _blank(text: str) -> bool:
    return not text.strip(" \n")


def _texts_problem(book: Book) -> str | None:
    if _blank(book.title):
        return "title is empty"
    problem = _text_problem("title", book.title, TITLE_CHARS_MAX, CONTROL)
    if not problem and book.description:
        problem = _text_problem("description", book.description, DESCRIPTION_CHARS_MAX, CONTROL)
    if problem:
        return problem
    if len(book.authors) > AUTHORS_MAX:
        return f"there are {len(book.authors)} authors, at most {AUTHORS_MAX} are allowed"
    for author in book.authors:
        if _blank(author):
            return "an author's name is empty"
        problem = _text_problem("an author's name", author, AUTHOR_CHARS_MAX, CONTROL_OR_NEWLINE)
        if problem:
            return problem
    return None


def _rating_problem(book: Book) -> str | None:
    average, count = book.rating_average, book.rating_count
    if average is None and count is None:
        return None
    if average is None or count is None:
        return "a rating needs both average and count"
    if not 0 <= average <= RATING_MAX:
        return f"rating average {average} is not between 0 and {RATING_MAX}"
    if abs(average * 100 - round(average * 100)) > 1e-6:
        return f"rating average {average} has more than two decimals"
    if not 0 <= count <= RATING_COUNT_MAX:
        return f"rating count {count} is not between 0 and {RATING_COUNT_MAX}"
    return None


def problem_of(book: Book) -> str | None:
    """Why this book cannot be in the shop, or None. Types are taken as the class declares them."""
    if not SLUG.fullmatch(book.id):
        return f"id {book.id[:80]!r} is not 1 to 64 of a-z, 0-9 and '-', beginning with no '-'"
    problem = _texts_problem(book)
    if problem:
        return problem
    if not SLUG.fullmatch(book.category):
        return f"category {book.category[:80]!r} is no slug (a-z, 0-9 and '-', at most 64)"
    if not PRICE_MIN <= book.price_amount <= PRICE_MAX:
        return f"price amount {book.price_amount} is not between {PRICE_MIN} and {PRICE_MAX}"
    if not CURRENCY.fullmatch(book.price_currency):
        return f"currency {book.price_currency[:20]!r} is not three capital letters (ISO 4217)"
    if book.language is not None and not LANGUAGE.fullmatch(book.language):
        return f"language {book.language[:40]!r} is no language tag (BCP 47, such as 'en')"
    if book.year is not None and not YEAR_MIN <= book.year <= YEAR_MAX:
        return f"year {book.year} is not between {YEAR_MIN} and {YEAR_MAX}"
    if book.isbn is not None and not isbn13_check(book.isbn):
        return f"isbn {book.isbn[:40]!r} is no ISBN-13 (13 digits, the last a check digit)"
    return _rating_problem(book)


def checked(line: int, book: Book) -> Read | Refused:
    """The book as a record of its file, or why it is refused."""
    problem = problem_of(book)
    return Refused(line, problem) if problem else Read(line, book)


def encode(book: Book) -> bytes:
    """The book as one line of the shop's own format, without the newline at its end."""
    value: dict = {
        "id": book.id,
        "title": book.title,
        "authors": book.authors,
        "category": book.category,
        "description": book.description,
    }
    if book.language is not None:
        value["language"] = book.language
    if book.year is not None:
        value["year"] = book.year
    if book.isbn is not None:
        value["isbn"] = book.isbn
    value["price"] = {"amount": book.price_amount, "currency": book.price_currency}
    if book.rating_average is not None:
        value["rating"] = {"average": book.rating_average, "count": book.rating_count}
    return _encode(value).encode()
