"""Is an address free, and if not, who has it."""

import errno
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


def check_stopped(shop: Shop, alive) -> None:
    """Of all regions and edges but those alive, which hold their ports themselves."""
    names = {item.name for item in (*shop.regions, *shop.topology.edges)}
    check(shop, names - set(alive))


def free(address: str, port: int) -> bool:
    if not _can_listen(socket.AF_INET, address, port):
        return False
    # A browser tries `localhost` as ::1 first, and would find another program there.
    return address != "127.0.0.1" or _can_listen(socket.AF_INET6, "::1", port)


def _can_listen(family: int, address: str, port: int) -> bool:
    """Also where the machine has no such address."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            probe.listen(1)
    except OSError as error:
        return error.errno not in (errno.EADDRINUSE, errno.EACCES)
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
    hosts = [little_endian, "0" * 8, "0" * 32]
    if address == "127.0.0.1":
        hosts.append("0" * 24 + "01000000")  # ::1
    local = {f"{host}:{port:04X}" for host in hosts}
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table):
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[1] in local and words[3] == LISTEN:
                found.add(f"socket:[{words[9]}]")
    return found
