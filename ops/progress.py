"""One line per long step on standard error: what it is, and how long it took."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from ops.errors import Failure

TICK_S = 1.0


class Steps:
    """Prints steps; on a terminal the running step's seconds count up in place."""

    def __init__(self, stream=None):
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()

    def say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    @contextmanager
    def step(self, title: str):
        """The step's line is printed when it ends; yields a function that adds a remark to it."""
        began = time.monotonic()
        remarks: list[str] = []
        ended = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(title, began, ended), daemon=True)
        if self._live:
            ticker.start()
        else:
            print(f"  {title} ...", end="", file=self._stream, flush=True)
        word = "failed"
        try:
            yield remarks.append
            word = "done"
        finally:
            ended.set()
            if self._live:
                ticker.join()
            remark = f" ({', '.join(remarks)})" if remarks else ""
            start = f"\r\033[K  {title} ..." if self._live else ""
            seconds = time.monotonic() - began
            print(f"{start} {word}, {seconds:.1f} s{remark}", file=self._stream, flush=True)

    def _tick(self, title: str, began: float, ended: threading.Event) -> None:
        while not ended.wait(TICK_S):
            seconds = time.monotonic() - began
            print(f"\r\033[K  {title} ... {seconds:.0f} s", end="", file=self._stream, flush=True)


def run_logged(command: list[str], log: Path, what: str, *, cwd=None, env=None) -> None:
    """Runs a command with its output in `log`; a failure shows the log's last lines."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as file:
        file.write(("$ " + " ".join(command) + "\n").encode())
        file.flush()
        try:
            status = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd=cwd, env=env,
                check=False,
            ).returncode
        except FileNotFoundError:
            raise Failure(f"{what} failed: {command[0]} is missing", "this machine",
                          "run './perpetua up', which installs it") from None
    if status != 0:
        raise Failure(f"{what} failed with status {status}", str(log),
                      "read its last lines above", log=log)
