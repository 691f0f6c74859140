"""One shop: its topology and where each of its files is."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ops.errors import Failure
from ops.topology import Region, Topology, load

REPO = Path(__file__).resolve().parent.parent
# struct sockaddr_un holds 108 bytes with the closing NUL; supervisor adds ".<pid>" while it starts.
SOCKET_PATH_MAX = 107
SUPERVISOR_SOCKET_EXTRA = len(".4194304")


@dataclass(frozen=True)
class Shop:
    """Paths below the home folder; creates nothing but what `identity` writes."""

    home: Path
    port: int
    topology: Topology

    @staticmethod
    def open(home: str | None, port: int) -> "Shop":
        folder = Path(os.path.abspath(home)) if home else REPO / ".perpetua"
        shop = Shop(folder, port, load(REPO / "perpetua.toml", folder, port))
        sockets = [shop.operator_socket(region.name) for region in shop.topology.regions]
        longest = max(len(os.fsencode(path)) for path in sockets)
        longest = max(longest, len(os.fsencode(shop.supervisor_socket)) + SUPERVISOR_SOCKET_EXTRA)
        if longest > SOCKET_PATH_MAX:
            raise Failure(
                f"the home folder's path is {longest - SOCKET_PATH_MAX} bytes too long for Unix sockets",
                str(folder),
                "give a shorter one with --home",
            )
        return shop

    @property
    def founded_marker(self) -> Path:
        return self.home / "founded"

    @property
    def founding_marker(self) -> Path:
        return self.home / "founding"

    @property
    def ca(self) -> Path:
        return self.home / "ca"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def drills(self) -> Path:
        return self.home / "drills"

    @property
    def supervisor(self) -> Path:
        return self.home / "supervisor"

    @property
    def supervisor_socket(self) -> Path:
        return self.supervisor / "supervisor.sock"

    def region_folder(self, name: str) -> Path:
        return self.home / "regions" / name

    def edge_folder(self, name: str) -> Path:
        return self.home / "edges" / name

    def operator_socket(self, name: str) -> Path:
        return self.region_folder(name) / "operator.sock"

    @property
    def regions(self) -> tuple[Region, ...]:
        return self.topology.regions

    def command(self, *words: str) -> str:
        """How the user calls a command for this very shop."""
        parts = ["./perpetua", *words]
        if self.port != 8080:
            parts += ["--port", str(self.port)]
        if self.home != REPO / ".perpetua":
            parts += ["--home", str(self.home)]
        return " ".join(parts)

    @cached_property
    def identity(self) -> dict:
        """The project's random id and the number of its position key, made once per home."""
        path = self.home / "project.json"
        if not path.exists():
            made = {"project": secrets.token_hex(16), "position_key": 1 + secrets.randbelow(255)}
            write_file(path, json.dumps(made) + "\n")
        return json.loads(path.read_text())

    def unprivileged_id(self, name: str) -> int:
        """A uid and gid that no account has (systemd's dynamic range), one per region and edge."""
        names = [item.name for item in (*self.topology.regions, *self.topology.edges)]
        digest = hashlib.sha256(str(self.home).encode()).digest()
        span = 65519 - 61184 + 1 - len(names)
        return 61184 + int.from_bytes(digest[:4]) % span + names.index(name)


def write_file(path: Path, content: str | bytes, mode: int = 0o644) -> bool:
    """Writes a file whole or not at all, never readable by more than `mode`; False when it was equal."""
    data = content.encode() if isinstance(content, str) else content
    if path.exists() and path.read_bytes() == data and path.stat().st_mode & 0o777 == mode:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    return True
