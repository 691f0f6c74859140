"""One line per long step on standard error: what it is, and how long it took."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from ops.errors import Failure
from ops.network import unreachable

TICK_S = 1.0
END_WAIT_S = 10.0


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


def run_logged(command: list[str], log: Path, what: str, *, cwd=None, env=None,
               reaches: str | None = None, patient: bool = False) -> None:
    """Runs a command with its output in `log`; a failure shows the log's last lines, or says in one
    line that what the command `reaches` over the network cannot be reached.

    It ends with the caller, however that ends; but one that is waited for with patience, because to
    end it half-way would do harm, is not told of a Ctrl-C either.
    """
    if not shutil.which(command[0], path=(env or os.environ).get("PATH")):
        raise Failure(f"{what} failed: {command[0]} is missing", "this machine",
                      "run './perpetua up', which installs it")
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as file:
        file.write(("$ " + " ".join(command) + "\n").encode())
        file.flush()
        began = file.tell()
        status = _wait(command, file, cwd, env, patient)
    if status == 0:
        return
    if reaches and (reason := unreachable(output_since(log, began))):
        raise Failure(f"{what} failed: {reaches} cannot be reached ({reason})", str(log),
                      "see to the network, then run this again")
    raise Failure(f"{what} failed with status {status}", str(log),
                  "read its last lines above", log=log)


def output_since(log: Path, offset: int) -> str:
    return log.read_bytes()[offset:].decode(errors="replace")


def _wait(command: list[str], file, cwd, env, patient: bool) -> int:
    # A signal that is ignored stays so in what is started; a parent that is killed cannot tell
    # anybody, but the kernel can.
    prefix = ["/usr/bin/env", "--ignore-signal=INT,HUP"] if patient else [
        "/usr/bin/setpriv", "--pdeathsig=TERM", "--"]
    process = subprocess.Popen([*prefix, *command], stdin=subprocess.DEVNULL, stdout=file,
                               stderr=file, cwd=cwd, env=env)
    try:
        return process.wait()
    except BaseException:
        if patient:
            print(f"\nperpetua: waiting for {command[0]}, which must not be ended half-way",
                  file=sys.stderr, flush=True)
            _wait_deaf(process)
        else:
            _end(process)
        raise


def _wait_deaf(process: subprocess.Popen) -> None:
    former = {number: signal.signal(number, signal.SIG_IGN)
              for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    process.wait()
    for number, handler in former.items():
        signal.signal(number, handler)


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(END_WAIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
