"""Starting a shop's processes, and knowing when they are ready."""

import hashlib
import json
import time
from pathlib import Path

from ops import build, ports, supervisor
from ops.door import ask_tcp, region_status
from ops.errors import Failure
from ops.progress import Steps
from ops.shop import Shop, write_file
from ops.supervisor import Supervisor

READY_WAIT_S = 60.0
# Supervisor tries again what dies while starting; this long it may, then it is an error.
FALTER_WAIT_S = 4.0
POLL_S = 0.05


def start(shop: Shop, steps: Steps) -> None:
    """Starts what does not run, and restarts, one group after the other, what runs with an old
    configuration, certificate or program."""
    control = Supervisor(shop)
    alive = {p["group"] for p in control.processes()
             if p["statename"] not in supervisor.STOPPED_STATES}
    names = [item.name for item in (*shop.regions, *shop.topology.edges)]
    versions = {name: _version(shop, name) for name in names}
    started = _started(shop)
    down = [name for name in names if name not in alive]
    stale = [name for name in names if name in alive and started.get(name) != versions[name]]
    ports.check(shop, set(down))
    control.launch()
    control.reload()
    if down or not all(ready(shop, name) for name in names):
        with steps.step(f"starting {', '.join(down) or 'what is not ready'}"):
            # Regions first: an edge that starts before them takes them for dead, and goes on
            # sending buyers to the farther one for a while.
            for group in (shop.regions, shop.topology.edges):
                for item in group:
                    control.start(item.name)
                wait_until_ready(shop, control, [item.name for item in group])
            _remember(shop, {**started, **{name: versions[name] for name in down}})
    for name in stale:
        with steps.step(f"restarting {name}, which has changed"):
            control.stop_gracefully([name])
            control.start(name)
            wait_until_ready(shop, control, [name])
            _remember(shop, {**_started(shop), name: versions[name]})


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
    is_region = name in {region.name for region in shop.regions}
    said = region_status(shop, name) if is_region else None
    why = (said or {}).get("why") or f"its process is {process['statename'].lower()}"
    log = control.log_of(process)
    return Failure(f"{name} does not get ready: {why}", str(log), "read its last lines above",
                   log=log)


def _version(shop: Shop, name: str) -> str:
    """Changes with everything that a running process has read at its start."""
    digest = hashlib.sha256()
    if name in {region.name for region in shop.regions}:
        folder, program = shop.region_folder(name), build.SERVER
        files = [folder / "config.json", *sorted((folder / "tls").glob("*"))]
    else:
        folder, program = shop.edge_folder(name), Path("/usr/sbin/haproxy")
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


def _remember(shop: Shop, versions: dict[str, str]) -> None:
    write_file(shop.supervisor / "started.json", json.dumps(versions) + "\n")
