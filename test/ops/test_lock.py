"""One changing command at a time."""

import fcntl

import pytest

from ops import lock
from ops.errors import Failure
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
