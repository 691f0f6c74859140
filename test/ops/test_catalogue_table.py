"""CSV: what is sound is read, whatever stands around it, and memory does not grow with the file."""

import csv
import io
import tracemalloc

import pytest

from ops.catalogue import lines, plain_csv, table
from ops.catalogue.records import Read, Refused

HEADER = b"id,title,description\n"


def outline(content: bytes) -> list:
    """Ids of the books read, and the lines of those refused."""
    return [record.book.id if isinstance(record, Read) else record.line
            for record in plain_csv.read(io.BytesIO(HEADER + content))]


def refusal(content: bytes) -> Refused:
    (found,) = [record for record in plain_csv.read(io.BytesIO(HEADER + content))
                if isinstance(record, Refused)]
    return found


def test_titles_stay_as_they_are():
    (record,) = plain_csv.read(io.BytesIO(HEADER + 'a," Two\nlines, ""quoted"" — ü ",x\n'.encode()))
    assert record.book.title == ' Two\nlines, "quoted" — ü '


@pytest.mark.parametrize("bad, why", [
    (b"b,B\n", "has 2 fields, the header has 3"),
    (b"b,B,x,y\n", "has 4 fields, the header has 3"),
    (b'b,"B" is bad,x\n', "no CSV"),
    (b"b,\xff,x\n", "not UTF-8"),
    (b"b,B\rC,x\n", "no CSV"),
    (b"b,\x00,x\n", "control character"),
    (b"b,B\x07,x\n", "control character"),
    (b"b,,x\n", "title is empty"),
    (b"B!,B,x\n", "id 'B!'"),
    (b"b," + b"x" * 501 + b",x\n", "501 characters"),
    (b"b," + b"x" * 70_000 + b",x\n", "field larger"),
    (b"b," + b"x" * 300_000 + b",x\n", "longer than 256 KiB"),
    (b'b,"unclosed,x\n', "no CSV"),
])
def test_a_bad_row_costs_itself(bad, why):
    content = b'a,A,x\n\n' + bad + b'c,"C\nc",x\nd,"D",x\n'
    assert outline(content) == ["a", 4, "c", "d"]
    assert why in refusal(content).why


def test_a_quote_that_is_never_closed_takes_no_sound_row_with_it():
    rows = b"".join(b"r%d,T,x\n" % number for number in range(20_000))
    found = outline(b'bad,"unclosed,x\n' + rows)
    assert found == [2] + [f"r{number}" for number in range(20_000)]
    assert "quote is not closed" in refusal(b'bad,"unclosed,x\na,A,x\n').why


def test_lines_are_counted_as_an_editor_does():
    assert outline(b'\n\na,"A\n\n\nA",x\nbad\nb,B,x') == ["a", 8, "b"]


def test_an_empty_table_has_no_rows():
    assert outline(b"") == [] and outline(b"\n \t\n") == []


class Endless(io.RawIOBase):
    """A file without end, as far as a test looks."""

    def __init__(self, piece: bytes, times: int):
        self._rest = iter([HEADER] + [piece] * times)

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = next(self._rest, b"")
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("piece, times", [
    (b"a,A,x\n" * 100, 500), (b"x" * 8000, 3000), (b'a,"A\n' * 100, 200), (b"\n" * 1000, 100),
    (b"bad\n" * 100, 500),
], ids=["rows", "one line", "quotes", "blank lines", "bad rows"])
def test_memory_does_not_grow_with_the_file(piece, times):
    file = io.BufferedReader(Endless(piece, times), 64 * 1024)
    tracemalloc.start()
    try:
        for _ in plain_csv.read(file):
            pass
        assert tracemalloc.get_traced_memory()[1] < 8 * lines.LINE_BYTES_MAX
    finally:
        tracemalloc.stop()


def test_the_parser_s_limit_is_ours():
    list(table.rows(io.BytesIO(b"a\n")))
    assert csv.field_size_limit() == table.FIELD_CHARS_MAX
