"""One changing command at a time."""

import fcntl
import threading
import time

import pytest

from ops import lock
from ops.errors import Failure
from ops.progress import Steps
from ops.shop import Shop


@pytest.fixture
def shop(tmp_path):
    return Shop.open(str(tmp_path / "h"), 8080)


def test_the_second_is_refused_and_the_next_is_not(shop):
    with lock.exclusive(shop):
        with pytest.raises(Failure, match="another command is at work"):
            with lock.exclusive(shop):
                pass
    with lock.exclusive(shop):
        pass


def test_a_lock_whose_file_was_wiped_before_it_was_taken_counts_for_nothing(shop, monkeypatch):
    flock, wiped = fcntl.flock, []

    def wipe_first(file, how):
        if not wiped:
            wiped.append((shop.home / "lock").unlink())
        flock(file, how)

    monkeypatch.setattr(lock.fcntl, "flock", wipe_first)
    with lock.exclusive(shop):
        with pytest.raises(Failure):
            with lock.exclusive(shop):
                pass


def test_a_home_that_was_made_for_nothing_is_gone_again(shop):
    with pytest.raises(Failure, match="no port"):
        with lock.exclusive(shop):
            raise Failure("no port is free")
    assert not shop.home.exists()
    with lock.exclusive(shop):
        (shop.home / "project.json").touch()
    with lock.exclusive(shop):
        pass
    assert shop.home.exists()


def test_a_build_waits_for_another_one(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(lock, "REPO", tmp_path)
    order = []

    def second():
        with lock.building(Steps()):
            order.append("second")

    with lock.building(Steps()):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert "waiting for another command that is building" in capfd.readouterr().err
