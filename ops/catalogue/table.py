"""Rows of a CSV file (RFC 4180, quoted fields may hold newlines), one at a time.

A row that breaks the format costs itself only: reading goes on with the line after the one where the
row began, so that a stray quote does not swallow the rows behind it.
"""

import csv
from collections import deque
from typing import BinaryIO, Iterator, NamedTuple

from ops.catalogue.lines import LINE_BYTES_MAX, Line, numbered
from ops.catalogue.records import Refused

FIELD_CHARS_MAX = 64 * 1024
RECORD_BYTES_MAX = LINE_BYTES_MAX


class Row(NamedTuple):
    """Fields by the header's column names; `line` is where the row starts, from 1."""

    line: int
    fields: dict[str, str]


class _TooLong(Exception):
    pass


class _Lines:
    """Physical lines that can be given back."""

    def __init__(self, file: BinaryIO):
        self._fresh = numbered(file)
        self._returned: deque[Line] = deque()

    def next(self) -> Line | None:
        return self._returned.popleft() if self._returned else next(self._fresh, None)

    def give_back(self, lines: list[Line]) -> None:
        self._returned.extendleft(reversed(lines))


def _texts(lines: _Lines, taken: list[Line]) -> Iterator[str]:
    """The text of a record that begins with the line already taken, as the parser asks for more."""
    size = 0
    line: Line | None = taken[0]
    while line is not None:
        size += len(line.content or b"")
        if line.content is None or size > RECORD_BYTES_MAX:
            raise _TooLong
        # Bytes that are no UTF-8 become surrogates here, and refuse the whole row below.
        yield line.content.decode("utf-8", "surrogateescape")
        line = lines.next()
        if line is not None:
            taken.append(line)


def _is_utf8(taken: list[Line]) -> bool:
    for line in taken:
        content = line.content or b""
        if content.isascii():
            continue
        try:
            content.decode()
        except UnicodeDecodeError:
            return False
    return True


def _parse(lines: _Lines, first: Line) -> list[str] | Refused:
    taken = [first]
    try:
        values = next(csv.reader(_texts(lines, taken), strict=True))
    except _TooLong:
        why = f"the row is longer than {RECORD_BYTES_MAX // 1024} KiB, or a quote is not closed"
    except csv.Error as error:
        why = f"the row is no CSV: {error}"
        if "unexpected end" in why:
            why = "a quote is not closed before the file ends"
    else:
        return values if _is_utf8(taken) else Refused(first.number, "the row is not UTF-8")
    lines.give_back(taken[1:])
    return Refused(first.number, why)


def rows(file: BinaryIO) -> Iterator[Row | Refused]:
    """Every row below the header; blank lines are no rows. The header is taken to be sound, as
    detect.py found it."""
    csv.field_size_limit(FIELD_CHARS_MAX)
    lines = _Lines(file)
    header: list[str] | None = None
    while (first := lines.next()) is not None:
        if first.content is not None and first.content.isspace():
            continue
        values = _parse(lines, first)
        if isinstance(values, Refused):
            yield values
        elif header is None:
            header = [name.strip() for name in values]
        elif len(values) != len(header):
            yield Refused(
                first.number, f"the row has {len(values)} fields, the header has {len(header)}"
            )
        else:
            yield Row(first.number, dict(zip(header, values)))
