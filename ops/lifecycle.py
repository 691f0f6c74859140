"""Starting a shop's processes, and knowing when they are ready."""

import hashlib
import json
import time
from pathlib import Path

from ops import build, ports, privileges
from ops.door import ask_tcp, region_status
from ops.errors import Failure
from ops.progress import Steps
from ops.shop import Shop, write_file
from ops.supervisor import Supervisor

READY_WAIT_S = 60.0
# Supervisor tries again what dies while starting; this long it may, then it is an error.
FALTER_WAIT_S = 4.0
# A region that still says the same after this long, such as that it lost its store, needs a person.
WHY_WAIT_S = 10.0
# With one region ready, the shop opens after this long without the others.
OTHERS_WAIT_S = 5.0
POLL_S = 0.05


class Starter:
    """Starts what does not run, and restarts, one after the other, what runs with an old
    configuration, certificate or program. The shop opens as soon as some region is ready, for it
    is there to sell without the others."""

    def __init__(self, shop: Shop, steps: Steps, *, unprivileged: bool):
        self._shop = shop
        self._steps = steps
        self._unprivileged = unprivileged
        self._control = Supervisor(shop)
        self._regions = [region.name for region in shop.regions]
        self._edges = [edge.name for edge in shop.topology.edges]
        self._said: dict[str, tuple[str | None, float]] = {}  # what a region says, since when

    def run(self) -> Failure | None:
        """Why a region is not ready, when others are; raises Failure when the shop is not open."""
        names = [*self._regions, *self._edges]
        alive = self._control.alive()
        ports.check_stopped(self._shop, alive)
        self._control.launch()
        changed = self._control.reload()
        started = _started(self._shop)
        stale = [name for name in names if name in alive
                 and (name in changed or started.get(name) != _version(self._shop, name))]
        unready = [name for name in names if not ready(self._shop, name)]
        down = [name for name in unready if name not in alive or name in stale]
        failure = None
        if unready:
            with self._steps.step(f"starting {', '.join(down) or 'what is not ready'}"):
                failure = self._open(down, changed)
        for name in stale:
            if name not in down:
                with self._steps.step(f"restarting {name}, which has changed"):
                    self._start(name, changed)
                    # The next one only when buyers have this one back.
                    wait_until_ready(self._shop, self._control, [name])
        return failure

    def _open(self, down: list[str], changed: set[str]) -> Failure | None:
        # Regions first: an edge that starts before them takes them for dead, and goes on sending
        # buyers to the farther one for a while.
        for name in self._regions:
            if name in down:
                self._start(name, changed)
        began, is_open = time.monotonic(), False
        while True:
            unready = [name for name in self._regions if not ready(self._shop, name)]
            elapsed = time.monotonic() - began
            failures = [self._given_up(name, elapsed) for name in unready]
            enough = all(failures) or elapsed > OTHERS_WAIT_S
            if not is_open and enough and len(unready) < len(self._regions):
                for name in self._edges:
                    if name in down:
                        self._start(name, changed)
                wait_until_ready(self._shop, self._control, self._edges)
                is_open = True
            if all(failures):
                break
            time.sleep(POLL_S)
        if not is_open:
            raise failures[0]
        return failures[0] if failures else None

    def _given_up(self, name: str, elapsed: float) -> Failure | None:
        """Why there is no point in waiting longer for a region."""
        why = (region_status(self._shop, name) or {}).get("why")
        if self._said.get(name, ("", 0.0))[0] != why:
            self._said[name] = (why, elapsed)
        is_final = why and elapsed - self._said[name][1] > WHY_WAIT_S
        fallen = _fallen(self._control, [name], patient=elapsed < FALTER_WAIT_S)
        if is_final or fallen or elapsed > READY_WAIT_S:
            return _not_ready(self._shop, self._control, name)
        return None

    def _start(self, name: str, changed: set[str]) -> None:
        self._control.stop_gracefully([name])
        if name in changed:
            self._control.replace(name)
        if self._unprivileged:
            privileges.hand_over(self._shop, name)
        version = _version(self._shop, name)
        self._control.start(name)
        _remember(self._shop, name, version)


def ready(shop: Shop, name: str) -> bool:
    """Asks the way its users do: a region at its health address, an edge for a real answer."""
    for region in shop.regions:
        if region.name == name:
            return ask_tcp(f"{region.url}/healthz/ready") == 200
    edge = next(edge for edge in shop.topology.edges if edge.name == name)
    return ask_tcp(f"http://{edge.address}:{edge.http_port}/api/truth") == 200


def wait_until_ready(shop: Shop, control: Supervisor, names: list[str]) -> None:
    began = time.monotonic()
    waiting = names
    while waiting := [name for name in waiting if not ready(shop, name)]:
        elapsed = time.monotonic() - began
        fallen = _fallen(control, waiting, patient=elapsed < FALTER_WAIT_S)
        if fallen or elapsed > READY_WAIT_S:
            raise _not_ready(shop, control, fallen or waiting[0])
        time.sleep(POLL_S)


def _fallen(control: Supervisor, waiting: list[str], *, patient: bool) -> str | None:
    hopeless = {"EXITED", "FATAL"} if patient else {"EXITED", "FATAL", "BACKOFF"}
    for process in control.processes():
        if process["group"] in waiting and process["statename"] in hopeless:
            return process["group"]
    return None


def _not_ready(shop: Shop, control: Supervisor, name: str) -> Failure:
    process = control.group(name)[0]
    log = control.log_of(process)
    is_region = name in {region.name for region in shop.regions}
    said = region_status(shop, name) if is_region else None
    if said and said.get("why"):
        return Failure(f"{name} does not get ready: {said['why']}", str(log),
                       "see 'When something is wrong' in docs/operations.md")
    return Failure(f"{name} does not get ready: its process is {process['statename'].lower()}",
                   str(log), "read its last lines above", log=log)


def _version(shop: Shop, name: str) -> str:
    """Changes with everything that a running process has read at its start."""
    digest = hashlib.sha256()
    folder = shop.folder(name)
    if folder == shop.region_folder(name):
        program = build.SERVER
        files = [folder / "config.json", *sorted((folder / "tls").glob("*"))]
    else:
        program = Path("/usr/sbin/haproxy")
        files = [folder / "haproxy.cfg", *sorted((folder / "errors").glob("*")),
                 *sorted((folder / "tls").glob("*"))]
    for path in files:
        digest.update(path.read_bytes())
    about = program.stat()
    digest.update(f"{about.st_mtime_ns} {about.st_size} {about.st_ino}".encode())
    return digest.hexdigest()


def _started(shop: Shop) -> dict[str, str]:
    path = shop.supervisor / "started.json"
    return json.loads(path.read_text()) if path.exists() else {}


def _remember(shop: Shop, name: str, version: str) -> None:
    text = json.dumps({**_started(shop), name: version})
    write_file(shop.supervisor / "started.json", text + "\n")
