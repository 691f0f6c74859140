"""Is an address free, and if not, who has it."""

import os
import socket
from pathlib import Path

from ops.errors import Failure
from ops.shop import Shop

LISTEN = "0A"  # state of a listening socket in /proc/net/tcp


def check(shop: Shop, groups: set[str]) -> None:
    """Raises Failure when something else listens where one of the groups must."""
    wanted = []
    for region in shop.regions:
        if region.name in groups:
            ports = (region.http_port, region.edge_tls_port, region.replication_port)
            wanted += [(region.name, region.address, port) for port in ports]
    for edge in shop.topology.edges:
        if edge.name in groups:
            wanted += [(edge.name, address, port) for address, port in edge.binds]
    for name, address, port in wanted:
        if not free(address, port):
            raise Failure(f"{address}:{port} is taken by {owner(address, port)}, {name} needs it",
                          "this machine", "end that, or choose another --port")


def free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def owner(address: str, port: int) -> str:
    """The program that listens there, as far as this account may see."""
    inodes = _listeners(address, port)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            for descriptor in (folder / "fd").iterdir():
                if os.readlink(descriptor) in inodes:
                    command = (folder / "comm").read_text().strip()
                    return f"{command} (pid {folder.name})"
        except OSError:
            continue  # ended meanwhile, or another account's
    return "another account's program"


def _listeners(address: str, port: int) -> set[str]:
    little_endian = "".join(f"{int(part):02X}" for part in reversed(address.split(".")))
    local = {f"{little_endian}:{port:04X}", f"00000000:{port:04X}", f"{'0' * 32}:{port:04X}"}
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table):
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[1] in local and words[3] == LISTEN:
                found.add(f"socket:[{words[9]}]")
    return found
