"""One changing command at a time per home folder."""

import fcntl
from contextlib import contextmanager

from ops.errors import Failure
from ops.shop import Shop


@contextmanager
def exclusive(shop: Shop):
    """Holds the home's lock; the kernel frees it however the holder ends."""
    shop.home.mkdir(parents=True, exist_ok=True)
    with open(shop.home / "lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure("another command is at work on this shop", str(shop.home),
                          "wait for it to end") from None
        yield
