"""One run of chaos: load, faults as the seed has them, quiet, the check."""

import random
import threading
import time
from collections import Counter
from pathlib import Path

from ops.chaos.links import Links
from ops.chaos.operator import Ledger, Operator
from ops.chaos.processes import Machine, crashes
from ops.chaos.schedule import LINK, Fault, draw, targets
from ops.chaos.shop import Prepared, chaos_shop
from ops.door import region_status
from ops.drills import buyers
from ops.drills.interrupts import interruptible
from ops.drills.kill_region import covers, positions
from ops.lifecycle import ready
from ops.progress import Steps

EDGE_RATE, REGION_RATE = 60.0, 20.0  # requests a second
# Whoever goes straight to a region is impatient: an order whose answer waits for another region is
# asked for elsewhere with its key, and both may take it.
REGION_OPTIONS = ("--write-timeout-ms", "400")
BUYERS_OPTIONS = ("--mix", "browse=35,cart=40,checkout=25", "--buyers", "24")
LEAD_S = 2.0  # of load before the first fault can be, and after the last one is over
# Beyond this a run has got stuck.
FAULT_WAIT_S = 120.0
WHOLE_WAIT_S = 60.0
SETTLE_S = 30
POLL_S = 0.05


class Chaos:
    """`folder`: for records and logs."""

    def __init__(self, seed: int, count: int, folder: Path, steps: Steps):
        self._seed = seed
        self._count = count
        self._folder = folder
        self._steps = steps
        self._over = threading.Event()
        self._loads: list[buyers.Load] = []
        self._locks: dict[frozenset[str], threading.Lock] = {}
        self._done: list[Fault] = []
        self._errors: list[str] = []

    def run(self) -> dict:
        with interruptible() as self._interrupts, \
                chaos_shop(self._seed, self._steps, self._interrupts,
                           keep_logs_in=self._folder / "log") as self._chaos:
            ledger = Ledger(self._folder / "ledger")
            operator = Operator(self._chaos.shop, self._seed, ledger)
            try:
                with self._steps.step("stocking the shelves"):
                    operator.stock_shelves()
                self._start_loads()
                operator.start()
                self._make_faults()
                self._over.wait(LEAD_S)
            finally:
                self._interrupts.hold()
                self._over.set()
                operator.stop()
                if self._interrupts.interrupted:
                    self._kill_loads()
            return self._judge(operator, ledger)

    def _start_loads(self) -> None:
        """One through the edge and one straight at each region. The first tells the copies before:
        it has read them when the others begin."""
        shop = self._chaos.shop
        longest_s = self._schedule()[-1].end_s + FAULT_WAIT_S
        places = [("edge", EDGE_RATE, None, ())]
        places += [(region.name, REGION_RATE, f"{region.name}={region.url}", REGION_OPTIONS)
                   for region in shop.regions]
        for i, (name, rate, at, more) in enumerate(places):
            with self._interrupts.held():
                load = buyers.start_load(
                    shop, self._folder, name, rate=rate, seconds=longest_s, stock_before=i == 0,
                    at=at, more=(*BUYERS_OPTIONS, *more, "--seed", str(self._seed * 10 + i)))
                self._loads.append(load)
            load.wait_until_begun()

    def _schedule(self) -> list[Fault]:
        return draw(self._seed, self._count, self._chaos.regions)

    def _make_faults(self) -> None:
        faults = self._schedule()
        self._began = time.monotonic() + LEAD_S
        threads = []
        try:
            for fault in faults:
                while (left := self._began + fault.at_s - time.monotonic()) > 0:
                    self._loads[0].wait(min(left, POLL_S))  # Failure when the load has ended
                thread = threading.Thread(target=self._one, args=(fault,), daemon=True)
                threads.append(thread)
                thread.start()
        finally:
            if threads and len(threads) < len(faults):
                self._over.set()  # cut short: each is healed now
            deadline = time.monotonic() + FAULT_WAIT_S
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            if any(thread.is_alive() for thread in threads):
                self._errors.append("a fault has got stuck; see the logs")

    def _one(self, fault: Fault) -> None:
        locks = [self._locks.setdefault(target, threading.Lock())
                 for target in sorted(targets(fault.kind, fault.regions, self._chaos.regions),
                                      key=sorted)]
        for lock in locks:  # what an earlier one held longer than planned
            lock.acquire()
        try:
            one = self._made(fault)
            try:
                one.inject()
                at_s = time.monotonic() - self._began
                self._steps.say(f"  {at_s:6.1f} s  #{fault.number:<3} {fault}")
                self._done.append(fault)
                self._over.wait(fault.seconds)
            finally:
                one.heal()
        except Exception as error:
            self._errors.append(f"#{fault.number} {fault}: {error}")
        finally:
            for lock in locks:
                lock.release()

    def _made(self, fault: Fault) -> Machine | Links:
        chaos: Prepared = self._chaos
        if fault.kind in LINK:
            return Links(chaos.network, fault, chaos.regions)
        return Machine(chaos.shop, chaos.disks, fault, self._over)

    def _kill_loads(self) -> None:
        for load in self._loads:
            load.kill()

    def _judge(self, operator: Operator, ledger: Ledger) -> dict:
        shop, records = self._chaos.shop, [load.record for load in self._loads]
        if operator.error is not None:
            self._errors.append(f"the operator: {operator.error!r}")
        try:
            with self._steps.step("the last answers"):
                for load in self._loads:
                    load.finish()
        finally:
            self._kill_loads()
            ledger.close()
        with self._steps.step("waiting until every region is whole") as remark:
            remark(f"{self._until_whole():.1f} s after the last fault")
        with self._steps.step("checking each region by itself, and all against each other"):
            check = buyers.check(shop, records, self._chaos.regions, shared=False,
                                 more=("--converged", "--ledger", str(ledger.path),
                                       "--settle-seconds", str(SETTLE_S)))
        self._errors += crashes(shop.log / "supervisord.log")
        marks = self._folder / "marks"
        marks.touch()
        report = buyers.report(records, marks)
        return {"seed": self._seed, "faults": Counter(fault.kind for fault in self._done),
                "errors": self._errors, "check": check, "report": report,
                "operator": {"acknowledged": operator.acknowledged, "refused": operator.refused},
                "folder": str(self._folder)}

    def _until_whole(self) -> float:
        """Until each region is ready, linked with every other, and has what any of them has."""
        began = time.monotonic()
        while missing := self._missing():
            if time.monotonic() > began + WHOLE_WAIT_S:
                self._errors.append(f"{WHOLE_WAIT_S:.0f} s after the last fault, {missing}")
                break
            time.sleep(POLL_S)
        return time.monotonic() - began

    def _missing(self) -> str:
        shop = self._chaos.shop
        wanted: dict[str, int] = {}
        for region in self._chaos.regions:
            for writer, n in positions(shop, region).items():
                wanted[writer] = max(n, wanted.get(writer, 0))
        for region in self._chaos.regions:
            status = region_status(shop, region) or {}
            if not ready(shop, region):
                return f"{region} is not ready: {status.get('why', 'no answer')}"
            if why := status.get("not_writing"):
                return f"{region} takes no writes: {why}"
            for peer in status.get("peers", []):
                if not peer["connected"]:
                    return f"{region} has no link to {peer['region']}"
            if not covers(status.get("position", {}), wanted):
                return f"{region} has not everything"
        return ""


def any_seed() -> int:
    return random.SystemRandom().randrange(1, 1_000_000)
