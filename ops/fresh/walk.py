"""The README's words followed on a bare machine, by one account: each step with its figures."""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ops.fresh import machine, tree
from ops.fresh.machine import MEGA, Account, Machine, Result
from ops.shop import REPO
from ops.suites.context import Context

BUYER = REPO / "ops" / "fresh" / "buyer.py"
URL = "http://localhost:8080"
REGION = "eu-west-1"
DRILLS_MAX = 3
TOO_BUSY = "the machine is too busy"
OPEN_MINUTES_MAX = 15
UP_MAX_S = 3600.0
TEST_MAX_S = 3 * 3600.0
GONE_WAIT_S = 15.0
TAIL_LINES = 12


@dataclass
class Figures:
    step: str
    seconds: float = 0.0
    downloaded: int = 0
    on_disk: int = 0  # less than nothing where it was made room

    def text(self) -> str:
        return (f"{self.step:<34}{self.seconds:>8.1f} s{self.downloaded / MEGA:>9.1f} MB down"
                f"{self.on_disk / MEGA:>+10.1f} MB on disk")


@dataclass
class Walk:
    """Of one account; `layers` grow with what it does, the newest first."""

    context: Context
    account: Account
    layers: list[Path]
    log: Path
    figures: list[Figures] = field(default_factory=list)

    def sudo(self, *words: str) -> list[str]:
        return list(words) if self.account.name == "root" else ["sudo", *words]

    @contextmanager
    def measured(self, at: Machine, step: str):
        """Prints and keeps what a step took."""
        entry = Figures(step)
        down, disk, began = at.downloaded(), at.on_disk(), time.monotonic()
        yield entry
        entry.seconds = time.monotonic() - began
        entry.downloaded = at.downloaded() - down
        entry.on_disk = at.on_disk() - disk
        self.figures.append(entry)
        print(f"    {entry.text()}", flush=True)

    def run(self, at: Machine, step: str, words: list[str], *, cwd: str = "/",
            timeout_s: float = 900.0) -> Result:
        with self.measured(at, step):
            result = at.run(self.account, words, log=self.log, cwd=cwd, timeout_s=timeout_s)
        self.check(step, result)
        return result

    def check(self, step: str, result: Result) -> bool:
        faults = [] if result.status == 0 else [
            f"status {result.status}; its end, from {self.log}:",
            *(f"| {line}" for line in result.lines[-TAIL_LINES:])]
        self.context.check(f"{self.account.name}: {step}", faults)
        return not faults

    def perpetua(self, at: Machine, step: str, *words: str, timeout_s: float = 900.0) -> Result:
        return self.run(at, step, ["./perpetua", *words], cwd=self.account.clone,
                        timeout_s=timeout_s)


def clone(walk: Walk, layer: Path, repository: Path, variables: dict[str, str]) -> bool:
    """git, which the README's reader has, and the repository; for a user also the account and sudo,
    as whoever set the machine up would have given them. Whether it is there."""
    with machine.start(walk.layers, layer, variables=variables,
                       before=lambda files: tree.prepare(files, repository)) as at:
        script = "apt-get update && apt-get install --yes --no-install-recommends "
        if walk.account.name != "root":
            given = at.run(machine.ROOT, ["sh", "-ec", f"""{script} sudo
                useradd --create-home --shell /bin/bash {walk.account.name}
                echo '{walk.account.name} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/owner"""],
                           log=walk.log)
            walk.check("an account with sudo", given)
        words = " ".join(walk.sudo("sh", "-ec", f"'{script} git'"))
        cloned = walk.run(at, "git and the clone", [
            "sh", "-ec", f"{words} && git clone /{tree.BUNDLE} {walk.account.clone}"])
    walk.layers.insert(0, layer)
    return cloned.status == 0


def shop(walk: Walk, layer: Path, variables: dict[str, str], *, tests: bool) -> bool:
    """From the clone to an open shop, and until nothing is left of it. Whether it opened."""
    with machine.start(walk.layers, layer, variables=variables) as at:
        result = walk.perpetua(at, "up", "up", "--yes", timeout_s=UP_MAX_S)
        in_time(walk)
        if result.status == 0:
            says = f"The shop is open: {URL}"
            walk.context.check(f"{walk.account.name}: up says where the shop is",
                               [] if says in result.lines else [f"not '{says}'"])
            with walk.measured(at, "a book bought"):
                bought = buy(at)
            walk.context.check(f"{walk.account.name}: a book bought through the edge", bought)
            kill_region(walk, at)
            walk.context.check(f"{walk.account.name}: a book bought after that", buy(at))
            if tests:
                walk.perpetua(at, "test", "test", "--yes", timeout_s=TEST_MAX_S)
        walk.perpetua(at, "down --wipe", "down", "--wipe")
        walk.context.check(f"{walk.account.name}: nothing is left of it", leftovers(at, walk.account))
    walk.layers.insert(0, layer)
    return result.status == 0


def kill_region(walk: Walk, at: Machine) -> None:
    """Again when the drill itself says that it measured the machine, not the shop."""
    with walk.measured(at, "a region killed"):
        for _ in range(DRILLS_MAX):
            result = at.run(walk.account, ["./perpetua", "drill", "kill-region", REGION],
                            log=walk.log, cwd=walk.account.clone)
            if TOO_BUSY not in result.output:
                break
    walk.check("a region killed", result)


def in_time(walk: Walk) -> None:
    minutes = sum(entry.seconds for entry in walk.figures) / 60
    late = [] if minutes < OPEN_MINUTES_MAX else [
        f"{minutes:.1f} minutes on {os.cpu_count()} cores, with a load of {os.getloadavg()[2]:.1f} "
        "over the last 15"]
    walk.context.check(f"{walk.account.name}: from bare to open in {minutes:.1f} minutes, less than "
                       f"{OPEN_MINUTES_MAX}", late)


def buy(at: Machine) -> list[str]:
    """What went wrong."""
    result = at.outside(["/usr/bin/python3", "-I", str(BUYER), URL])
    return [] if result.returncode == 0 else [(result.stderr or result.stdout).strip()[-300:]]


def leftovers(at: Machine, account: Account, *, home: bool = False) -> list[str]:
    """What there should not be once a command has ended and the shop does not run; `home`: may be."""
    machine.eventually(lambda: not at.processes(), GONE_WAIT_S)
    found = [f"a process: {what} (pid {pid})" for pid, what in at.processes().items()]
    found += [f"a listener at {address}" for address in at.listeners()]
    if not home and (at.files / account.clone[1:] / ".perpetua").exists():
        found.append("the home folder")
    return found


def table(walk: Walk) -> list[str]:
    total = Figures("together", sum(entry.seconds for entry in walk.figures),
                    sum(entry.downloaded for entry in walk.figures),
                    sum(entry.on_disk for entry in walk.figures))
    return [entry.text() for entry in (*walk.figures, total)]
