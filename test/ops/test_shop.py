"""Where a shop's files are, and how they are written."""

import os

import pytest

from ops.errors import Failure
from ops.shop import SOCKET_PATH_MAX, Shop, write_file


def test_a_file_is_whole_and_never_readable_by_more_than_its_mode(tmp_path):
    path = tmp_path / "secret"
    assert write_file(path, "one", mode=0o600)
    assert not write_file(path, "one", mode=0o600)
    path.chmod(0o644)
    assert write_file(path, "one", mode=0o600)
    assert path.read_text() == "one" and path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["secret"], "nothing is left beside it"


def test_links_that_somebody_put_there_are_not_written_through(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    for name in ("file", f".file.{os.getpid()}"):
        (tmp_path / name).symlink_to(elsewhere)
    write_file(tmp_path / "file", "new")
    assert elsewhere.read_text() == "mine"
    assert (tmp_path / "file").read_text() == "new" and not (tmp_path / "file").is_symlink()


def test_a_home_too_deep_for_unix_sockets_is_refused():
    with pytest.raises(Failure, match="too long for Unix sockets"):
        Shop.open("/tmp/" + "d" * 90, 8080)


def test_every_socket_of_the_longest_home_fits(tmp_path):
    depth = 1
    while True:
        home = "/tmp/" + "d" * depth
        try:
            shop = Shop.open(home, 8080)
        except Failure:
            break
        depth += 1
    # What HAProxy and supervisor bind first, before they rename it.
    names = [f"{shop.edge_socket(edge.name)}.4194304.tmp" for edge in shop.topology.edges]
    names += [f"{shop.supervisor_socket}.4194304", *map(str, (
        shop.operator_socket(region.name) for region in shop.regions))]
    assert max(map(len, names)) == SOCKET_PATH_MAX


@pytest.mark.parametrize("name", ["a shop", "50%", "a;b", "it's", "a#b", "a$b", "a\\b"])
def test_a_home_that_no_configuration_can_name_is_refused(name):
    with pytest.raises(Failure, match="home folder's path has"):
        Shop.open(f"/tmp/{name}", 8080)


def test_a_link_to_a_home_is_the_same_home(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "home")
    assert Shop.open(str(tmp_path / "link"), 8080) == Shop.open(str(tmp_path / "home"), 8080)


def test_every_region_and_edge_has_a_user_of_its_own():
    shop = Shop.open("/some/home", 8080)
    numbers = [shop.unprivileged_id(item.name) for item in (*shop.regions, *shop.topology.edges)]
    assert len(set(numbers)) == len(numbers)
    assert all(61184 <= number <= 65519 for number in numbers)


def test_a_home_may_have_a_topology_of_its_own(tmp_path):
    names = ("one", "two", "three")
    text = "".join(f'[[regions]]\nname = "{name}"\ntitle = "{name}"\nflag = "IE"\n'
                   for name in names)
    (tmp_path / "perpetua.toml").write_text(text + '[[edges]]\nname = "e"\nnear = "two"\n')
    assert tuple(region.name for region in Shop.open(str(tmp_path), 8080).regions) == names
