"""One changing command at a time per home folder."""

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path

from ops.errors import Failure
from ops.shop import Shop


@contextmanager
def exclusive(shop: Shop):
    """Holds the home's lock; the kernel frees it however the holder ends."""
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
            yield
            return


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
