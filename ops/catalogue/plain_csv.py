"""A plain CSV file with a header of our names, for shops that keep their books in a spreadsheet."""

import re
from typing import BinaryIO

from ops.catalogue.records import (
    DERIVED_CURRENCY, BadValue, Book, Read, Records, Refused, checked, price_from,
)
from ops.catalogue.table import Row, rows

REQUIRED = ("id", "title")
OPTIONAL = ("authors", "category", "description", "language", "year", "isbn", "price", "currency",
            "rating_average", "rating_count")
NO_CATEGORY = "general"
# ISO 4217's exceptions from two decimals.
DECIMALS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
_WHOLE = re.compile(r"-?[0-9]{1,10}")
_PRICE = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,3}))?")
_AVERAGE = re.compile(r"[0-9](?:\.[0-9]{1,2})?")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


def _price(text: str, currency: str) -> int:
    """Minor units of a decimal price; more decimals than the currency has are an error, not cut."""
    match = _PRICE.fullmatch(text)
    if not match:
        raise BadValue(f"price {text[:40]!r} is no decimal number such as 18.99")
    whole, decimals = match.group(1), match.group(2) or ""
    places = DECIMALS.get(currency, 2)
    if len(decimals) > places:
        raise BadValue(f"price {text} has more than {places} decimals, which {currency} has not")
    return int(whole + decimals.ljust(places, "0"))


def _whole(fields: dict[str, str], name: str) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise BadValue(f"{name} {text[:40]!r} is no whole number")
    return int(text)


def _average(fields: dict[str, str]) -> float | None:
    text = fields.get("rating_average", "").strip()
    if text and not _AVERAGE.fullmatch(text):
        raise BadValue(f"rating_average {text[:40]!r} is no number such as 4.25")
    return float(text) if text else None


def _category(text: str) -> str:
    """A slug from a heading: "Science Fiction" becomes "science-fiction"."""
    return _NO_SLUG.sub("-", text.strip().lower()).strip("-") if text.strip() else NO_CATEGORY


def _book(row: Row) -> Read | Refused:
    def get(name: str) -> str:
        return row.fields.get(name, "")

    try:
        book_id = get("id").strip()
        currency = get("currency").strip() or DERIVED_CURRENCY
        price = get("price").strip()
        if not price and get("currency").strip():
            raise BadValue("there is a currency and no price")
        book = Book(
            id=book_id,
            title=get("title"),
            authors=tuple(name.strip() for name in get("authors").split(";") if name.strip()),
            category=_category(get("category")),
            description=get("description"),
            price_amount=_price(price, currency) if price else price_from(book_id),
            price_currency=currency,
            language=get("language").strip() or None,
            year=_whole(row.fields, "year"),
            isbn=get("isbn").strip().replace("-", "") or None,
            rating_average=_average(row.fields),
            rating_count=_whole(row.fields, "rating_count"),
        )
    except BadValue as error:
        return Refused(row.line, str(error))
    return checked(row.line, book)


def read(file: BinaryIO) -> Records:
    for row in rows(file):
        yield row if isinstance(row, Refused) else _book(row)
