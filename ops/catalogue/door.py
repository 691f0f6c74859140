"""The operator's door of a region, as far as an import needs it: HTTP on a Unix socket.

One connection, one request at a time. Sending a batch again is harmless: the region answers
"unchanged" for each book that it has already.
"""

import http.client
import json
from dataclasses import dataclass

from ops.door import UnixConnection
from ops.errors import Failure

BATCH_BOOKS_MAX = 500
BATCH_BYTES_MAX = 4 * 1024 * 1024
ANSWER_BYTES_MAX = 4 * 1024 * 1024
ANSWER_S_MAX = 30.0
DETAIL_CHARS_MAX = 300
CONTENT_TYPE = "application/x-ndjson"


@dataclass(frozen=True)
class Answer:
    """What a region did with a batch; `refused` maps a line of the batch, from 1, to why."""

    accepted: int
    unchanged: int
    refused: dict[int, str]


class DoorFailure(Failure):
    """The region cannot be reached or does not take the books: no other file would fare better."""


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a count is missing")
    return value


def _parse(body: bytes, lines: int) -> Answer:
    value = json.loads(body)
    refused = {_count(item["line"]): str(item["why"]) for item in value["refused"]}
    answer = Answer(_count(value["accepted"]), _count(value["unchanged"]), refused)
    if answer.accepted + answer.unchanged + len(refused) != lines:
        raise ValueError("its counts do not add up to the lines sent")
    if any(not 1 <= line <= lines for line in refused):
        raise ValueError("it names a line that was not sent")
    return answer


def _detail(body: bytes) -> str:
    """The gist of a problem document (RFC 9457), or of whatever came instead."""
    try:
        problem = json.loads(body)
        text = str(problem.get("detail") or problem.get("title") or "")
    except (ValueError, AttributeError):
        text = body.decode("utf-8", "replace")
    return " ".join(text.split())[:DETAIL_CHARS_MAX]


class Door:
    """A connection to the door; a context manager. Raises DoorFailure only."""

    def __init__(self, path: str):
        self._path = path
        self._connection = UnixConnection(path, ANSWER_S_MAX)

    def __enter__(self) -> "Door":
        try:
            self._connection.connect()
        except (OSError, ValueError) as error:
            raise self._failure(f"no region answers here: {_reason(error)}",
                                "start the shop with './perpetua up' and import again") from None
        return self

    def __exit__(self, *_) -> None:
        self._connection.close()

    def _failure(self, what: str, todo: str) -> DoorFailure:
        return DoorFailure(what, self._path, todo)

    def put_books(self, lines: list[bytes]) -> Answer:
        """Sends one batch, each line with its newline, and waits for the region's answer."""
        again = "import again, which repeats nothing"
        try:
            self._connection.request("POST", "/books", b"".join(lines),
                                     {"Content-Type": CONTENT_TYPE, "Accept": "application/json"})
            response = self._connection.getresponse()
            body = response.read(ANSWER_BYTES_MAX + 1)
        except TimeoutError:
            raise self._failure(f"the region did not answer for {ANSWER_S_MAX:.0f} s", again) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(f"the connection to the region was lost: {_reason(error)}",
                                f"see './perpetua status', then {again}") from None
        if response.status != 200:
            raise self._failure(f"the region refused a batch: {response.status} {_detail(body)}",
                                f"put that right, then {again}")
        if len(body) > ANSWER_BYTES_MAX:
            raise self._failure("the region's answer is too long", again)
        try:
            return _parse(body, len(lines))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._failure(f"the region's answer makes no sense: {error}",
                                "check that door and region are of one version") from None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
