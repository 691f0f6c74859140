"""An `up` that is interrupted, and two at once. The next one goes through."""

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from ops.fresh import machine, walk
from ops.fresh.machine import Machine, Result, eventually
from ops.fresh.trouble import Bench, one_line
from ops.fresh.walk import leftovers

# Command lines: of what is at work on packages, and of what builds.
UNPACKING = re.compile(r"/usr/bin/dpkg --status-fd")
COMPILING = re.compile(r"/usr/bin/ninja .* -j\d")
BEGINS_WITHIN_S = 600.0
# dpkg is let end what it does.
ENDS_WITHIN_S = 300.0
OPENS_WITHIN_S = 1800.0
QUICK_S = 30.0
DEEP_IN_S = 5.0


class Up:
    """One under way."""

    def __init__(self, bench: Bench, at: Machine):
        self._bench, self._at = bench, at
        self._path = bench.walk.log.with_suffix(".up.log")
        self._began = time.monotonic()
        with open(self._path, "wb") as file:
            self.process = at.begin(bench.walk.account, ["./perpetua", "up", "--yes"],
                                    cwd=bench.walk.account.clone, log=file)

    def until(self, command: re.Pattern) -> bool:
        """Whether it came to run such a command."""
        eventually(lambda: self.process.poll() is not None
                   or any(command.match(words) for words in self._at.processes().values()),
                   BEGINS_WITHIN_S)
        return self.process.poll() is None

    def installs(self) -> bool:
        """Whether it came to where many packages are being unpacked, not Python's first ones."""
        eventually(lambda: self.process.poll() is not None or "installing" in self.said(),
                   BEGINS_WITHIN_S)
        return self.until(UNPACKING)

    def said(self) -> str:
        return self._path.read_text(errors="replace")

    def took(self) -> float:
        return time.monotonic() - self._began

    def result(self, within_s: float) -> Result:
        try:
            status = self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            machine.end(self.process, signal.SIGKILL)
            status = 124
        with open(self._bench.walk.log, "a", encoding="utf-8") as log:
            log.write(f"$ ./perpetua up, interrupted or beside another\n{self.said()}\n")
        return Result(status, self.said())

    def kill(self) -> None:
        """SIGKILL for itself alone; nsenter, its parent, ends as it does."""
        for pid in machine.children(self.process.pid):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


def run(bench: Bench) -> None:
    cached = caches(bench)
    with booted(bench, cached) as at:
        ctrl_c_while_installing(bench, at)
        ctrl_c_while_building(bench, at)
        killed_while_building(bench, at)
        two_at_once(bench, at)
    with booted(bench, cached) as at:
        killed_while_installing(bench, at)
    power_cut_while_installing(bench, cached)
    shutil.rmtree(cached)


@contextmanager
def booted(bench: Bench, cached: Path):
    with bench.machine([cached, *bench.cloned]) as at:
        yield at


def ctrl_c_while_installing(bench: Bench, at: Machine) -> None:
    up = Up(bench, at)
    faults = [] if up.installs() else ["it never installed anything"]
    faults += interrupt(up, ENDS_WITHIN_S) + leftovers(at, bench.walk.account, home=True)
    bench.check("Ctrl-C while packages are installed", faults + broken(bench, at), up.took())


def ctrl_c_while_building(bench: Bench, at: Machine) -> None:
    up = Up(bench, at)
    faults = [] if up.until(COMPILING) else ["it never compiled anything"]
    faults += interrupt(up, QUICK_S) + leftovers(at, bench.walk.account, home=True)
    bench.check("Ctrl-C while programs are built", faults, up.took())


def interrupt(up: Up, within_s: float) -> list[str]:
    machine.press_ctrl_c(up.process)
    result = up.result(within_s)
    faults = [] if result.status == 130 else [f"status {result.status}, not 130"]
    if result.lines[-1:] != ["perpetua: interrupted"]:
        faults += ["not 'perpetua: interrupted' in the end:", *result.lines[-5:]]
    return faults


def killed_while_building(bench: Bench, at: Machine) -> None:
    up = Up(bench, at)
    faults = [] if up.until(COMPILING) else ["it never compiled anything"]
    up.kill()
    faults += leftovers(at, bench.walk.account, home=True)
    bench.check("SIGKILL while programs are built", faults, up.took())


def two_at_once(bench: Bench, at: Machine) -> None:
    """After all that was interrupted before."""
    up = Up(bench, at)
    faults = [] if up.until(COMPILING) else ["it never compiled anything"]
    second = bench.perpetua(at, "up", "--yes")
    faults += one_line(second, ("another command is at work on this shop", "wait"))
    bench.check("a second up meanwhile", faults, up.took())
    goes_through(bench, at, up, "the first of two, after what was interrupted")


def killed_while_installing(bench: Bench, at: Machine) -> None:
    """apt is let end, by itself: the next `up` waits for it."""
    up = Up(bench, at)
    faults = [] if up.installs() else ["it never installed anything"]
    up.kill()
    bench.check("SIGKILL while packages are installed", faults, up.took())
    goes_through(bench, at, Up(bench, at), "the next up after that")


def power_cut_while_installing(bench: Bench, cached: Path) -> None:
    layer = bench.room / "cut"
    layers = [cached, *bench.cloned]
    try:
        with machine.start(layers, layer, variables=bench.variables) as at:
            up = Up(bench, at)
            faults = [] if up.installs() else ["it never installed anything"]
            time.sleep(DEEP_IN_S)
        up.process.wait()
        with machine.start(layers, layer, variables=bench.variables) as at:
            if not broken(bench, at):
                faults.append("the power cut has hit nothing")
            bench.check("a power cut while packages are installed", faults, up.took())
            goes_through(bench, at, Up(bench, at), "the next up after that")
    finally:
        for name in ("cut", "cut.work"):
            shutil.rmtree(bench.room / name, ignore_errors=True)


def goes_through(bench: Bench, at: Machine, up: Up, title: str) -> None:
    """It opens the shop, where a book is bought; then nothing is left of it."""
    result = up.result(OPENS_WITHIN_S)
    faults = [] if result.status == 0 else [f"status {result.status}", *result.lines[-12:]]
    faults = faults or walk.buy(at)
    wiped = bench.perpetua(at, "down", "--wipe")
    faults += [] if wiped.status == 0 else wiped.lines[-5:]
    faults += leftovers(at, bench.walk.account) + broken(bench, at)
    bench.check(title, faults, up.took())


def broken(bench: Bench, at: Machine) -> list[str]:
    """What dpkg says of packages that are neither in nor out."""
    script = "dpkg --audit; ls /var/lib/dpkg/updates"
    return at.run(machine.ROOT, ["sh", "-c", script], log=bench.walk.log).lines


def caches(bench: Bench) -> Path:
    """What an `up` that was interrupted later has downloaded and compiled already, so that this
    needs not be waited for again and again."""
    layer = bench.room / "caches"
    shutil.rmtree(layer, ignore_errors=True)
    tools = f"{bench.walk.account.clone[1:]}/.perpetua-tools/cache"
    for place in ("var/cache/apt/archives", tools):
        (layer / place).parent.mkdir(parents=True)
        subprocess.run(["/usr/bin/cp", "-a", str(bench.walk.layers[0] / place), str(layer / place)],
                       check=True)
    for folder in (layer / tools).relative_to(layer).parents:
        shutil.copystat(bench.walk.layers[0] / folder, layer / folder)
        about = (bench.walk.layers[0] / folder).stat()
        shutil.chown(layer / folder, about.st_uid, about.st_gid)
    return layer
