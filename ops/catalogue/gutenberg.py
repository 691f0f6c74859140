"""Project Gutenberg's offline catalogue, pg_catalog.csv. docs/import.md says what becomes of what."""

import re
from typing import BinaryIO

from ops.catalogue.names import Credit, FAMILY_FIRST_LANGUAGES, authors_of, credits_of
from ops.catalogue.records import (
    DERIVED_CURRENCY, Book, Read, Records, Refused, checked, price_from,
)
from ops.catalogue.shelves import category_of
from ops.catalogue.table import Row, rows

COLUMNS = frozenset(
    ("Text#", "Type", "Issued", "Title", "Language", "Authors", "Subjects", "LoCC", "Bookshelves")
)
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
# What the catalogue calls the things that are no text, as a sentence at the description's start.
KINDS = {
    "Text": "",
    "Dataset": "A data set.",
    "Sound": "A sound recording.",
    "Image": "Printed music or pictures.",
    "StillImage": "Pictures.",
    "MovingImage": "A film.",
    "Collection": "A collection.",
}
SEVERAL_LANGUAGES = "mul"


def _language(catalogued: str) -> str | None:
    return SEVERAL_LANGUAGES if ";" in catalogued else catalogued or None


def _description(kind: str, credits: list[Credit], subjects: str) -> str:
    """What the catalogue itself says: kind, helpers by role, subject headings; at most empty."""
    sentences = [KINDS[kind]] if KINDS[kind] else []
    if any(not credit.role for credit in credits):
        roles: dict[str, list[str]] = {}
        for credit in credits:
            if credit.role:
                roles.setdefault(credit.role, []).append(credit.name)
        sentences += [f"{role}: {', '.join(names)}." for role, names in roles.items()]
    if subjects:
        ending = "" if subjects.endswith(".") else "."
        sentences.append(f"Subjects: {subjects.replace(' -- ', ' – ')}{ending}")
    return " ".join(sentences)


def _book(row: Row) -> Read | Refused:
    fields = row.fields
    number, kind, language = fields["Text#"], fields["Type"], fields["Language"]
    if not _NUMBER.fullmatch(number):
        return Refused(row.line, f"Text# {number[:40]!r} is no number of a text")
    if kind not in KINDS:
        return Refused(row.line, f"Type {kind[:40]!r} is none of {', '.join(KINDS)}")
    credits = credits_of(fields["Authors"], language in FAMILY_FIRST_LANGUAGES)
    book_id = f"pg-{number}"
    book = Book(
        id=book_id,
        title=fields["Title"],
        authors=authors_of(credits),
        category=category_of(fields["Bookshelves"], fields["Subjects"], fields["LoCC"]),
        description=_description(kind, credits, fields["Subjects"]),
        price_amount=price_from(book_id),
        price_currency=DERIVED_CURRENCY,
        language=_language(language),
    )
    return checked(row.line, book)


def read(file: BinaryIO) -> Records:
    for row in rows(file):
        yield row if isinstance(row, Refused) else _book(row)
