"""The target of catalogue files: inputs changed at random, and what every reader keeps to.

As a program: without files it makes up inputs until time is over; with files it runs each once.
"""

import argparse
import hashlib
import io
import json
import random
import resource
import sys
import time
import traceback
from pathlib import Path

from ops.catalogue import own
from ops.catalogue.detect import format_of
from ops.catalogue.records import Read, encode, problem_of
from ops.errors import Failure

SECONDS_MAX = 5
MEMORY_BYTES_MAX = 1 << 30
INPUT_BYTES_MAX = 600_000
WHY_CHARS_MAX = 400
PATH = Path("catalogue")

SEEDS = (
    b'{"id":"dune","title":"Dune","authors":["F. Herbert"],"category":"cars","description":"Sand.",'
    b'"price":{"amount":1899,"currency":"EUR"},"language":"en","year":1965,"isbn":"9780441172719",'
    b'"rating":{"average":4.25,"count":10}}\n{"id":"wrong"}\n',
    b'[{"id":"a","title":"\\u00c4","authors":[],"category":"c","description":"",'
    b'"price":{"amount":1,"currency":"USD"}},\n 7, {"id":"b"}]\n',
    b'id,title,authors,category,price,currency,year,isbn,rating_average,rating_count\r\n'
    b'lamp,"The ""Lamp""",A;B,Science Fiction,18.99,EUR,1999,978-0-306-40615-7,4.5,7\r\n'
    b'yen,"Two\nlines",,,500,JPY,,,,\r\n',
    b"Text#,Type,Issued,Title,Language,Authors,Subjects,LoCC,Bookshelves\n"
    b'1,Text,1971-12-01,"The Declaration",en,"Jefferson, Thomas, 1743-1826",History,E201,Politics\n',
    b"book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,"
    b"original_publication_year,original_title,title,language_code,average_rating,ratings_count,"
    b"work_ratings_count,work_text_reviews_count,ratings_1,ratings_2,ratings_3,ratings_4,ratings_5,"
    b"image_url,small_image_url\n"
    b"1,2767052,2767052,2792775,272,439023483,9.78043902348e+12,Suzanne Collins,2008.0,The Hunger "
    b'Games,"The Hunger Games (The Hunger Games, #1)",eng,4.34,4780653,4942365,155254,66715,127936,'
    b"560092,1481305,2706317,https://a/b.jpg,https://a/c.jpg\n",
)
PIECES = (
    b'"', b'""', b"\\", b"\n", b"\r\n", b"\r", b",", b"[", b"]", b"{", b"}", b":", b"\0", b"\xff",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\\ud800", b"\\u0000", b"\xed\xa0\x80", b"\xc2\x85", b"NaN",
    b"-1", b"1e999", b"0.001", b"null", b"true", b"9" * 5000, b"[" * 5000, b'{"a":' * 2000,
    b" " * 1000, b"x" * 70_000, b"y" * 300_000, "\u0663".encode(), b"2147483648", b"id,title\n",
)


class Broken(Exception):
    """A promise that does not hold; the text says which."""


def check(content: bytes) -> None:
    """Reads an input as a catalogue. Raises Broken, or whatever escapes a reader."""
    began = time.monotonic()
    file = io.BytesIO(content)
    try:
        known = format_of(PATH, file)
    except Failure as failure:
        _check_text(str(failure))
        return
    count = 0
    for record in known.read(file):
        count += 1
        if not 1 <= record.line <= content.count(b"\n") + 1:
            raise Broken(f"a record is said to be on line {record.line}")
        if isinstance(record, Read):
            _check_book(record.book)
        else:
            _check_text(record.why)
    if count > len(content):
        raise Broken(f"{count} records of {len(content)} bytes")
    if time.monotonic() - began > SECONDS_MAX:
        raise Broken(f"{len(content)} bytes took {time.monotonic() - began:.1f} s")


def _check_text(text: str) -> None:
    if not text or len(text) > WHY_CHARS_MAX or "\n" in text or not _is_utf8(text):
        raise Broken(f"a reason is not one short line of text: {text[:200]!r}")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_book(book) -> None:
    if problem := problem_of(book):
        raise Broken(f"a book was read that cannot be: {problem}")
    if own.book_from(json.loads(encode(book))) != book:
        raise Broken(f"a book is another once written: {book.id}")


def changed(source: random.Random, inputs: list[bytes]) -> bytes:
    """One of the inputs with a few changes."""
    content = bytearray(source.choice(inputs))
    for _ in range(source.randint(1, 5)):
        at = source.randrange(len(content) + 1)
        match source.randrange(6):
            case 0:
                content[at:at] = source.choice(PIECES)
            case 1:
                del content[at:at + source.randint(1, 40)]
            case 2 if at < len(content):
                content[at] = source.randrange(256)
            case 3:
                other = source.choice(inputs)
                start = source.randrange(len(other) + 1)
                content[at:at] = other[start:start + source.randint(1, 400)]
            case 4:
                content[at:] = content[at:at + 2000] * source.randint(1, 3)
            case _:
                content[at:at + 1] = source.choice(PIECES)
    return bytes(content[:INPUT_BYTES_MAX])


def kept(folders: list[Path]) -> list[bytes]:
    files = sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir())
    return [*SEEDS, *(path.read_bytes() for path in files)]


def attempt(content: bytes) -> str:
    """What went wrong with an input; empty when nothing did."""
    try:
        check(content)
    except Exception:
        return traceback.format_exc()
    return ""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m ops.fuzzing.catalogue")
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=Path, action="append", default=[])
    parser.add_argument("--findings", type=Path, default=Path("."))
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    for path in options.files:
        if fault := attempt(path.read_bytes()):
            print(f"{path}:\n{fault}")
            return 1
    if options.files:
        return 0
    return _fuzz(options)


def _fuzz(options) -> int:
    inputs = kept(options.inputs)
    source = random.Random(options.seed)
    began = time.monotonic()
    runs, fault, content = 0, "", b""
    while not fault and time.monotonic() - began < options.seconds:
        content = inputs[runs] if runs < len(inputs) else changed(source, inputs)
        fault = attempt(content)
        runs += 1
    if fault:
        path = options.findings / f"crash-{hashlib.sha1(content).hexdigest()}"
        path.write_bytes(content)
        print(f"{fault}\nwritten to {path}")
    # In libFuzzer's words, so that one reader is enough.
    print(f"stat::number_of_executed_units: {runs}")
    print(f"stat::average_exec_per_sec: {int(runs / max(time.monotonic() - began, 0.001))}")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
