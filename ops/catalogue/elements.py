"""The elements of a JSON array as byte strings, cut apart without parsing them.

Only brackets, strings and commas are followed: what is between two commas of the outer array is an
element, be it sound or not. Memory is bounded by the longest allowed element.
"""

import re
from typing import BinaryIO, Iterator, NamedTuple

from ops.catalogue.lines import LINE_BYTES_MAX, UTF8_BOM
from ops.catalogue.records import Refused

CHUNK_BYTES = 64 * 1024
_TOKEN = re.compile(rb'["\\\n,{}\[\]]')
_STRING_TOKEN = re.compile(rb'["\\\n]')


class Element(NamedTuple):
    """`line` is where the element starts, from 1; `content` is None where it was too long."""

    line: int
    content: bytes | None


class _Splitter:
    def __init__(self) -> None:
        self.line = 1
        self.depth = 0
        self.in_string = False
        self._escaped = False
        self._start_line = 1
        self._pieces: list[bytes] = []
        self._size = 0
        self._started = False
        self.closed = False
        self._count = 0
        self.trailing = False

    def _take(self, piece: bytes) -> None:
        if self.closed:
            self.trailing = self.trailing or bool(piece.strip())
            return
        if self.depth == 0:
            return
        if not self._started:
            piece = piece.lstrip(b" \t\r\n")
            if not piece:
                return
            self._started = True
            self._start_line = self.line
        self._size += len(piece)
        if self._size <= LINE_BYTES_MAX:
            self._pieces.append(piece)

    def _finish(self, last: bool) -> Iterator[Element | Refused]:
        content = None if self._size > LINE_BYTES_MAX else b"".join(self._pieces).rstrip()
        if self._started:
            self._count += 1
            yield Element(self._start_line, content)
        elif not last or self._count:
            yield Refused(self.line, "there is nothing between two commas")
        self._pieces, self._size, self._started = [], 0, False

    def feed(self, chunk: bytes) -> Iterator[Element | Refused]:
        at = 0
        end = len(chunk)
        while at < end:
            if self._escaped:
                self._take(chunk[at : at + 1])
                self.line += chunk[at : at + 1] == b"\n"
                self._escaped = False
                at += 1
                continue
            match = (_STRING_TOKEN if self.in_string else _TOKEN).search(chunk, at)
            if match is None:
                self._take(chunk[at:])
                return
            self._take(chunk[at : match.start()])
            yield from self._token(match.group())
            at = match.end()

    def _token(self, token: bytes) -> Iterator[Element | Refused]:
        if token == b"\n":
            self._take(token)
            self.line += 1
        elif self.closed:
            self._take(token)
        elif self.in_string:
            self._take(token)
            self._escaped = token == b"\\"
            self.in_string = token != b'"'
        elif token == b"," and self.depth == 1:
            yield from self._finish(last=False)
        elif token == b"]" and self.depth == 1:
            yield from self._finish(last=True)
            self.depth, self.closed = 0, True
        elif token == b"[" and self.depth == 0:
            self.depth = 1
        else:
            self._take(token)
            self.in_string = token == b'"'
            self.depth += (token in b"{[") - (token in b"}]" and self.depth > 1)

    def end(self) -> Iterator[Refused]:
        if not self.closed:
            where = self._start_line if self._started else self.line
            yield Refused(where, "the file ends inside the array: a bracket or quote is not closed")
        elif self.trailing:
            yield Refused(self.line, "there is more behind the array's end")


def elements(file: BinaryIO) -> Iterator[Element | Refused]:
    """Every element of the array that the file holds, in order."""
    splitter = _Splitter()
    chunk = file.read(CHUNK_BYTES)
    if chunk.startswith(UTF8_BOM):
        chunk = chunk[len(UTF8_BOM) :]
    while chunk:
        yield from splitter.feed(chunk)
        chunk = file.read(CHUNK_BYTES)
    yield from splitter.end()
