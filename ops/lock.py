"""One changing command at a time per home folder, and one build in the repository."""

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path

from ops.errors import Failure
from ops.progress import Steps
from ops.shop import REPO, Shop


@contextmanager
def exclusive(shop: Shop):
    """Holds the home's lock; the kernel frees it however the holder ends. A home that it made goes
    again when nothing was put into it."""
    is_new = not shop.home.exists()
    while True:
        shop.home.mkdir(parents=True, exist_ok=True)
        path = shop.home / "lock"
        with open(path, "w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failure("another command is at work on this shop", str(shop.home),
                              "wait for it to end") from None
            if not _is_still(path, file.fileno()):
                continue  # its holder wiped the home meanwhile, the file with it
            try:
                yield
            finally:
                if is_new and path.exists() and os.listdir(shop.home) == [path.name]:
                    path.unlink()
                    shop.home.rmdir()
            return


@contextmanager
def building(steps: Steps):
    """One build in the repository at a time, whichever shops it is for: another one is waited for."""
    path = REPO / "build" / "lock"
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with steps.step("waiting for another command that is building"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
