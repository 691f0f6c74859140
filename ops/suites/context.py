"""What a suite gets: a place for logs, a way to run things, and the count of what passed."""

import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from ops.shop import REPO

TAIL_LINES = 60
# Terminals' colours, which some runners write into pipes as well.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Context:
    log: Path
    catalogues: Path | None
    faults: int | None = None  # of chaos; None: as many as it has by itself
    seed: int | None = None  # of chaos; None: any
    account: str | None = None  # of fresh; None: each
    without_tests: bool = False  # in fresh
    parts: list[str] | None = None  # of web; None: all
    is_web_named: bool = False  # on the command line
    passed: int = 0
    failed: int = 0
    seconds: list[tuple[str, float]] = field(default_factory=list)

    def check(self, title: str, faults: list[str]) -> None:
        """Counts one check of our own, which passed when there are no faults."""
        if faults:
            self.failed += 1
            for fault in faults[:TAIL_LINES]:
                print(f"    {fault}", flush=True)
            if len(faults) > TAIL_LINES:
                print(f"    ... and {len(faults) - TAIL_LINES} more", flush=True)
        else:
            self.passed += 1
        print(f"  {title}: {'FAILED' if faults else 'passed'}", flush=True)

    def runner(self, title: str, command: list[str], *, closing: str, count, cwd: Path = REPO,
               env: dict[str, str] | None = None) -> str:
        """Runs a test runner, prints the lines that match `closing`, and adds what `count(output)`
        finds, (passed, failed), to the total. A runner that fails, or ran nothing, is a failure."""
        began = time.monotonic()
        status, output = self.output(title, command, cwd=cwd, env=env)
        passed, failed = count(output)
        for line in output.splitlines():
            if re.search(closing, line):
                print(f"  {line.strip()}", flush=True)
        if (status != 0 and failed == 0) or passed + failed == 0:
            print(f"    {title} ended with status {status}", flush=True)
            failed += 1
        if failed:
            print("\n".join("    | " + line for line in output.splitlines()[-TAIL_LINES:]))
        self.passed += passed
        self.failed += failed
        self.took(title, time.monotonic() - began)
        return output

    def output(self, title: str, command: list[str], *, cwd: Path = REPO,
               env: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and output of a command; the output is also kept beside the other logs."""
        path = self.log / (re.sub(r"[^a-z0-9]+", "-", title.lower()) + ".log")
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            file.write(("$ " + " ".join(command) + "\n").encode())
            file.flush()
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file,
                                    stderr=subprocess.STDOUT, cwd=cwd, env=env,
                                    check=False).returncode
        return status, COLOUR.sub("", path.read_text(encoding="utf-8", errors="replace"))

    def took(self, title: str, seconds: float) -> None:
        self.seconds.append((title, seconds))
        print(f"  {title}: {seconds:.1f} s", flush=True)
