"""perpetua-buyers as drills use it: a load under way, and the check of its record."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ops import build
from ops.errors import Failure
from ops.shop import Shop

END_WAIT_S = 60.0
CHECK_WAIT_S = 300.0


@dataclass
class Load:
    """A load that runs; `result` waits for its end."""

    process: subprocess.Popen
    record: Path
    marks: Path
    log: Path

    def mark(self, name: str) -> None:
        """From now on the report counts under this name."""
        with open(self.marks, "a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "at_ms": time.time() * 1000}) + "\n")

    def ended(self) -> bool:
        return self.process.poll() is not None

    def result(self, seconds: float) -> dict:
        try:
            output, _ = self.process.communicate(timeout=seconds + END_WAIT_S)
        except subprocess.TimeoutExpired:
            self.stop()
            raise Failure("the buyers do not come to an end", str(self.log), "read its log",
                          log=self.log) from None
        if self.process.returncode != 0:
            raise Failure(f"the buyers gave up with status {self.process.returncode}",
                          str(self.log), "read its last lines above", log=self.log)
        return json.loads(output)

    def stop(self) -> None:
        if not self.ended():
            self.process.kill()
            self.process.wait()


def start_load(shop: Shop, folder: Path, name: str, *, rate: float, seconds: float) -> Load:
    record, marks, log = (folder / f"{name}.{end}" for end in ("record", "marks", "log"))
    marks.touch()
    edge = shop.topology.edges[0]
    command = [str(build.BUYERS), "load", "--edge", f"http://{edge.address}:{edge.http_port}",
               "--rate", str(rate), "--duration", str(seconds), "--record", str(record),
               "--marks", str(marks), "--json"]
    for region in shop.regions:
        command += ["--region", f"{region.name}={region.url}"]
    with open(log, "wb") as file:
        # A session of its own: Ctrl-C is ours to handle, the load ends when we say so.
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=file, text=True, start_new_session=True)
    return Load(process, record, marks, log)


def check(shop: Shop, record: Path, regions: list[str], *, only_remote: bool) -> dict:
    """Compares a record with what each of the regions shows, separately."""
    command = [str(build.BUYERS), "check", "--record", str(record), "--json"]
    for name in regions:
        command += ["--region", f"{name}={shop.topology.region(name).url}",
                    "--operator", f"{name}={shop.operator_socket(name)}"]
    if only_remote:
        command.append("--only-remote")
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False,
                                stdin=subprocess.DEVNULL, timeout=CHECK_WAIT_S)
    except subprocess.TimeoutExpired:
        raise Failure("the check of the record does not come to an end", str(record),
                      "look at the regions' logs") from None
    if result.returncode not in (0, 1):
        raise Failure(f"the record cannot be checked: {result.stderr.strip()[-300:]}",
                      str(record), "see the message")
    return json.loads(result.stdout)
