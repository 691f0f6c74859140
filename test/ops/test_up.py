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
