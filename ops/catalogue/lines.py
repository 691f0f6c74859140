"""Physical lines of a file, numbered and bounded: no line is ever held beyond LINE_BYTES_MAX."""

from typing import BinaryIO, Iterator, NamedTuple

# The longest valid book, with every character escaped in JSON, stays below this.
LINE_BYTES_MAX = 256 * 1024
UTF8_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """`content` is None where the line was longer than allowed; it ends with its newline, if any."""

    number: int
    content: bytes | None


def _skip_rest(file: BinaryIO) -> None:
    while True:
        piece = file.readline(LINE_BYTES_MAX)
        if not piece or piece.endswith(b"\n"):
            return


def numbered(file: BinaryIO) -> Iterator[Line]:
    """Lines from the file's beginning. A byte order mark is dropped; CR LF becomes LF, so that a
    title on two lines is the same whatever system wrote the file."""
    number = 0
    while True:
        content = file.readline(LINE_BYTES_MAX + 1)
        if not content:
            return
        number += 1
        if len(content) > LINE_BYTES_MAX and not content.endswith(b"\n"):
            _skip_rest(file)
            yield Line(number, None)
            continue
        if number == 1 and content.startswith(UTF8_BOM):
            content = content[len(UTF8_BOM) :]
        if content.endswith(b"\r\n"):
            content = content[:-2] + b"\n"
        yield Line(number, content)
