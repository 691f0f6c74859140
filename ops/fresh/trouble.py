"""What a bare machine may lack, and what may happen to an `up`: each time one clear line, in good
time, and nothing left behind; and the next `up` goes through."""

import shutil
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.fresh import machine
from ops.fresh.machine import Machine, Result, eventually
from ops.fresh.walk import Walk, leftovers

PORT = 8080
LITTLE_MEMORY_MB = 600
LITTLE_DISK_MB = 2000
UBUNTU = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'
LISTEN = f"import socket, time; place = socket.create_server(('0.0.0.0', {PORT})); time.sleep(600)"
# A cable whose other end takes what was meant for somebody else, as /etc/resolv.conf's server is.
SWALLOW = ("link add swallow type veth peer name hole", "address add 10.0.2.100/24 dev swallow",
           "link set hole up", "link set swallow up", "route add default via 10.0.2.2",
           "neighbour add 10.0.2.2 lladdr 02:00:00:00:00:01 dev swallow",
           "neighbour add 10.0.2.3 lladdr 02:00:00:00:00:01 dev swallow")
# Without a network, programs try again for a while before they say so.
REFUSED_MAX_S = 180.0
AT_ONCE_MAX_S = 20.0


@dataclass
class Bench:
    """Machines like that of a walk, at whatever point of it."""

    walk: Walk
    room: Path
    variables: dict[str, str]
    cloned: list[Path]  # layers of a machine on which nothing but the clone was made
    python: list[Path]  # of one that has Python, and nothing else
    opened: list[Path]  # of one on which a shop has run

    @contextmanager
    def machine(self, layers: list[Path], **options):
        """One that is gone afterwards."""
        layer = self.room / "trouble"
        shutil.rmtree(layer, ignore_errors=True)
        try:
            with machine.start(layers, layer, variables=self.variables, **options) as at:
                yield at
        finally:
            for name in ("trouble", "trouble.work"):
                shutil.rmtree(self.room / name, ignore_errors=True)

    def perpetua(self, at: Machine, *words: str, timeout_s: float = 900.0) -> Result:
        return at.run(self.walk.account, ["./perpetua", *words], cwd=self.walk.account.clone,
                      log=self.walk.log, timeout_s=timeout_s)

    def refused(self, title: str, at: Machine, *words: str, within_s: float = AT_ONCE_MAX_S) -> None:
        """`up` ends with one line that has these words, in time, and leaves nothing."""
        began = time.monotonic()
        result = self.perpetua(at, "up", "--yes")
        took = time.monotonic() - began
        faults = one_line(result, words)
        if took > within_s:
            faults.append(f"it took {took:.0f} s, {within_s:.0f} would do")
        self.check(title, faults + leftovers(at, self.walk.account, home=True), took)

    def check(self, title: str, faults: list[str], took: float) -> None:
        self.walk.context.check(f"{self.walk.account.name}: {title} ({took:.1f} s)", faults)


def one_line(result: Result, words: tuple[str, ...]) -> list[str]:
    said = [line for line in result.lines if line.startswith("perpetua: ")]
    long = [line for line in result.lines if line.startswith(("  | ", "Traceback", "E: ", "W: "))]
    if said:
        print(f"    {said[-1]}", flush=True)
    # That Python is needed first is no error.
    errors = [line for line in said if "needs Python to begin with" not in line]
    faults = [] if result.status not in (0, 124) else [f"status {result.status}"]
    if len(errors) != 1 or long or result.lines[-1:] != errors:
        faults += ["not one line:", *result.lines[-8:]]
    faults += [f"it does not say '{word}'" for word in words if word not in " ".join(errors)]
    return faults


def prepare(walk: Walk, room: Path, variables: dict[str, str]) -> Bench:
    """After a walk to the end: its layers, and one with Python alone."""
    opened, cloned = list(walk.layers), walk.layers[1:]
    layer = room / f"{walk.account.name}-python"
    with machine.start(cloned, layer, variables=variables) as at:
        at.run(walk.account, ["./perpetua", "--help"], cwd=walk.account.clone, log=walk.log)
    return Bench(walk, room, variables, cloned, [layer, *cloned], opened)


def lacking(bench: Bench) -> None:
    """What a machine may lack."""
    another_distribution(bench)
    little_memory(bench)
    little_disk(bench)
    no_port(bench)
    no_network(bench)


def little_memory(bench: Bench) -> None:
    text = f"MemTotal: 2000000 kB\\nMemAvailable: {LITTLE_MEMORY_MB * 1000} kB\\nSwapFree: 0 kB\\n"
    with bench.machine(bench.python) as at:
        at.run(machine.ROOT, ["sh", "-ec", f"printf '{text}' >/srv/meminfo; "
                              "mount --bind /srv/meminfo /proc/meminfo"], log=bench.walk.log)
        bench.refused("little memory", at, "MB of memory are free", "the build needs")


def little_disk(bench: Bench) -> None:
    with bench.machine(bench.python, disk_mb=LITTLE_DISK_MB) as at:
        bench.refused("little disk", at, "MB of disk are free", "are needed", "make room")


def no_port(bench: Bench) -> None:
    with bench.machine(bench.opened) as at:
        listener = at.begin(bench.walk.account, ["/usr/bin/python3", "-c", LISTEN])
        eventually(at.listeners, AT_ONCE_MAX_S)
        began = time.monotonic()
        result = bench.perpetua(at, "up", "--yes")
        took = time.monotonic() - began
        machine.end(listener, signal.SIGKILL)
        faults = one_line(result, (f":{PORT} is taken by python3", "choose another --port"))
        bench.check("no port free", faults + leftovers(at, bench.walk.account), took)


def another_distribution(bench: Bench) -> None:
    for title, layers in (("another distribution", bench.cloned),
                          ("another distribution, with Python", bench.python)):
        with bench.machine(layers) as at:
            at.run(machine.ROOT, ["sh", "-c", f"rm /etc/os-release; echo '{UBUNTU}' >/etc/os-release"],
                   log=bench.walk.log)
            bench.refused(title, at, "Debian 12")


def no_network(bench: Bench) -> None:
    tools = ".perpetua-tools"
    for title, layers, gone, words in (
            ("no network, without Python", bench.cloned, "", "python3 cannot be installed"),
            ("no network, without packages", bench.python, "", "Debian's mirror cannot be reached"),
            ("no network, without Node.js", bench.opened, f"{tools}/node {tools}/cache web/dist",
             "PyPI cannot be reached"),
            ("no network, without npm's packages", bench.opened,
             f"web/node_modules {tools}/cache/npm web/dist", "npm's registry cannot be reached")):
        with bench.machine(layers, network=False) as at:
            for path in gone.split():
                shutil.rmtree(at.files / bench.walk.account.clone[1:] / path)
            bench.refused(title, at, words, within_s=REFUSED_MAX_S)
    network_that_swallows(bench)


def network_that_swallows(bench: Bench) -> None:
    """A way out on which everything is lost, without an answer."""
    with bench.machine(bench.python, network=False) as at:
        for words in SWALLOW:
            made = at.outside(["/usr/sbin/ip", *words.split()])
            if made.returncode != 0:
                bench.check("a network that swallows everything", [made.stderr.strip()], 0.0)
                return
        bench.refused("a network that swallows everything", at, "cannot be reached",
                      within_s=REFUSED_MAX_S)
