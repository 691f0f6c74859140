"""perpetua.toml, and every address and port that follows from it, --port and --home.

Regions and edges have addresses of their own in 127.0.0.0/8, so that each can be killed, hung or
cut off as a whole, and shops of different homes or ports never meet.
"""

import hashlib
import ipaddress
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from ops.errors import Failure

NAME = re.compile(r"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
REGIONS_MAX = 32
EDGES_MAX = 16
DELIVERY_MAX = 32
DELIVERY_PRICE_MAX = 10_000_000
DELIVERY_DAYS_MAX = 365
# Offsets from the base port, on every region's own address.
EDGE_TLS_OFFSET = 443
REPLICATION_OFFSET = 700
PORT_MIN, PORT_MAX = 1024, 65535 - REPLICATION_OFFSET


@dataclass(frozen=True)
class Region:
    name: str
    title: str
    flag: str
    address: str
    http_port: int
    edge_tls_port: int
    replication_port: int

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.http_port}"


@dataclass(frozen=True)
class Edge:
    name: str
    near: str
    address: str
    http_port: int
    aliases: tuple[tuple[str, int], ...]  # further (address, port) pairs, on the host's own loopback

    @property
    def binds(self) -> tuple[tuple[str, int], ...]:
        return ((self.address, self.http_port), *self.aliases)

    @property
    def url(self) -> str:
        """Where a person finds it: by the name of the local alias, when it has one."""
        if self.aliases:
            return f"http://localhost:{self.aliases[0][1]}"
        return f"http://{self.address}:{self.http_port}"


@dataclass(frozen=True)
class DeliveryOption:
    method: str
    price: int  # in minor units
    currency: str
    days: tuple[int, int]  # working days until it comes, at least and at most


@dataclass(frozen=True)
class EdgeLimits:
    health_check_interval_ms: int = 150
    connect_timeout_ms: int = 800
    read_timeout_ms: int = 600
    write_timeout_ms: int = 4000
    connections_max: int = 1000


@dataclass(frozen=True)
class CertificateDays:
    authority_days: int = 3650
    leaf_days: int = 90
    renew_before_days: int = 30


@dataclass(frozen=True)
class Topology:
    regions: tuple[Region, ...]
    edges: tuple[Edge, ...]
    delivery: tuple[DeliveryOption, ...] = ()
    edge_limits: EdgeLimits = field(default_factory=EdgeLimits)
    certificates: CertificateDays = field(default_factory=CertificateDays)

    def region(self, name: str) -> Region:
        for region in self.regions:
            if region.name == name:
                return region
        known = ", ".join(region.name for region in self.regions)
        raise Failure(f"no region '{name}'", "perpetua.toml", f"it lists {known}")

    def origins(self) -> list[str]:
        """Every origin under which a browser may see the shop."""
        origins = []
        for edge in self.edges:
            for address, port in edge.aliases:
                origins += [f"http://localhost:{port}", f"http://{address}:{port}"]
            origins.append(f"http://{edge.address}:{edge.http_port}")
        return origins


def network(home: Path, port: int) -> str:
    """The shop's own /24 of 127.0.0.0/8, without the trailing dot and host."""
    digest = hashlib.sha256(f"{home}\0{port}".encode()).digest()
    # 16..239: away from 127.0.0.1 and from 127.0.1.1, which Debian gives to the host's name.
    return f"127.{16 + digest[0] % 224}.{digest[1]}"


def load_links(path: Path, topology: Topology) -> dict[tuple[str, str], tuple[str, int]]:
    """Where a region is to look for another one's replication, if not at its own address: through
    a tunnel or a proxy, as links.toml in the home folder may say:

        [[links]]
        from = "eu-west-1"
        to = "ap-southeast-1"
        via = "127.0.0.1:9000"
    """
    if not path.exists():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("links", [])
        links = {}
        for entry in entries:
            address, _, port = entry["via"].rpartition(":")
            ipaddress.ip_address(address)
            ends = (topology.region(entry["from"]).name, topology.region(entry["to"]).name)
            links[ends] = (address, int(port))
        return links
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Failure(f"not a list of links: {error}", str(path),
                      'write [[links]] with from, to and via = "ADDRESS:PORT"') from None


def load(path: Path, home: Path, port: int) -> Topology:
    """Reads and checks perpetua.toml; raises Failure with the place of the first fault."""
    if not PORT_MIN <= port <= PORT_MAX:
        raise Failure(f"port {port} is out of range", "--port", f"use {PORT_MIN} to {PORT_MAX}")
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Failure("the topology is missing", str(path), "restore perpetua.toml") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"not TOML: {error}", str(path), "correct that line") from None
    return _Reader(path, document).topology(network(home, port), port)


class _Reader:
    def __init__(self, path: Path, document: dict):
        self._path = path
        self._document = document

    def topology(self, net: str, port: int) -> Topology:
        self._only(self._document, {"regions", "edges", "delivery", "edge", "certificates"},
                   "the top level")
        regions = tuple(
            Region(
                name=self._name(entry, f"regions[{i}]"),
                title=self._text(entry, "title", f"regions[{i}]"),
                flag=self._flag(entry, f"regions[{i}]"),
                address=f"{net}.{11 + i}",
                http_port=port,
                edge_tls_port=port + EDGE_TLS_OFFSET,
                replication_port=port + REPLICATION_OFFSET,
            )
            for i, entry in enumerate(
                self._entries("regions", {"name", "title", "flag"}, REGIONS_MAX)
            )
        )
        edges = tuple(
            Edge(
                name=self._name(entry, f"edges[{i}]"),
                near=self._near(entry, f"edges[{i}]", regions),
                address=f"{net}.{101 + i}",
                http_port=port,
                # base and base+1 are local aliases of the first two edges.
                aliases=(("127.0.0.1", port + i),) if i < 2 else (),
            )
            for i, entry in enumerate(self._entries("edges", {"name", "near"}, EDGES_MAX))
        )
        names = [item.name for item in (*regions, *edges)]
        for name in names:
            if names.count(name) > 1:
                self._fail(f"the name '{name}' is used twice", "regions and edges")
        delivery = self._delivery()
        limits = EdgeLimits(**self._integers("edge", EdgeLimits))
        days = CertificateDays(**self._integers("certificates", CertificateDays))
        if days.renew_before_days >= days.leaf_days:
            self._fail("renew_before_days must be less than leaf_days", "certificates")
        return Topology(regions, edges, delivery, limits, days)

    def _delivery(self) -> tuple[DeliveryOption, ...]:
        if "delivery" not in self._document:
            return ()  # orders without delivery only
        options = tuple(
            DeliveryOption(
                method=self._method(entry, f"delivery[{i}]"),
                price=self._number(entry, "price", f"delivery[{i}]", DELIVERY_PRICE_MAX),
                currency=self._currency(entry, f"delivery[{i}]"),
                days=self._days(entry, f"delivery[{i}]"),
            )
            for i, entry in enumerate(
                self._entries("delivery", {"method", "price", "currency", "days"}, DELIVERY_MAX)
            )
        )
        listed = [(option.method, option.currency) for option in options]
        for method, currency in listed:
            if listed.count((method, currency)) > 1:
                self._fail(f"'{method}' is listed twice in {currency}", "delivery")
        return options

    def _fail(self, what: str, where: str):
        raise Failure(what, f"{self._path}: {where}", "correct perpetua.toml")

    def _only(self, table: dict, known: set[str], where: str) -> None:
        for key in table:
            if key not in known:
                self._fail(f"unknown key '{key}'", where)

    def _entries(self, key: str, known: set[str], at_most: int) -> list[dict]:
        entries = self._document.get(key)
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            self._fail(f"needs at least one [[{key}]]", key)
        if not 1 <= len(entries) <= at_most:
            self._fail(f"has {len(entries)} entries, 1 to {at_most} are possible", key)
        for i, entry in enumerate(entries):
            self._only(entry, known, f"{key}[{i}]")
        return entries

    def _text(self, entry: dict, key: str, where: str) -> str:
        value = entry.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > 64:
            self._fail(f"'{key}' must be a text of 1 to 64 characters", where)
        return value

    def _name(self, entry: dict, where: str) -> str:
        name = self._text(entry, "name", where)
        if not NAME.match(name):
            self._fail(f"'{name}' is no name: lower-case letters, digits and hyphens", where)
        return name

    def _method(self, entry: dict, where: str) -> str:
        method = self._text(entry, "method", where)
        if not SLUG.fullmatch(method):
            self._fail(f"'{method}' is no method: lower-case letters, digits and hyphens", where)
        return method

    def _currency(self, entry: dict, where: str) -> str:
        currency = self._text(entry, "currency", where)
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self._fail(f"'{currency}' is no currency code of three capital letters", where)
        return currency

    def _number(self, entry: dict, key: str, where: str, at_most: int) -> int:
        value = entry.get(key)
        if not _is_whole(value) or not 0 <= value <= at_most:
            self._fail(f"'{key}' must be a whole number from 0 to {at_most}", where)
        return value

    def _days(self, entry: dict, where: str) -> tuple[int, int]:
        days = entry.get("days")
        if (not isinstance(days, list) or len(days) != 2 or not all(map(_is_whole, days))
                or not 0 <= days[0] <= days[1] <= DELIVERY_DAYS_MAX):
            self._fail("'days' must be two whole numbers, at least and at most, from 0 to "
                       f"{DELIVERY_DAYS_MAX}", where)
        return days[0], days[1]

    def _flag(self, entry: dict, where: str) -> str:
        flag = self._text(entry, "flag", where)
        if not re.fullmatch(r"[A-Z]{2}", flag):
            self._fail(f"'{flag}' is no country code of two capital letters", where)
        return flag

    def _near(self, entry: dict, where: str, regions: tuple[Region, ...]) -> str:
        near = self._text(entry, "near", where)
        if near not in {region.name for region in regions}:
            self._fail(f"'near' names no region: '{near}'", where)
        return near

    def _integers(self, key: str, shape: type) -> dict[str, int]:
        table = self._document.get(key, {})
        if not isinstance(table, dict):
            self._fail("must be a table", key)
        self._only(table, set(shape.__dataclass_fields__), key)
        for name, value in table.items():
            if not _is_whole(value) or not 1 <= value <= 100_000:
                self._fail(f"'{name}' must be a whole number from 1 to 100000", key)
        return table


def _is_whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
