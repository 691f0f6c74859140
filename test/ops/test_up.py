"""What `up` refuses before it changes anything."""

import os

import pytest

from ops.commands import up
from ops.errors import Failure
from ops.shop import Shop


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """One that runs, as far as `up` can see."""
    shop = Shop.open(str(tmp_path / "h"), 8080)
    shop.supervisor.mkdir(parents=True)
    shop.supervisor_socket.touch()
    (shop.supervisor / "port").write_text("8080")
    monkeypatch.setattr(up.Supervisor, "running", lambda self: True)
    return shop


def test_a_running_shop_of_ones_own_at_its_port_is_fine(shop):
    up.require_ours(shop)


def test_a_shop_of_another_account_is_not_taken_over_while_it_runs(shop, monkeypatch):
    monkeypatch.setattr(up.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(Failure, match="another account"):
        up.require_ours(shop)


def test_a_shop_at_another_port_is_not_moved_while_it_runs(shop, monkeypatch):
    (shop.supervisor / "port").write_text("9090")
    with pytest.raises(Failure, match="runs at port 9090"):
        up.require_ours(shop)
    monkeypatch.setattr(up.Supervisor, "running", lambda self: False)
    up.require_ours(shop)


@pytest.fixture
def nothing(monkeypatch, tmp_path):
    """A machine on which nothing was installed or built, and no shop runs; what was looked at."""
    asked = []
    monkeypatch.setattr(up.Supervisor, "alive", lambda self: set())
    monkeypatch.setattr(up.build, "SERVER", tmp_path / "perpetuad")
    monkeypatch.setattr(up.build, "missing", lambda: ["Node.js"])
    monkeypatch.setattr(up, "installed", lambda _: set())
    monkeypatch.setattr(up.ports, "check", lambda _, names: asked.append(names))
    monkeypatch.setattr(up.preflight, "jobs", lambda: asked.append("memory"))
    monkeypatch.setattr(up.preflight, "require_disk", asked.append)
    return asked


def needed(asked: list) -> dict[str, int]:
    return {what: megabytes for what, _, megabytes in asked[-1] if megabytes}


def test_ports_memory_and_disk_are_looked_at_before_anything_is_installed(shop, nothing):
    up.look_ahead(shop, up.build.missing())
    assert nothing[0] == {"eu-west-1", "ap-southeast-1", "dublin"}
    assert "memory" in nothing
    assert set(needed(nothing)) == {"packages", "programs", "storefront", "the shop"}


def test_what_is_there_needs_no_room_and_what_runs_has_its_ports(shop, nothing, monkeypatch):
    monkeypatch.setattr(up.Supervisor, "alive", lambda self: {"dublin"})
    monkeypatch.setattr(up, "installed", set)
    monkeypatch.setattr(up.build, "missing", list)
    up.build.SERVER.touch()
    shop.founded_marker.touch()
    up.look_ahead(shop, up.build.missing())
    assert nothing[0] == {"eu-west-1", "ap-southeast-1"}
    assert "memory" not in nothing and not needed(nothing)
