"""Waiting for a condition that the product promises to bring about, never for a time to pass."""

import time


def eventually(condition, what: str, within_s: float = 15.0):
    """The first true value of `condition()`; fails, naming `what`, when there is none in time."""
    deadline = time.monotonic() + within_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.02)
