"""The shop's own format: one JSON object a line, or one JSON array of the same objects.

docs/formats/catalogue.md is the specification. Nothing is derived here: what is missing is refused.
"""

import json
from typing import Any, BinaryIO

from ops.catalogue.elements import Element, elements
from ops.catalogue.lines import LINE_BYTES_MAX, numbered
from ops.catalogue.records import BadValue, Book, Records, Refused, checked

REQUIRED = ("id", "title", "authors", "category", "description", "price")
OPTIONAL = ("language", "year", "isbn", "rating")
TOO_LONG = f"the record is longer than {LINE_BYTES_MAX // 1024} KiB"
MISSING = object()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadValue("a field is named twice")
    return value


def _no_constant(name: str) -> None:
    raise BadValue(f"{name} is no JSON number")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)


def _known_only(value: dict[str, Any], where: str, required, optional=()) -> None:
    for name in required:
        if name not in value:
            raise BadValue(f"{where}{name} is missing")
    for name in value:
        if name not in required and name not in optional:
            raise BadValue(f"{(where + name)[:80]!r} is no field of a book")


def _typed(value: Any, name: str, kind: type) -> Any:
    # A bool is an int to Python, and not to JSON.
    if type(value) is not kind:
        kinds = {str: "a string", int: "an integer", list: "an array", dict: "an object"}
        raise BadValue(f"{name} is not {kinds[kind]}")
    return value


def _optional(value: dict[str, Any], name: str, kind: type) -> Any:
    found = value.get(name, MISSING)
    return None if found is MISSING else _typed(found, name, kind)


def _rating(value: dict[str, Any]) -> tuple[float | None, int | None]:
    rating = _optional(value, "rating", dict)
    if rating is None:
        return None, None
    _known_only(rating, "rating.", ("average", "count"))
    average = rating["average"]
    if type(average) not in (int, float):
        raise BadValue("rating.average is not a number")
    return average, _typed(rating["count"], "rating.count", int)


def book_from(value: Any) -> Book:
    """The book that a parsed JSON value describes. Raises BadValue; limits are checked elsewhere."""
    if type(value) is not dict:
        raise BadValue("the record is not a JSON object")
    _known_only(value, "", REQUIRED, OPTIONAL)
    authors = _typed(value["authors"], "authors", list)
    price = _typed(value["price"], "price", dict)
    _known_only(price, "price.", ("amount", "currency"))
    average, count = _rating(value)
    return Book(
        id=_typed(value["id"], "id", str),
        title=_typed(value["title"], "title", str),
        authors=tuple(_typed(author, "an author", str) for author in authors),
        category=_typed(value["category"], "category", str),
        description=_typed(value["description"], "description", str),
        price_amount=_typed(price["amount"], "price.amount", int),
        price_currency=_typed(price["currency"], "price.currency", str),
        language=_optional(value, "language", str),
        year=_optional(value, "year", int),
        isbn=_optional(value, "isbn", str),
        rating_average=average,
        rating_count=count,
    )


def _record(line: int, content: bytes):
    try:
        return checked(line, book_from(_decoder.decode(content.decode())))
    except UnicodeDecodeError:
        return Refused(line, "the record is not UTF-8")
    except json.JSONDecodeError as error:
        return Refused(line, f"the record is no JSON: {error.msg} at character {error.pos + 1}")
    except RecursionError:
        return Refused(line, "the record is nested too deeply")
    except BadValue as error:
        return Refused(line, str(error))
    except ValueError:
        # The decoder's own limit on an integer's digits.
        return Refused(line, "a number has too many digits")


def read_lines(file: BinaryIO) -> Records:
    """One object a line; blank lines are no records."""
    for line, content in numbered(file):
        if content is None:
            yield Refused(line, TOO_LONG)
        elif not content.isspace() and content:
            yield _record(line, content)


def read_array(file: BinaryIO) -> Records:
    """The objects of one array, each parsed alone, so that a bad one does not end the reading."""
    for found in elements(file):
        if isinstance(found, Element):
            yield Refused(found.line, TOO_LONG) if found.content is None else _record(*found)
        else:
            yield found
