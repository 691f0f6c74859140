"""HTTP to a shop: a region's operator door (a Unix socket) and plain health questions over TCP."""

import http.client
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

from ops.errors import Failure
from ops.shop import Shop

DOOR_TIMEOUT_S = 10.0
STATUS_TIMEOUT_S = 1.0


class UnixConnection(http.client.HTTPConnection):
    """An HTTP connection over a Unix socket."""

    def __init__(self, path: Path | str, timeout: float):
        super().__init__("local", timeout=timeout)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ask_tcp(url: str, timeout: float = STATUS_TIMEOUT_S) -> int | None:
    """The status of a GET, or None when nobody answers in time."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path or "/")
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def region_status(shop: Shop, region: str) -> dict | None:
    """What the region says of itself at its operator door, or None when it does not answer."""
    try:
        status, body = _ask(shop.operator_socket(region), "GET", "/status", None, STATUS_TIMEOUT_S)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    return body if status == 200 and isinstance(body, dict) else None


def ask(shop: Shop, region: str, method: str, path: str, body: dict | None = None, *,
        again: str = "say it again, which repeats nothing") -> dict:
    """The answer of the region's operator door; Failure when it refuses or is not there. `again` is
    what to do when nobody knows whether it was done."""
    door = shop.operator_socket(region)
    try:
        status, answer = _ask(door, method, path, body, DOOR_TIMEOUT_S)
    except PermissionError:
        raise Failure(f"you may not speak to {region}", str(door),
                      "use the account that started the shop") from None
    except (FileNotFoundError, ConnectionRefusedError):
        raise Failure(f"{region} does not run", str(door),
                      f"start it with '{shop.command('up')}'") from None
    except (OSError, http.client.HTTPException) as error:
        late = isinstance(error, TimeoutError)
        what = f"for {DOOR_TIMEOUT_S:g} s" if late else "and hung up"
        raise Failure(f"{region} did not answer {what}: perhaps it is done, perhaps not",
                      str(door), again) from None
    except ValueError:
        raise Failure(f"{region} answered something that is not JSON", str(door),
                      "read its log") from None
    if status >= 400:
        raise Failure(_reason(answer, status), f"{region}: {method} {path}",
                      again if status >= 500 else "correct it")
    return answer


def any_ready_region(shop: Shop, wanted: str | None = None) -> str:
    """The region to hand an operator's wish to: the one named, or the first that takes writes."""
    if wanted is not None:
        return shop.topology.region(wanted).name
    for region in shop.regions:
        status = region_status(shop, region.name)
        if status and status.get("ready"):
            return region.name
    raise Failure("no region is ready", str(shop.home), f"start it with '{shop.command('up')}'")


def _ask(path: Path, method: str, target: str, body: dict | None, timeout: float):
    connection = UnixConnection(path, timeout)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, target, data, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else {}
    finally:
        connection.close()


def _reason(answer, status: int) -> str:
    if isinstance(answer, dict):
        return answer.get("detail") or answer.get("title") or f"refused with status {status}"
    return f"refused with status {status}"
