"""Faults of a region's process and of its disk."""

import os
import re
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

from ops.chaos.disk import Disks
from ops.chaos.schedule import DISK, Fault
from ops.errors import Failure
from ops.shop import STORE, Shop
from ops.supervisor import Supervisor

RUNS_WAIT_S = 30.0
POLL_S = 0.02


class Machine:
    """One region's machine under one fault. A connection to the supervisor of its own: faults of
    different regions happen at the same time. `over`: all of them are to end now."""

    def __init__(self, shop: Shop, disks: Disks, fault: Fault, over: threading.Event):
        self._shop = shop
        self._over = over
        self._control = Supervisor(shop)
        self._disks = disks
        self._fault = fault
        self._region = fault.regions[0]
        self._pid = 0

    def inject(self) -> None:
        self._pid = self._running_pid()
        kind = self._fault.kind
        if kind == "kill":
            _signal(self._pid, signal.SIGKILL)
        elif kind == "hang":
            _signal(self._pid, signal.SIGSTOP)
        elif kind == "lose":
            self._control.kill(self._region)
        elif kind == "restart":
            self._control.stop_gracefully([self._region])
        elif kind == "power-cut":
            self._disks.fail(self._region, kind)
            self._over.wait(self._fault.details["stuck_ms"] / 1000)
            self._control.kill(self._region)
            self._disks.forget(self._region, self._shop.region_folder(self._region) / STORE)
        else:
            self._disks.fail(self._region, kind)

    def heal(self) -> None:
        kind = self._fault.kind
        if kind == "hang":
            _signal(self._pid, signal.SIGCONT)
        elif kind in DISK:
            self._disks.work(self._region, kind)
        # What died is tried again after pauses; with its fault over there is nothing to wait for.
        self._control.start(self._region)

    def _running_pid(self) -> int:
        """Of a server that runs, so that the fault hits one."""
        deadline = time.monotonic() + RUNS_WAIT_S
        while True:
            for process in self._control.group(self._region):
                if process["statename"] == "RUNNING" and process["pid"]:
                    return process["pid"]
            if time.monotonic() > deadline:
                raise Failure(f"{self._region} does not run, {RUNS_WAIT_S:.0f} s after its last "
                              "fault was over", "the temporary shop", "read its log")
            time.sleep(POLL_S)


def crashes(supervisor_log: Path) -> list[str]:
    """Servers that were ended by a signal which no fault sends: an assertion, a bad address."""
    found = re.findall(r"exited: (\S+) \(terminated by (SIG\w+)", supervisor_log.read_text())
    return [f"{name} was ended by {number}, which no fault has sent" for name, number in found
            if number != "SIGKILL"]


def _signal(pid: int, number: int) -> None:
    # It may have ended by itself a moment ago: then the supervisor starts it again.
    with suppress(ProcessLookupError):
        os.kill(pid, number)
