"""perpetua-buyers as drills use it: a load under way, what buyers saw, and the check of it."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ops import build
from ops.errors import Failure
from ops.shop import Shop

START_WAIT_S = 60.0
END_WAIT_S = 60.0
CHECK_WAIT_S = 300.0
POLL_S = 0.02


@dataclass
class Load:
    """A load that runs until its time is over, or it is told to come to its end."""

    process: subprocess.Popen
    record: Path
    log: Path

    def begun(self) -> bool:
        """Whether its first request is due: what it needs to know before that is read."""
        return self.record.exists() and self.record.stat().st_size > 0

    def wait_until_begun(self) -> None:
        deadline = time.monotonic() + START_WAIT_S
        while not self.begun():
            if self.process.poll() is not None:
                raise self._failure(f"gave up with status {self.process.returncode}")
            if time.monotonic() > deadline:
                raise self._failure("do not begin")
            time.sleep(POLL_S)

    def wait(self, seconds: float) -> None:
        """Its own time passes. Failure when it has come to its end before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise self._failure(f"ended early, with status {self.process.returncode}")
            time.sleep(POLL_S)

    def finish(self) -> None:
        """No more arrivals; returns when the last answer is there."""
        self.process.terminate()
        try:
            self.process.wait(END_WAIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise self._failure("do not come to an end") from None
        if self.process.returncode != 0:
            raise self._failure(f"gave up with status {self.process.returncode}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _failure(self, what: str) -> Failure:
        return Failure(f"the buyers {what}", str(self.log), "read its last lines above",
                       log=self.log)


def start_load(shop: Shop, folder: Path, name: str, *, rate: float, seconds: float,
               stock_before: bool, at: str | None = None, more: tuple[str, ...] = ()) -> Load:
    """`seconds`: at most. `stock_before`: with the copies that every region counts before it. `at`:
    where the buyers come in, if not by the first edge: `REGION=URL`. `more`: further options."""
    record, log = folder / f"{name}.record", folder / f"{name}.log"
    edge = shop.topology.edges[0]
    command = [str(build.BUYERS), "load", "--edge", at or f"http://{edge.address}:{edge.http_port}",
               "--rate", str(rate), "--duration", str(seconds), "--record", str(record), *more]
    for region in shop.regions:
        command += ["--region", f"{region.name}={region.url}"]
        if stock_before:
            command += ["--operator", f"{region.name}={shop.operator_socket(region.name)}"]
    with open(log, "wb") as file:
        # A session of its own: Ctrl-C is ours to handle, the load ends when we say so.
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                   start_new_session=True)
    return Load(process, record, log)


def mark(marks: Path, name: str) -> None:
    """What is due from now on belongs to a phase of this name."""
    with open(marks, "a", encoding="utf-8") as file:
        file.write(json.dumps({"name": name, "at_ms": time.time() * 1000}) + "\n")


def report(records: list[Path], marks: Path) -> dict:
    """What buyers saw, phase by phase."""
    command = ["report", "--json", "--marks", str(marks), *_each("--record", records)]
    return _ask(command, "the records cannot be read", {0})


def check(shop: Shop, records: list[Path], regions: list[str], *, dead: str | None = None,
          shared: bool, more: tuple[str, ...] = ()) -> dict:
    """Compares records with what each of the regions shows, separately. `more`: options."""
    command = ["check", "--json", *_each("--record", records), *more]
    for name in regions:
        command += ["--region", f"{name}={shop.topology.region(name).url}",
                    "--operator", f"{name}={shop.operator_socket(name)}"]
    if dead is not None:
        command += ["--dead", dead]
    if shared:
        command.append("--shared")
    return _ask(command, "the records cannot be checked", {0, 1})


def _each(option: str, values) -> list[str]:
    return [word for value in values for word in (option, str(value))]


def _ask(arguments: list[str], what: str, expected: set[int]) -> dict:
    try:
        result = subprocess.run([str(build.BUYERS), *arguments], capture_output=True, text=True,
                                check=False, stdin=subprocess.DEVNULL, timeout=CHECK_WAIT_S)
    except subprocess.TimeoutExpired:
        raise Failure(f"{what} within {CHECK_WAIT_S:.0f} s", "perpetua-buyers " + arguments[0],
                      "look at the regions' logs") from None
    if result.returncode not in expected:
        raise Failure(f"{what}: {result.stderr.strip()[-300:]}", "perpetua-buyers " + arguments[0],
                      "see the message")
    return json.loads(result.stdout)
