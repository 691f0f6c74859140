"""JSON arrays: each element for itself, and never the whole file in memory."""

import io
import json

import pytest

from ops.catalogue import elements, own
from ops.catalogue.records import Read, Refused

BOOK = {
    "id": "lamp", "title": 'A "title" with } ] , \\ and\na line', "authors": ["Ann Poole"],
    "category": "cars", "description": "x", "price": {"amount": 1890, "currency": "EUR"},
}
ONE = json.dumps(BOOK)


def outline(text: str | bytes) -> list:
    content = text.encode() if isinstance(text, str) else text
    return [record.line if isinstance(record, Read) else record
            for record in own.read_array(io.BytesIO(content))]


def test_elements_are_found_wherever_they_stand():
    assert outline(f"[{ONE},{ONE}]") == [1, 1]
    assert outline(f"\n\n [\n{ONE}\n,\n\n{ONE} ] \n") == [4, 7]
    assert outline("[" + json.dumps(BOOK, indent=3) + "]") == [1]
    assert outline("[]") == []


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_chunks_may_end_anywhere(chunk, monkeypatch):
    monkeypatch.setattr(elements, "CHUNK_BYTES", chunk)
    assert outline(f"[\n{ONE},\n{ONE}\n]\n") == [2, 3]


def test_a_bad_element_costs_itself():
    records = outline(f'[{ONE},\n{{"id":}},\n{ONE},\n7,\n{ONE},\n{{"id":"\\x"}}]')
    assert [record if type(record) is int else record.line for record in records] == [1, 2, 3, 4, 5, 6]
    assert "no JSON" in records[1].why and "not a JSON object" in records[3].why
    assert "no JSON" in records[5].why


@pytest.mark.parametrize("text, at, why", [
    (f"[{ONE},,\n{ONE}]", 1, "nothing between"),
    (f"[{ONE},]", 1, "nothing between"),
    (f"[{ONE},\n" + '{"id":"a"', 1, "ends inside"),
    (f"[{ONE}\n", 0, "ends inside"),
    (f'[{ONE},\n{{"a":"unclosed}}]', 1, "ends inside"),
    (f"[{ONE}] {ONE}", 1, "behind the array's end"),
])
def test_what_breaks_the_array_is_told(text, at, why):
    record = outline(text)[at]
    assert isinstance(record, Refused) and why in record.why


def test_an_element_too_long_is_refused_and_the_next_read():
    records = outline("[" + json.dumps(BOOK | {"description": "x" * 300_000}) + f",\n{ONE}]")
    assert records == [Refused(1, own.TOO_LONG), 2]
