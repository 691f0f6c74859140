"""Small files of each format, and the books that they must become, byte for byte."""

from pathlib import Path

import pytest

from ops.catalogue import detect
from ops.catalogue.records import Read, encode

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {
    "own.jsonl": detect.JSON_LINES,
    "own.json": detect.JSON_ARRAY,
    "gutenberg.csv": detect.GUTENBERG,
    "goodbooks.csv": detect.GOODBOOKS,
    "plain.csv": detect.PLAIN_CSV,
}


def read_all(path: Path) -> list:
    file, form = detect.open_catalogue(path)
    with file:
        return list(form.read(file))


def written(records) -> bytes:
    records = list(records)
    assert all(isinstance(record, Read) for record in records), records
    return b"".join(encode(record.book) + b"\n" for record in records)


def expected(name: str) -> bytes:
    return (GOLDEN / f"{Path(name).stem}.expected.jsonl").read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_recognised_and_becomes_the_expected_books(name):
    file, form = detect.open_catalogue(GOLDEN / name)
    with file:
        assert form == FORMATS[name]
        assert written(form.read(file)) == expected(name)


@pytest.mark.parametrize("name", FORMATS)
def test_byte_order_mark_and_crlf_change_nothing(name, tmp_path):
    content = (GOLDEN / name).read_bytes().replace(b"\n", b"\r\n")
    path = tmp_path / "renamed"
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert written(read_all(path)) == expected(name)


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_written_is_read_back_the_same(name, tmp_path):
    path = tmp_path / "again"
    path.write_bytes(expected(name))
    assert written(read_all(path)) == expected(name)


def test_lines_are_those_where_records_start():
    assert [record.line for record in read_all(GOLDEN / "gutenberg.csv")] == [2, 4, 6, 7]
    assert [record.line for record in read_all(GOLDEN / "own.jsonl")] == [1, 3]
    assert [record.line for record in read_all(GOLDEN / "own.json")][0] == 2
