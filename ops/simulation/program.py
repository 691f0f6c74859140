"""Builds perpetua-sim, runs it, and reads what it prints."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops import build
from ops.errors import Failure
from ops.progress import Steps

NAME = "perpetua-sim"
OPTIMISED = "sim"
PLAIN = "sim-debug"
SANITIZED = "sim-asan"
# What --list prints above each kind of name -> what the kind is called here.
KINDS = {"workloads": "workloads", "rare points": "rare_points", "rare paths": "rare_paths",
         "planted bugs": "planted_bugs"}
# Processes that were killed in a run leave their coroutines behind on purpose (sim/run.cc).
NO_LEAKS = {"ASAN_OPTIONS": "detect_leaks=0"}


def path(preset: str) -> Path:
    return build.folder(preset) / "sim" / NAME


def make(steps: Steps, log: Path, *, preset: str = OPTIMISED,
         others: tuple[str, ...] = ()) -> None:
    build.programs([NAME, *others], steps, log, preset=preset)


def environment() -> dict[str, str]:
    return {**os.environ, **NO_LEAKS}


@dataclass(frozen=True)
class Listed:
    """What is compiled into a simulator: names by kind, and why a workload needs prefixes."""

    names: dict[str, list[str]]
    needs_prefixes: dict[str, str]


def listed(preset: str = OPTIMISED) -> Listed:
    output = subprocess.run([path(preset), "--list"], capture_output=True, text=True,
                            check=True).stdout
    return read_list(output)


def read_list(output: str) -> Listed:
    found = Listed({kind: [] for kind in KINDS.values()}, {})
    kind = ""
    for line in output.splitlines():
        if not line.startswith(" "):
            if line.rstrip(":") not in KINDS:
                raise Failure(f"{NAME} --list has '{line}'", "its output", "teach it to this reader")
            kind = KINDS[line.rstrip(":")]
            continue
        match = re.fullmatch(r"  ([a-z_]+)(?:  \(histories only: (.*)\))?", line)
        if not match:
            raise Failure(f"{NAME} --list has '{line.strip()}'", "its output",
                          "teach it to this reader")
        found.names[kind].append(match[1])
        if match[2]:
            found.needs_prefixes[match[1]] = match[2]
    return found


@dataclass(frozen=True)
class Ran:
    """One run of the program with --json."""

    status: int
    figures: dict  # empty when it died before it could tell
    told: list[str]  # what else it printed: a timeline, hashes, an error

    @property
    def invariant(self) -> str:
        """The one that was violated; empty when none was."""
        return self.figures.get("failure", "").split(":")[0]

    @property
    def seed(self) -> int | None:
        """The seed that violated it."""
        match = re.search(r" --from (\d+) ", self.figures.get("failure", ""))
        return int(match[1]) if match else None


def histories(ran: Ran) -> dict[int, str]:
    """Of a run with --hashes: by seed, in whatever order they ended."""
    lines = (re.fullmatch(r"(\d+) ([0-9a-f]+)", line) for line in ran.told)
    return {int(match[1]): match[2] for match in lines if match}


def run(*options: str, preset: str = OPTIMISED) -> Ran:
    result = subprocess.run([path(preset), *options, "--json"], stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, errors="replace", check=False,
                            env=environment())
    return read_run(result.returncode, result.stdout, result.stderr)


def read_run(status: int, out: str, err: str) -> Ran:
    """The figures are the last line of standard output."""
    *before, last = out.splitlines() or [""]
    try:
        return Ran(status, json.loads(last), before)
    except ValueError:
        lines = [*out.splitlines(), *err.splitlines()]
        return Ran(status, {}, [*lines, f"{NAME} ended with status {status}"])
