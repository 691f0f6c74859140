"""kill-region: SIGKILL for everything in a region under load, and what buyers saw of it.

Two loads: one across the kill, whose record the survivors are checked against while the region is
dead; one across the region's return. Both records are checked in every region at the end.
"""

import tempfile
import time
from pathlib import Path

from ops.door import region_status
from ops.drills.buyers import Load, check, start_load
from ops.drills.interrupts import interruptible
from ops.errors import Failure
from ops.lifecycle import ready, wait_until_ready
from ops.progress import Steps
from ops.shop import Shop
from ops.supervisor import Supervisor

GAP_MS_MAX = 300.0
CATCH_UP_WAIT_S = 60.0
POLL_S = 0.05


class KillRegion:
    def __init__(self, shop: Shop, region: str, steps: Steps, *, rate: float, seconds: float):
        self._shop = shop
        self._region = shop.topology.region(region).name
        self._survivors = [r.name for r in shop.regions if r.name != self._region]
        self._steps = steps
        self._rate = rate
        self._seconds = seconds  # of each of the four quarters: before, dead, dead, after
        self._control = Supervisor(shop)
        self._loads: list[Load] = []

    def run(self) -> dict:
        self._require_whole_shop()
        self._folder = self._make_folder()
        with interruptible() as self._interrupts:
            try:
                try:
                    across_kill = self._across_kill()
                    with self._steps.step(f"checking {', '.join(self._survivors)} alone"):
                        alone = check(self._shop, self._loads[0].record, self._survivors,
                                      only_remote=True)
                    across_return, back_ms = self._across_return()
                finally:
                    self._interrupts.hold()
            finally:
                self._restore()
        with self._steps.step("waiting until every region has everything"):
            self._wait_until_equal()
        with self._steps.step("checking each region by itself"):
            names = [region.name for region in self._shop.regions]
            whole = [check(self._shop, load.record, names, only_remote=False)
                     for load in self._loads]
        return self._verdict(across_kill, across_return, alone, whole, back_ms)

    def _require_whole_shop(self) -> None:
        if not self._survivors:
            raise Failure("a shop of one region cannot lose it", "perpetua.toml", "add a region")
        for item in (*self._shop.regions, *self._shop.topology.edges):
            if not ready(self._shop, item.name):
                raise Failure(f"{item.name} is not ready", str(self._shop.home),
                              f"start it with '{self._shop.command('up')}'")

    def _make_folder(self) -> Path:
        """For the records of this run: of two that begin in one second, each has its own."""
        self._shop.drills.mkdir(parents=True, exist_ok=True)
        name = f"{time.strftime('%Y%m%dT%H%M%S')}-kill-region-{self._region}-"
        return Path(tempfile.mkdtemp(prefix=name, dir=self._shop.drills))

    def _across_kill(self) -> dict:
        seconds = 2 * self._seconds
        load = self._start("kill", seconds)
        with self._steps.step(f"{self._rate:g} requests a second, all regions alive"):
            self._wait(load, self._seconds)
        with self._interrupts.held():
            load.mark("during")
            pids = self._control.kill(self._region)
        if not pids:
            raise Failure(f"{self._region} had no process to kill", str(self._shop.home),
                          "look at './perpetua status'")
        with self._steps.step(f"killed {self._region} (pid {', '.join(map(str, pids))})"):
            return load.result(seconds)

    def _across_return(self) -> tuple[dict, float]:
        seconds = 2 * self._seconds
        load = self._start("return", seconds)
        with self._steps.step(f"{self._region} is still dead"):
            self._wait(load, self._seconds / 2)
        with self._steps.step(f"{self._region} comes back"):
            began = time.monotonic()
            with self._interrupts.held():
                self._control.start(self._region)
            wait_until_ready(self._shop, self._control, [self._region])
            back_ms = (time.monotonic() - began) * 1000
            load.mark("after")
            return load.result(seconds), back_ms

    def _start(self, name: str, seconds: float) -> Load:
        with self._interrupts.held():
            load = start_load(self._shop, self._folder, name, rate=self._rate, seconds=seconds)
            self._loads.append(load)
        return load

    @staticmethod
    def _wait(load: Load, seconds: float) -> None:
        """The load's own time passes; one that gives up early is found by its result."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not load.ended():
            time.sleep(POLL_S)

    def _restore(self) -> None:
        for load in self._loads:
            load.stop()
        # A connection of its own: an interrupt may have left the other one in mid-word.
        control = Supervisor(self._shop)
        control.start(self._region)
        wait_until_ready(self._shop, control, [self._region])

    def _wait_until_equal(self) -> None:
        deadline = time.monotonic() + CATCH_UP_WAIT_S
        while True:
            said = [region_status(self._shop, region.name) for region in self._shop.regions]
            positions = [status["position"] for status in said if status]
            if len(positions) == len(said) and all(p == positions[0] for p in positions):
                return
            if time.monotonic() > deadline:
                raise Failure(f"the regions do not become equal: {positions}",
                              str(self._shop.home), "look at the regions' logs")
            time.sleep(POLL_S)

    def _verdict(self, killed: dict, returned: dict, alone: dict, whole: list[dict],
                 back_ms: float) -> dict:
        checks = [alone, *whole]
        verdict = {
            "drill": "kill-region",
            "region": self._region,
            "failed_safe": killed["failed_safe"] + returned["failed_safe"],
            "failed_writes": killed["failed_writes"] + returned["failed_writes"],
            "gap_ms_max": max(killed["gap_ms_max"], returned["gap_ms_max"]),
            "orders_acknowledged": killed["orders_acknowledged"] + returned["orders_acknowledged"],
            "orders_lost": sum(each["orders_lost"] for each in checks),
            "cart_lines_lost": sum(each["cart_lines_lost"] for each in checks),
            "ready_again_ms": round(back_ms),
            "latency_ms": {
                "before": killed["latency_ms"].get("before"),
                "during": killed["latency_ms"].get("during"),
                "after": returned["latency_ms"].get("after"),
            },
            "requests": killed["requests"] + returned["requests"],
            "answered_by": {
                "before_and_during": killed["answered_by"],
                "after": returned["answered_by"],
            },
            "checks": {"survivors_alone": alone, "every_region": whole},
            "records": str(self._folder),
        }
        verdict["faults"] = _faults(verdict, checks)
        verdict["pass"] = not verdict["faults"]
        return verdict


def _faults(verdict: dict, checks: list[dict]) -> list[str]:
    faults = []
    if verdict["failed_safe"]:
        faults.append(f"{verdict['failed_safe']} reads failed")
    if verdict["gap_ms_max"] >= GAP_MS_MAX:
        faults.append(f"a gap of {verdict['gap_ms_max']:.0f} ms, {GAP_MS_MAX:.0f} is too long")
    if not verdict["orders_acknowledged"]:
        faults.append("nobody ordered anything, so nothing was tried")
    for each in checks:
        if not each["pass"]:
            faults += each["findings"] or ["a check looked at nothing"]
    return faults
