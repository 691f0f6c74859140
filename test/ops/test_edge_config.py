"""The edge's generated configuration."""

import re

import pytest

from ops import ca, config
from ops.errors import Failure
from ops.shop import Shop


@pytest.fixture
def shop(tmp_path):
    shop = Shop.open(str(tmp_path / "h"), 8080)
    ca.prepare(shop)
    return shop


def test_haproxy_takes_it_without_a_warning(shop):
    config.write(shop)
    before = files(shop)
    config.write(shop)
    assert files(shop) == before, "nothing changed, so nothing is to be restarted"


def files(shop) -> dict:
    return {path: path.stat().st_ino for path in shop.home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("backend", ["reads", "writes"])
def test_the_nearest_region_comes_first_and_each_ones_name_is_verified(shop, backend):
    text = config.edge_config(shop, shop.topology.edges[0]).split(f"\nbackend {backend}")[1]
    lines = re.findall(r"^  server (\S+) .* id (\d) .*verifyhost (\S+)", text, re.MULTILINE)[:4]
    near, far = "eu-west-1.region.perpetua.test", "ap-southeast-1.region.perpetua.test"
    assert lines == [("eu-west-1", "1", near), ("ap-southeast-1", "2", far),
                     ("eu-west-1-unchecked", "3", near), ("ap-southeast-1-unchecked", "4", far)]


def test_a_fault_is_found_before_it_is_used(shop, tmp_path):
    path = tmp_path / "bad.cfg"
    path.write_text("defaults\n  mode nonsense\n")
    with pytest.raises(Failure, match="HAProxy refuses"):
        config.check_edge(path)


def test_every_error_is_a_problem_document():
    for body in config.ERROR_BODIES.glob("*.json"):
        answer = config.error_answer(body)
        head, _, content = answer.partition(b"\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {body.stem} ".encode())
        assert f"Content-Length: {len(content)}".encode() in head


def test_replication_may_go_through_a_tunnel(shop):
    (shop.home / "links.toml").write_text(
        '[[links]]\nfrom = "eu-west-1"\nto = "ap-southeast-1"\nvia = "127.0.0.1:9999"\n')
    first, second = shop.regions
    assert config.peers(shop, first) == [
        {"region": "ap-southeast-1", "address": "127.0.0.1", "port": 9999}]
    assert config.peers(shop, second)[0]["port"] == first.replication_port
    (shop.home / "links.toml").write_text('[[links]]\nfrom = "eu-west-1"\n')
    with pytest.raises(Failure, match="not a list of links"):
        config.peers(shop, first)
