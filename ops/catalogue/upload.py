"""Imports catalogue files into a region: reads, sends in batches, shows progress, sums up."""

import json
import os
import sys
import time
from dataclasses import dataclass, field
from typing import BinaryIO, Iterable, TextIO

from ops.catalogue.detect import Format, open_catalogue
from ops.catalogue.door import BATCH_BOOKS_MAX, BATCH_BYTES_MAX, Door, DoorFailure
from ops.catalogue.records import Read, Refused, encode
from ops.errors import Failure

# The first stock of every book, the delivery `initial`. It is a constant, because the delivery's
# identity covers its content: another number would be another delivery.
INITIAL_COPIES = 100
REFUSED_SHOWN_MAX = 20
REFUSED_KEPT_MAX = 100_000
PROGRESS_LIVE_S = 0.1
PROGRESS_LOG_S = 1.0


@dataclass
class Tally:
    """What became of a file's records: read = accepted + unchanged + refused + unanswered."""

    file: str
    format: str = ""
    read: int = 0
    accepted: int = 0
    unchanged: int = 0
    refused_total: int = 0
    refused: list[Refused] = field(default_factory=list)
    error: str = ""

    @property
    def unanswered(self) -> int:
        """Read, but no region said what became of them, for the import broke off."""
        return self.read - self.accepted - self.unchanged - self.refused_total

    def refuse(self, refused: Refused) -> None:
        self.refused_total += 1
        if len(self.refused) < REFUSED_KEPT_MAX:
            self.refused.append(refused)


class _Progress:
    """Counts on a terminal in place, elsewhere as one line a second."""

    def __init__(self, err: TextIO):
        self._err = err
        self._live = err.isatty()
        self._every_s = PROGRESS_LIVE_S if self._live else PROGRESS_LOG_S
        self._last = time.monotonic()

    def show(self, tally: Tally, file: BinaryIO) -> None:
        now = time.monotonic()
        if now - self._last < self._every_s:
            return
        self._last = now
        size = max(1, os.fstat(file.fileno()).st_size)
        text = f"  {tally.file}: {tally.read} read, {min(100, 100 * file.tell() // size)} %"
        begin, end = ("\r\033[K", "") if self._live else ("", "\n")
        print(f"{begin}{text}", end=end, file=self._err, flush=True)

    def clear(self) -> None:
        if self._live:
            print("\r\033[K", end="", file=self._err, flush=True)


class _Batch:
    """Books on their way: the lines to send and where each stood in its file."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.numbers: list[int] = []
        self.size = 0

    def fits(self, line: bytes) -> bool:
        return len(self.lines) < BATCH_BOOKS_MAX and self.size + len(line) <= BATCH_BYTES_MAX

    def add(self, number: int, line: bytes) -> None:
        self.lines.append(line)
        self.numbers.append(number)
        self.size += len(line)

    def send(self, door: Door, tally: Tally) -> None:
        if not self.lines:
            return
        answer = door.put_books(self.lines)
        tally.accepted += answer.accepted
        tally.unchanged += answer.unchanged
        for at, why in sorted(answer.refused.items()):
            tally.refuse(Refused(self.numbers[at - 1], why))


def _send_all(file: BinaryIO, form: Format, door: Door, tally: Tally, progress: _Progress) -> None:
    batch = _Batch()
    for record in form.read(file):
        tally.read += 1
        if isinstance(record, Read):
            line = b'{"book":%b,"initial":%d}\n' % (encode(record.book), INITIAL_COPIES)
            if not batch.fits(line):
                batch.send(door, tally)
                batch = _Batch()
            batch.add(record.line, line)
        else:
            tally.refuse(record)
        progress.show(tally, file)
    batch.send(door, tally)


def _import_one(tally: Tally, door: Door, progress: _Progress) -> None:
    file, form = open_catalogue(tally.file)
    tally.format = form.name
    with file:
        try:
            _send_all(file, form, door, tally, progress)
        except OSError as error:
            raise Failure(f"the file cannot be read on: {error.strerror}", tally.file,
                          "check the disk and import again") from None
        finally:
            # What the region refused comes a batch later than what the reader did.
            tally.refused.sort(key=lambda refused: refused.line)
            progress.clear()
    if tally.read == 0:
        raise Failure("the file has no records", tally.file, "import one that has books in it")
    if tally.refused_total == tally.read:
        raise Failure("every record of the file was refused", tally.file, "see why, record by record")


def _refused_lines(tallies: list[Tally], at_most: int) -> Iterable[str]:
    shown = 0
    for tally in tallies:
        for refused in tally.refused[: at_most - shown]:
            shown += 1
            yield f"  {tally.file}, line {refused.line}: {refused.why}"
    total = sum(tally.refused_total for tally in tallies)
    if total > shown:
        yield f"  and {total - shown} more; a file or --json gets them all"


def _print_summary(tallies: list[Tally], out: TextIO) -> None:
    for tally in tallies:
        if not tally.format:
            continue
        lost = f", {tally.unanswered} unanswered" if tally.unanswered else ""
        print(f"{tally.file} ({tally.format}): {tally.read} read, {tally.accepted} accepted, "
              f"{tally.unchanged} unchanged, {tally.refused_total} refused{lost}", file=out)
    # A person wants to see the counts as well; a file takes them all.
    for line in _refused_lines(tallies, REFUSED_SHOWN_MAX if out.isatty() else REFUSED_KEPT_MAX):
        print(line, file=out)


def _print_json(tallies: list[Tally], seconds: float, out: TextIO) -> None:
    counts = ("read", "accepted", "unchanged", "refused_total", "unanswered")
    value: dict = {name: sum(getattr(tally, name) for tally in tallies) for name in counts}
    value["seconds"] = round(seconds, 3)
    value["files"] = [
        {"file": tally.file, "format": tally.format or None, "error": tally.error or None}
        | {name: getattr(tally, name) for name in counts}
        for tally in tallies
    ]
    value["refused"] = [
        {"file": tally.file, "line": refused.line, "why": refused.why}
        for tally in tallies for refused in tally.refused
    ]
    print(json.dumps(value, ensure_ascii=False), file=out)


def _report(tally: Tally, failure: Failure, err: TextIO) -> None:
    tally.error = str(failure)
    print(f"perpetua: {failure}", file=err, flush=True)


def _import_all(tallies: list[Tally], socket_path: str, err: TextIO) -> None:
    """A file that cannot be imported is reported and passed over; a lost region ends it all."""
    progress = _Progress(err)
    with Door(socket_path) as door:
        for tally in tallies:
            try:
                _import_one(tally, door, progress)
            except DoorFailure as failure:
                _report(tally, failure, err)
                return
            except Failure as failure:
                _report(tally, failure, err)


def import_files(
    paths: list[str | os.PathLike],
    socket_path: str | os.PathLike,
    json_output: bool = False,
    out: TextIO = sys.stdout,
    err: TextIO = sys.stderr,
) -> int:
    """Imports the files, in order, through the door of the region whose socket is given.

    Prints the summary (with `json_output` one JSON object) to `out`, progress and errors to `err`.
    Returns the exit status: 0 when every file was read to its end and had at least one sound book,
    else 1. Refused records alone are no failure: the summary names them.
    """
    began = time.monotonic()
    tallies = [Tally(os.fspath(path)) for path in paths]
    failed = False
    try:
        _import_all(tallies, os.fspath(socket_path), err)
    except DoorFailure as failure:
        print(f"perpetua: {failure}", file=err, flush=True)
        failed = True
    if json_output:
        _print_json(tallies, time.monotonic() - began, out)
    else:
        _print_summary(tallies, out)
    finished = all(tally.format and not tally.error for tally in tallies)
    return 0 if finished and not failed else 1
