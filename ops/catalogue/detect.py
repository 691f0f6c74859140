"""Recognises a catalogue by what it begins with, never by its name."""

import codecs
import csv
import stat
from pathlib import Path
from typing import BinaryIO, Callable, NamedTuple

from ops.catalogue import goodbooks, gutenberg, own, plain_csv
from ops.catalogue.lines import UTF8_BOM, Line, numbered
from ops.catalogue.records import Records
from ops.errors import Failure

HEAD_BYTES = 64 * 1024
KNOWN = (
    "the shop's own JSON lines, a JSON array, pg_catalog.csv, goodbooks-10k's books.csv, or a CSV "
    "file with a header that has at least id and title"
)


class Format(NamedTuple):
    """`read` yields the records of a file opened in binary mode, from its beginning."""

    name: str
    read: Callable[[BinaryIO], Records]


JSON_LINES = Format("json lines", own.read_lines)
JSON_ARRAY = Format("json array", own.read_array)
GUTENBERG = Format("project gutenberg", gutenberg.read)
GOODBOOKS = Format("goodbooks-10k", goodbooks.read)
PLAIN_CSV = Format("plain csv", plain_csv.read)


def _unknown(path: Path, what: str) -> Failure:
    return Failure(what, str(path), f"import {KNOWN}")


def _csv_format(path: Path, names: list[str]) -> Format:
    columns = set(names)
    if len(columns) != len(names):
        raise _unknown(path, "the header names a column twice")
    if columns >= gutenberg.COLUMNS:
        return GUTENBERG
    if columns >= goodbooks.COLUMNS:
        return GOODBOOKS
    if not columns.issuperset(plain_csv.REQUIRED):
        raise _unknown(path, "the format is unknown")
    strange = sorted(columns.difference(plain_csv.REQUIRED, plain_csv.OPTIONAL))
    if strange:
        allowed = ", ".join(plain_csv.REQUIRED + plain_csv.OPTIONAL)
        raise Failure(f"the header has the unknown column {strange[0][:80]!r}", str(path),
                      f"use these: {allowed}")
    return PLAIN_CSV


def _first_line(path: Path, file: BinaryIO) -> str:
    """The first line that is not blank; a header that is no row of CSV is not known either."""
    first = next((line for line in numbered(file) if line.content is None or line.content.strip()),
                 Line(0, b""))
    if first.content is None:
        raise _unknown(path, "the format is unknown: the first line is too long")
    try:
        return first.content.decode()
    except UnicodeDecodeError:
        raise Failure("the file is not UTF-8", str(path), "save it as UTF-8 and import it again"
                      ) from None


def format_of(path: Path, file: BinaryIO) -> Format:
    """The format of an open file, left at its beginning. Raises Failure where it has none."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Failure("the file is UTF-16", str(path), "save it as UTF-8 and import it again")
    beginning = head.removeprefix(UTF8_BOM).lstrip()
    if not beginning and len(head) < HEAD_BYTES:
        raise Failure("the file is empty", str(path), "import one that has books in it")
    if b"\0" in head:
        raise _unknown(path, "the file is no text")
    if beginning.startswith(b"["):
        return JSON_ARRAY
    if beginning.startswith(b"{"):
        return JSON_LINES
    line = _first_line(path, file)
    file.seek(0)
    try:
        names = [name.strip() for name in next(csv.reader([line], strict=True))]
    except (csv.Error, StopIteration):
        raise _unknown(path, "the format is unknown") from None
    return _csv_format(path, names)


def open_catalogue(name: str) -> tuple[BinaryIO, Format]:
    """An open file, which the caller closes, and its format. Raises Failure: what, where, what to do."""
    path = Path(name)
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            raise Failure("this is a folder, not a file", name, "name the files in it")
        if not stat.S_ISREG(path.stat().st_mode):
            raise Failure("this is no regular file", name, "save its content and import that")
        file = open(path, "rb")
    except FileNotFoundError:
        raise Failure("there is no such file", name, "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Failure(f"the file cannot be read: {reason}", repr(name), "check the path and its rights"
                      ) from None
    try:
        return file, format_of(path, file)
    except BaseException:
        file.close()
        raise
