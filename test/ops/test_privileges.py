"""What each server's own user may read and change, when root starts the shop."""

import pytest

from ops import ca, config, privileges
from ops.shop import STORE, Shop


@pytest.fixture
def shop(tmp_path):
    shop = Shop.open(str(tmp_path / "h"), 8080)
    ca.prepare(shop)
    config.write(shop)
    return shop


@pytest.fixture
def owners(monkeypatch):
    """Path -> (user, group) of what was given away; only root could really do it."""
    given = {}

    def chown(path, user, group, *, follow_symlinks):
        assert not follow_symlinks
        given[str(path)] = (user, group)

    monkeypatch.setattr(privileges.os, "chown", chown)
    return given


def test_a_server_may_replace_nothing_of_roots(shop, owners):
    privileges.set_up(shop, unprivileged=True)
    for item in (*shop.regions, *shop.topology.edges):
        folder, number = shop.folder(item.name), shop.unprivileged_id(item.name)
        # Sticky: it may make files there, and replace its own only.
        assert folder.stat().st_mode & 0o7777 == 0o1770
        assert (folder / "tls").stat().st_mode & 0o7777 == 0o750
        assert owners[str(folder)] == owners[str(folder / "tls")] == (0, number)
        for path in folder.rglob("*"):
            if path.is_file() and path.stat().st_mode & 0o077:
                assert str(path) not in owners


def test_each_secret_is_for_the_one_server_that_needs_it(shop, owners):
    privileges.set_up(shop, unprivileged=True)
    secrets = [path for path in shop.home.rglob("*")
               if path.is_file() and path.stat().st_mode & 0o077 == 0]
    for path in secrets:
        if path.parent == shop.ca:
            assert str(path) not in owners
        else:
            number = shop.unprivileged_id(path.parent.parent.name)
            assert owners[str(path)] == (number, number)
    assert len(secrets) > 6


def test_without_users_of_their_own_the_folders_are_closed(shop, owners):
    privileges.set_up(shop, unprivileged=False)
    assert owners == {}
    for item in (*shop.regions, *shop.topology.edges):
        assert shop.folder(item.name).stat().st_mode & 0o7777 == 0o700


def test_a_store_made_by_somebody_else_is_handed_over_whole(shop, owners):
    name = shop.regions[0].name
    store, number = shop.region_folder(name) / STORE, shop.unprivileged_id(name)
    (store / "inner").mkdir(parents=True)
    (store / "inner" / "file").touch()
    (store / "link").symlink_to(shop.ca / "ca.key")
    (shop.folder(name) / "operator.sock").touch()
    privileges.hand_over(shop, name)
    assert owners == {str(store / part): (number, number)
                      for part in ("", "inner", "inner/file", "link")}
    assert not (shop.folder(name) / "operator.sock").exists()


def test_a_link_in_the_place_of_a_store_is_not_followed(shop, owners, tmp_path):
    name = shop.regions[0].name
    (tmp_path / "precious").mkdir()
    (shop.region_folder(name) / STORE).symlink_to(tmp_path / "precious")
    privileges.hand_over(shop, name)
    assert owners == {}
