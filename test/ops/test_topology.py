"""perpetua.toml and what follows from it."""

import re
from pathlib import Path

import pytest

from ops.errors import Failure
from ops.shop import REPO
from ops.topology import load, network

HOME = Path("/some/home")
GOOD = (REPO / "perpetua.toml").read_text()


def write(tmp_path, text: str) -> Path:
    path = tmp_path / "perpetua.toml"
    path.write_text(text)
    return path


def test_the_topology_of_the_repository():
    topology = load(REPO / "perpetua.toml", HOME, 8080)
    assert [(r.name, r.title, r.flag) for r in topology.regions] == [
        ("eu-west-1", "Ireland", "IE"), ("ap-southeast-1", "Singapore", "SG")]
    net = network(HOME, 8080)
    assert re.fullmatch(r"127\.\d+\.\d+", net)
    first, second = topology.regions
    assert (first.address, second.address) == (f"{net}.11", f"{net}.12")
    assert (first.http_port, first.edge_tls_port, first.replication_port) == (8080, 8523, 8780)
    edge = topology.edges[0]
    assert edge.binds == ((f"{net}.101", 8080), ("127.0.0.1", 8080))
    assert edge.url == "http://localhost:8080"
    assert "http://localhost:8080" in topology.origins()
    assert [(d.method, d.price, d.currency, d.days) for d in topology.delivery] == [
        ("standard", 390, "EUR", (2, 4)), ("express", 890, "EUR", (1, 1))]


def test_other_homes_and_ports_have_other_addresses():
    networks = {network(Path(f"/home/{n}"), port) for n in range(20) for port in (8080, 9090)}
    assert len(networks) > 38
    assert not networks & {"127.0.0", "127.0.1"}


@pytest.mark.parametrize("was, becomes, complaint", [
    ('name = "ap-southeast-1"', 'name = "eu-west-1"', "used twice"),
    ('name = "eu-west-1"', 'name = "EU West"', "is no name"),
    ('near = "eu-west-1"', 'near = "mars"', "names no region"),
    ('flag = "IE"', 'flag = "Ireland"', "no country code"),
    ('title = "Ireland"', "title = 7", "'title' must be a text"),
    ('title = "Ireland"', 'titel = "Ireland"', "unknown key 'titel'"),
    ("[[edges]]", "[edges]", "needs at least one [[edges]]"),
    ("[[edges]]", "[[edges", "not TOML"),
    ("leaf_days = 90", "leaf_days = 20", "must be less than leaf_days"),
    ("leaf_days = 90", "leaf_days = -1", "must be a whole number"),
    ("[certificates]", "[certificate]", "unknown key 'certificate'"),
    ('method = "express"', 'method = "standard"', "'standard' is listed twice in EUR"),
    ('method = "express"', 'method = "Express"', "is no method"),
    ("price = 890", "price = 8.9", "'price' must be a whole number from 0"),
    ("price = 890", "price = -1", "'price' must be a whole number from 0"),
    ('currency = "EUR"', 'currency = "euro"', "no currency code"),
    ("days = [1, 1]", "days = [2, 1]", "'days' must be two whole numbers"),
    ("days = [1, 1]", "days = 1", "'days' must be two whole numbers"),
    ("days = [1, 1]", "hours = 20", "unknown key 'hours'"),
    ("[[delivery]]", "[[deliveries]]", "unknown key 'deliveries'"),
])
def test_a_fault_is_named_with_its_place(tmp_path, was, becomes, complaint):
    assert was in GOOD
    with pytest.raises(Failure) as caught:
        load(write(tmp_path, GOOD.replace(was, becomes, 1)), HOME, 8080)
    assert complaint in str(caught.value) and "perpetua.toml" in str(caught.value)


def test_a_shop_may_send_nothing(tmp_path):
    text = GOOD[:GOOD.index("# How parcels")] + GOOD[GOOD.index("[edge]"):]
    assert load(write(tmp_path, text), HOME, 8080).delivery == ()


@pytest.mark.parametrize("port", [0, 80, 65535, -1])
def test_ports_that_leave_no_room(port):
    with pytest.raises(Failure, match="out of range"):
        load(REPO / "perpetua.toml", HOME, port)
