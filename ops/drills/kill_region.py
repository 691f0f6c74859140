"""kill-region: SIGKILL for everything in a region under load, and what buyers saw of it.

Two loads: one across the kill, whose record the survivors are checked against while the region is
dead; one across the region's return. Both records are checked in every region at the end.
"""

import http.client
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from ops.door import region_status
from ops.drills import buyers
from ops.drills.interrupts import interruptible
from ops.drills.verdict import verdict
from ops.errors import Failure
from ops.lifecycle import READY_WAIT_S, ready, wait_until_ready
from ops.progress import Steps
from ops.shop import Shop
from ops.supervisor import Supervisor

EDGE_WAIT_S = 20.0
CATCH_UP_WAIT_S = 60.0
POLL_S = 0.05


class KillRegion:
    """One run. Whatever ends it, the region is started again; once buyers have met the kill,
    whatever goes wrong is told in the verdict."""

    def __init__(self, shop: Shop, region: str, steps: Steps, *, rate: float, seconds: float,
                 shared: bool):
        self._shop = shop
        self._region = shop.topology.region(region).name
        self._survivors = [r.name for r in shop.regions if r.name != self._region]
        self._steps = steps
        self._rate = rate
        self._seconds = seconds
        self._shared = shared  # others buy in this shop at the same time
        self._control = Supervisor(shop)
        self._loads: list[buyers.Load] = []
        self._measured = False  # buyers have met the kill
        self._checks: dict[str, dict] = {}
        self._faults: list[str] = []
        self._back_ms: int | None = None

    def run(self) -> dict:
        self._require_whole_shop()
        self._folder = self._make_folder()
        self._marks = self._folder / "marks"
        with interruptible() as self._interrupts:
            try:
                try:
                    self._across_kill()
                    self._check_survivors()
                    self._across_return()
                finally:
                    self._interrupts.hold()
            finally:
                self._restore()
        self._check_everybody()
        return self._verdict()

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

    def _across_kill(self) -> None:
        load = self._start_load("kill")
        with self._steps.step(f"{self._rate:g} requests a second, all regions alive"):
            load.wait(self._seconds)
        with self._interrupts.held():
            buyers.mark(self._marks, "during")
            pids = self._control.kill(self._region)
        if not pids:
            raise Failure(f"{self._region} had no process to kill", str(self._shop.home),
                          "look at './perpetua status'")
        with self._steps.step(f"killed {self._region} (pid {', '.join(map(str, pids))})"):
            load.wait(self._seconds)
            load.finish()
        self._measured = True

    def _check_survivors(self) -> None:
        with self._tolerated(), self._steps.step(f"checking {', '.join(self._survivors)} alone"):
            self._checks["survivors_alone"] = buyers.check(
                self._shop, [self._loads[0].record], self._survivors, dead=self._region,
                shared=self._shared)

    def _across_return(self) -> None:
        with self._tolerated():
            load = self._start_load("return")
            with self._steps.step(f"{self._region} is still dead"):
                load.wait(self._seconds)
            with self._steps.step(f"{self._region} comes back"):
                began = time.monotonic()
                with self._interrupts.held():
                    buyers.mark(self._marks, "returning")
                    self._control.start(self._region)
                wait_until_ready(self._shop, self._control, [self._region])
                self._back_ms = round((time.monotonic() - began) * 1000)
            buyers.mark(self._marks, "after")
            with self._steps.step("buyers shop there again"):
                self._wait_for_edge()
                load.wait(self._seconds)
                load.finish()

    def _start_load(self, name: str) -> buyers.Load:
        # It ends when it is told to; if nobody were left to do so, then.
        longest_s = 2 * self._seconds + READY_WAIT_S + EDGE_WAIT_S
        # The first tells the copies before; while a region is dead its own cannot be asked.
        exact = not self._shared and not self._loads
        with self._interrupts.held():
            load = buyers.start_load(self._shop, self._folder, name, rate=self._rate,
                                     seconds=longest_s, stock_before=exact)
            self._loads.append(load)
        load.wait_until_begun()
        return load

    def _wait_for_edge(self) -> None:
        """Until buyers who come by the edge that is nearest are sent to the region again."""
        edges = [edge for edge in self._shop.topology.edges if edge.near == self._region]
        deadline = time.monotonic() + EDGE_WAIT_S
        while edges and time.monotonic() < deadline:
            edges = [edge for edge in edges
                     if region_at(edge.address, edge.http_port) != self._region]
            time.sleep(POLL_S)

    @contextmanager
    def _tolerated(self):
        """What fails within is a fault of the verdict, once there is something to give one on."""
        try:
            yield
        except Failure as failure:
            if not self._measured or self._interrupts.interrupted:
                raise
            self._faults.append(str(failure))

    def _restore(self) -> None:
        for load in self._loads:
            load.kill()
        if ready(self._shop, self._region):
            return
        with self._tolerated(), self._steps.step(f"bringing {self._region} back"):
            # A connection of its own: an interrupt may have left the other one in mid-word.
            control = Supervisor(self._shop)
            control.start(self._region)
            wait_until_ready(self._shop, control, [self._region])

    def _check_everybody(self) -> None:
        with self._tolerated(), self._steps.step("waiting until every region has everything"):
            self._wait_until_caught_up()
        with self._tolerated(), self._steps.step("checking each region by itself"):
            self._checks["every_region"] = buyers.check(
                self._shop, self._records(), [region.name for region in self._shop.regions],
                shared=self._shared)

    def _wait_until_caught_up(self) -> None:
        """Until each region has what any of them has now, whatever comes meanwhile."""
        wanted: dict[str, int] = {}
        for region in self._shop.regions:
            for writer, n in positions(self._shop, region.name).items():
                wanted[writer] = max(n, wanted.get(writer, 0))
        deadline = time.monotonic() + CATCH_UP_WAIT_S
        behind = [region.name for region in self._shop.regions]
        while behind := [name for name in behind
                         if not covers(positions(self._shop, name), wanted)]:
            if time.monotonic() > deadline:
                raise Failure(f"{', '.join(behind)} does not catch up", str(self._shop.home),
                              "look at the regions' logs")
            time.sleep(POLL_S)

    def _records(self) -> list[Path]:
        return [load.record for load in self._loads if load.begun()]

    def _verdict(self) -> dict:
        report = buyers.report(self._records(), self._marks)
        return {**verdict(self._region, report, self._checks, self._faults),
                "ready_again_ms": self._back_ms, "records": str(self._folder)}


def positions(shop: Shop, region: str) -> dict[str, int]:
    return (region_status(shop, region) or {}).get("position", {})


def covers(have: dict[str, int], wanted: dict[str, int]) -> bool:
    return all(have.get(writer, 0) >= n for writer, n in wanted.items())


def region_at(address: str, port: int) -> str | None:
    """Which region answers there; None when nobody does."""
    connection = http.client.HTTPConnection(address, port, timeout=1.0)
    try:
        connection.request("GET", "/api/truth")
        response = connection.getresponse()
        response.read()
        return response.getheader("Perpetua-Region")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
