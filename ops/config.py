"""Generated configuration: perpetuad's JSON and HAProxy's file, both from the topology."""

import json
import shutil
import string
import subprocess
from pathlib import Path

from ops import build
from ops.errors import Failure
from ops.shop import REPO, Shop, write_file
from ops.topology import Edge, Region, load_links

TEMPLATE = REPO / "edge" / "haproxy.cfg.template"
ERROR_BODIES = REPO / "edge" / "errors"


def write(shop: Shop) -> None:
    """Writes every configuration file that is not there as it should be."""
    for region in shop.regions:
        path = shop.region_folder(region.name) / "config.json"
        text = json.dumps(region_config(shop, region), indent=2) + "\n"
        write_file(path, text)
    for edge in shop.topology.edges:
        folder = shop.edge_folder(edge.name)
        for body in sorted(ERROR_BODIES.glob("*.json")):
            write_file(folder / "errors" / body.name, body.read_bytes())
            write_file(folder / "errors" / f"{body.stem}.http", error_answer(body))
        write_file(folder / "haproxy.cfg", edge_config(shop, edge))
        check_edge(folder / "haproxy.cfg")


def region_config(shop: Shop, region: Region) -> dict:
    folder = shop.region_folder(region.name)
    tls = folder / "tls"
    ours = {
        "certificate": str(tls / "region.pem"),
        "key": str(tls / "region.key"),
        "ca": str(tls / "ca.pem"),
    }
    return {
        "project": shop.identity["project"],
        "region": region.name,
        "folder": str(folder),
        "regions": [{"name": r.name, "title": r.title, "flag": r.flag} for r in shop.regions],
        "founders": founders(shop),
        "http": {"address": region.address, "port": region.http_port},
        "edge_tls": {"address": region.address, "port": region.edge_tls_port, **ours},
        "replication": {
            "address": region.address,
            "port": region.replication_port,
            **ours,
            "peers": peers(shop, region),
        },
        "session": {
            "key": str(tls / "session.key"),
            "certificate": str(tls / "session.pem"),
            "ca": str(tls / "ca.pem"),
        },
        "position_secret": str(tls / "position.secret"),
        "static": str(build.STATIC),
        "delivery": delivery(shop),
        "origins": shop.topology.origins(),
        "operator_socket": str(shop.operator_socket(region.name)),
        "log": {"level": "info"},
    }


def peers(shop: Shop, region: Region) -> list[dict]:
    links = load_links(shop.home / "links.toml", shop.topology)
    found = []
    for other in shop.regions:
        if other.name != region.name:
            address, port = links.get((region.name, other.name),
                                      (other.address, other.replication_port))
            found.append({"region": other.name, "address": address, "port": port})
    return found


def delivery(shop: Shop) -> list[dict]:
    return [{"method": option.method,
             "price": {"amount": option.price, "currency": option.currency},
             "days_min": option.days[0], "days_max": option.days[1]}
            for option in shop.topology.delivery]


def founders(shop: Shop) -> list[str]:
    """The regions that shared out the first stock: fixed for ever once the shop is founded."""
    if shop.founded_marker.exists():
        return json.loads(shop.founded_marker.read_text())["founders"]
    return sorted(region.name for region in shop.regions)


def edge_config(shop: Shop, edge: Edge) -> str:
    limits = shop.topology.edge_limits
    folder = shop.edge_folder(edge.name)
    nearest_first = sorted(shop.regions, key=lambda r: (r.name != edge.near, shop.regions.index(r)))
    values = {
        "edge": edge.name,
        "socket": shop.edge_socket(edge.name),
        "errors": folder / "errors",
        "certificate": folder / "tls" / "edge-with-key.pem",
        "ca": folder / "tls" / "ca.pem",
        "connections_max": limits.connections_max,
        "check_interval": limits.health_check_interval_ms,
        "connect_timeout": limits.connect_timeout_ms,
        "read_timeout": limits.read_timeout_ms,
        "write_timeout": limits.write_timeout_ms,
        "binds": "\n".join(f"  bind {address}:{port}" for address, port in edge.binds),
        "read_servers": servers(nearest_first, "check port {region.http_port}"),
        "write_servers": servers(nearest_first, "track reads/{region.name}"),
    }
    try:
        return string.Template(TEMPLATE.read_text()).substitute(values)
    except (KeyError, ValueError) as error:
        raise Failure(f"the template has a fault: {error}", str(TEMPLATE), "correct it") from None


def servers(regions: list[Region], more: str) -> str:
    """HAProxy's lines for them, in the order in which they are to be tried: as they are while some
    region is well, and once more, unchecked, for when none is."""
    line = ("  server {name} {region.address}:{region.edge_tls_port} id {number}"
            " sni str({region.name}.region.perpetua.test)"
            " verifyhost {region.name}.region.perpetua.test ")
    checked = [(region, region.name, more) for region in regions]
    unchecked = [(region, f"{region.name}-unchecked", "backup") for region in regions]
    return "\n".join((line + rest).format(name=name, region=region, number=number)
                     for number, (region, name, rest) in enumerate(checked + unchecked, start=1))


def error_answer(body: Path) -> bytes:
    """A whole HTTP answer around a problem document."""
    content = body.read_bytes()
    problem = json.loads(content)
    head = (
        f"HTTP/1.1 {problem['status']} {problem['title']}\r\n"
        "Content-Type: application/problem+json\r\n"
        "Cache-Control: no-store\r\n"
        f"Content-Length: {len(content)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + content


def check_edge(path: Path) -> None:
    haproxy = shutil.which("haproxy", path="/usr/sbin:/usr/bin")
    if haproxy is None:
        raise Failure("HAProxy is missing", "/usr/sbin/haproxy", "run './perpetua up'")
    result = subprocess.run([haproxy, "-c", "-f", str(path)], capture_output=True, text=True,
                            check=False)
    # Warnings count: HAProxy ignores what it warns about.
    faults = [line for line in result.stderr.splitlines() if not line.startswith("[NOTICE]")]
    if result.returncode != 0 or faults:
        reason = " ".join(" ".join(faults).split()) or f"status {result.returncode}"
        raise Failure(f"HAProxy refuses the configuration: {reason}", str(path),
                      "correct edge/haproxy.cfg.template")
