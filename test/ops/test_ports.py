"""Is an address free, and if not, who has it."""

import os
import socket

import pytest

from ops import ports, temporary
from ops.errors import Failure
from ops.shop import Shop


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


ADDRESSES = ["127.0.0.1", "0.0.0.0", *(["::1", "::"] if has_ipv6() else [])]


@pytest.fixture
def shop(tmp_path):
    return Shop.open(str(tmp_path / "h"), temporary.free_port())


def test_nothing_listens_where_a_new_shop_will(shop):
    ports.check(shop, {item.name for item in (*shop.regions, *shop.topology.edges)})


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_has_the_edges_place_is_named(shop, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, shop.port), family=family):
        with pytest.raises(Failure, match=rf"taken by \S+ \(pid {os.getpid()}\), dublin needs"):
            ports.check(shop, {"dublin"})
        ports.check(shop, {"eu-west-1"} if address in ("127.0.0.1", "::1") else set())


def test_only_what_is_to_be_started_needs_its_place(shop):
    region = shop.regions[0]
    with socket.create_server((region.address, region.replication_port)):
        ports.check(shop, {"dublin", "ap-southeast-1"})
        with pytest.raises(Failure, match="eu-west-1 needs it"):
            ports.check(shop, {"eu-west-1"})
