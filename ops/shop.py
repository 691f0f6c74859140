"""One shop: its topology and where each of its files is."""

import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ops.errors import Failure
from ops.topology import EDGES_MAX, REGIONS_MAX, Region, Topology, load

REPO = Path(__file__).resolve().parent.parent
STORE = "store"
# struct sockaddr_un holds 108 bytes with the closing NUL; supervisor and HAProxy add to the name
# while they start.
SOCKET_PATH_MAX = 107
SUPERVISOR_SOCKET_EXTRA = len(".4194304")
EDGE_SOCKET_EXTRA = len(".4194304.tmp")
# What supervisor's or HAProxy's configuration cannot have in a path.
UNQUOTABLE = set(" \t\"'\\%;#$")
# systemd's range for users that no account has.
DYNAMIC_UIDS = range(61184, 65520)


@dataclass(frozen=True)
class Shop:
    """Paths below the home folder; creates nothing but what `identity` writes."""

    home: Path
    port: int
    topology: Topology

    @staticmethod
    def open(home: str | None, port: int) -> "Shop":
        # By its real path: addresses follow from it, and a link to a home is the same home.
        folder = Path(os.path.realpath(home)) if home else REPO / ".perpetua"
        if bad := UNQUOTABLE & set(str(folder)):
            raise Failure(f"the home folder's path has {' and '.join(map(repr, sorted(bad)))}, which "
                          "configuration files read as their own", str(folder),
                          "give another one with --home")
        own = folder / "perpetua.toml"
        topology = load(own if own.exists() else REPO / "perpetua.toml", folder, port)
        shop = Shop(folder, port, topology)
        sockets = [(shop.operator_socket(region.name), 0) for region in shop.regions]
        sockets += [(shop.edge_socket(edge.name), EDGE_SOCKET_EXTRA) for edge in shop.topology.edges]
        sockets.append((shop.supervisor_socket, SUPERVISOR_SOCKET_EXTRA))
        longest = max(len(os.fsencode(path)) + extra for path, extra in sockets)
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

    def folder(self, name: str) -> Path:
        """Of a region or an edge."""
        is_region = any(region.name == name for region in self.regions)
        return self.region_folder(name) if is_region else self.edge_folder(name)

    def operator_socket(self, name: str) -> Path:
        return self.region_folder(name) / "operator.sock"

    def edge_socket(self, name: str) -> Path:
        return self.edge_folder(name) / "haproxy.sock"

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
        """A uid and gid that no account has, one per region and edge; adding one changes no other."""
        regions = [region.name for region in self.regions]
        edges = [edge.name for edge in self.topology.edges]
        at = regions.index(name) if name in regions else REGIONS_MAX + edges.index(name)
        digest = hashlib.sha256(str(self.home).encode()).digest()
        span = len(DYNAMIC_UIDS) - REGIONS_MAX - EDGES_MAX
        return DYNAMIC_UIDS[int.from_bytes(digest[:4]) % span + at]


def write_file(path: Path, content: str | bytes, mode: int = 0o644) -> bool:
    """Writes a file whole or not at all, never readable by more than `mode`; False when it was equal."""
    data = content.encode() if isinstance(content, str) else content
    if path.exists() and path.read_bytes() == data and path.stat().st_mode & 0o777 == mode:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under a name that nobody can have put a link at.
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
    return True
