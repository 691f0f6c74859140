"""The limits of docs/formats/catalogue.md, each at its edge and one beyond."""

import io
import json

import pytest

from ops.catalogue import own
from ops.catalogue.records import Read, Refused

BASE = {
    "id": "lamp", "title": "The Lamp", "authors": ["Ann Poole"], "category": "cars",
    "description": "About a lamp.", "price": {"amount": 1890, "currency": "EUR"},
}


def price(**changes) -> dict:
    return {"price": {"amount": 1, "currency": "EUR"} | changes}


def rating(average, count) -> dict:
    return {"rating": {"average": average, "count": count}}


ALLOWED = [
    {"id": "0"}, {"id": "a" * 64}, {"id": "a-"}, {"title": "x" * 500}, {"title": "😀" * 500},
    {"title": "two\nlines\n"}, {"title": " \u200e"}, {"authors": []}, {"authors": ["x" * 200] * 50},
    {"description": ""}, {"description": "é" * 4000}, {"category": "c" * 64},
    price(amount=1), price(amount=10_000_000), price(currency="JPY"), {"language": "en"},
    {"language": "zh-Hant-TW"}, {"language": "mul"}, {"year": -5000}, {"year": 2100},
    {"isbn": "9780306406157"}, {"isbn": "9791090636071"}, rating(0, 0), rating(5, 1_000_000_000),
    rating(4.35, 1), rating(3, 2),
]
REFUSED = [
    ({"id": ""}, "id"), ({"id": "a" * 65}, "id"), ({"id": "-a"}, "id"), ({"id": "A"}, "id"),
    ({"id": "a\n"}, "id"), ({"id": "é"}, "id"), ({"id": 7}, "id is not a string"),
    ({"title": ""}, "title is empty"), ({"title": " \n "}, "title is empty"),
    ({"title": "x" * 501}, "title has 501 characters"), ({"title": "a\tb"}, "control character"),
    ({"title": "a\rb"}, "control character"), ({"title": "a\u0085b"}, "control character"),
    ({"title": "\x00"}, "control character"), ({"title": "\ud800"}, "surrogate"),
    ({"title": None}, "title is not a string"),
    ({"authors": "Ann"}, "authors is not an array"), ({"authors": [1]}, "an author is not"),
    ({"authors": [""]}, "name is empty"), ({"authors": ["x" * 201]}, "201 characters"),
    ({"authors": ["a\nb"]}, "control character"), ({"authors": ["x"] * 51}, "51 authors"),
    ({"category": ""}, "category"), ({"category": "Cars"}, "category"),
    ({"category": "c" * 65}, "category"), ({"category": "a b"}, "category"),
    ({"description": "x" * 4001}, "description has 4001 characters"),
    ({"description": "\x07"}, "control character"), ({"description": None}, "not a string"),
    (price(amount=0), "price amount"), (price(amount=-1), "price amount"),
    (price(amount=10_000_001), "price amount"), (price(amount=1.0), "not an integer"),
    (price(amount=True), "not an integer"), (price(amount="1"), "not an integer"),
    (price(currency="eur"), "currency"), (price(currency="EURO"), "currency"),
    (price(tax=1), "price.tax"), ({"price": 1890}, "price is not an object"),
    ({"price": {"amount": 1}}, "price.currency is missing"),
    ({"language": "English"}, "language"), ({"language": ""}, "language"),
    ({"language": None}, "language is not a string"), ({"year": 2101}, "year"),
    ({"year": -5001}, "year"), ({"year": 1997.0}, "year is not an integer"),
    ({"isbn": "9780306406158"}, "isbn"), ({"isbn": "0306406152"}, "isbn"),
    ({"isbn": "978-0306406157"}, "isbn"), ({"isbn": "٩٧٨٠٣٠٦٤٠٦١٥٧"}, "isbn"),
    (rating(5.01, 1), "rating average"), (rating(-0.1, 1), "rating average"),
    (rating(4.333, 1), "two decimals"), (rating("4", 1), "not a number"), (rating(4, -1), "count"),
    (rating(4, 1_000_000_001), "count"), (rating(4, 1.5), "not an integer"),
    (rating(True, 1), "not a number"), ({"rating": {"average": 4}}, "rating.count is missing"),
    ({"stock": 5}, "'stock' is no field"),
]


def read_one(content: bytes):
    (record,) = own.read_lines(io.BytesIO(content))
    return record


@pytest.mark.parametrize("changes", ALLOWED, ids=lambda changes: str(changes)[:40])
def test_at_the_limit_is_allowed(changes):
    record = read_one(json.dumps(BASE | changes).encode())
    assert isinstance(record, Read), record


@pytest.mark.parametrize("changes, why", REFUSED, ids=lambda value: str(value)[:40])
def test_beyond_the_limit_is_refused(changes, why):
    record = read_one(json.dumps(BASE | changes).encode())
    assert isinstance(record, Refused)
    assert why in record.why


@pytest.mark.parametrize("name", BASE)
def test_nothing_required_may_be_missing(name):
    rest = {key: value for key, value in BASE.items() if key != name}
    assert read_one(json.dumps(rest).encode()) == Refused(1, f"{name} is missing")


@pytest.mark.parametrize("content, why", [
    (b"{", "no JSON"), (b"[1]", "not a JSON object"), (b"null", "not a JSON object"),
    (b'{"id":"a","id":"b"}', "named twice"), (b'{"id":NaN}', "no JSON number"),
    (b'{"id":"\xff"}', "not UTF-8"), (b'{"id":"\t"}', "no JSON"), (b"{} {}", "no JSON"),
    (b"[" * 100_000, "too deeply"), (b'{"year":' + b"9" * 5000 + b"}", "too many digits"),
    (b'{"title":"' + b"x" * 300_000 + b'"}', "longer than 256 KiB"),
], ids=lambda value: str(value)[:30])
def test_what_is_no_object_is_refused(content, why):
    good = json.dumps(BASE).encode()
    records = list(own.read_lines(io.BytesIO(good + b"\n" + content + b"\n" + good)))
    assert [type(record) for record in records] == [Read, Refused, Read]
    assert records[1].line == 2 and why in records[1].why
    assert records[2].line == 3


def test_the_longest_book_fits_into_a_line():
    longest = BASE | {"title": "😀" * 500, "authors": ["😀" * 200] * 50, "description": "😀" * 4000}
    assert isinstance(read_one(json.dumps(longest).encode()), Read)
