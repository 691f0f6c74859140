"""One run of one target: its command, its folders, and what came of it."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from ops import build
from ops.errors import Failure
from ops.progress import Steps, run_logged
from ops.shop import REPO

PROGRAM = build.folder("fuzz") / "fuzz" / "perpetua_fuzz"
FOUND = REPO / "build" / "fuzz-runs"
CORPUS = REPO / "fuzz" / "corpus"
REGRESSIONS = REPO / "fuzz" / "found"
# Not of the C++ program: import files are read by Python.
CATALOGUE = "catalogue"
CATALOGUE_COMMAND = [sys.executable, "-m", "ops.fuzzing.catalogue"]
SYMBOLIZER = "/usr/bin/llvm-symbolizer-19"
# Of one input; no target has a reason to come near.
TIMEOUT_S = 10
INPUT_BYTES_MAX = 8192
ALLOCATION_MB_MAX = 64
MEMORY_MB_MAX = 1024
# libFuzzer's names for what it found; `slow-unit-` is a remark, and no finding.
FINDING = re.compile(r"(crash|leak|oom|timeout)-")


def known() -> list[str]:
    """Every target has a corpus, of its name."""
    return sorted({CATALOGUE, *(path.name for path in CORPUS.glob("*") if path.is_dir())})


def build_program(steps: Steps, log: Path) -> None:
    build.programs([PROGRAM.name], steps, log, preset="fuzz")
    listed = subprocess.run([PROGRAM, "--list"], capture_output=True, text=True, check=False).stdout
    if strange := sorted({CATALOGUE, *listed.split()} ^ set(known())):
        raise Failure(f"not a target and a corpus each: {', '.join(strange)}", str(CORPUS),
                      "give each target a folder there, and no other")


@dataclass
class Outcome:
    name: str
    runs: int = 0
    per_second: int = 0
    inputs: int = 0
    new_inputs: int = 0
    seconds: float = 0
    findings: list[dict[str, str]] = field(default_factory=list)


class Run:
    """A target that is being fuzzed, in a process of its own."""

    def __init__(self, name: str, seconds: float, seed: int):
        self.name = name
        self.folder = FOUND / name
        self.new = self.folder / "new"
        self.log = self.folder / "log"
        for folder in (self.new, self.folder / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        for old in self._findings():
            old.unlink()
        self.before = len(list(self.new.iterdir()))
        self.began = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self._command(seconds, seed), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=REPO, env=self._environment())

    def _command(self, seconds: float, seed: int) -> list[str]:
        kept = [str(folder / self.name) for folder in (CORPUS, REGRESSIONS)
                if (folder / self.name).is_dir()]
        if self.name == CATALOGUE:
            inputs = [word for folder in kept for word in ("--inputs", folder)]
            return [*CATALOGUE_COMMAND, "--seconds", str(seconds), "--seed", str(seed),
                    "--findings", str(self.folder), *inputs]
        seeds = self.folder / "seeds"
        subprocess.run([PROGRAM, self.name, "--seeds", seeds], check=True)
        return [str(PROGRAM), self.name, f"-max_total_time={max(1, round(seconds))}",
                f"-seed={seed}", f"-timeout={TIMEOUT_S}", f"-max_len={INPUT_BYTES_MAX}",
                f"-malloc_limit_mb={ALLOCATION_MB_MAX}", f"-rss_limit_mb={MEMORY_MB_MAX}",
                "-print_final_stats=1", f"-artifact_prefix={self.folder}/", str(self.new),
                str(seeds), *kept]

    def _environment(self) -> dict[str, str]:
        # A process that aborts leaves its temporary files: here, not in the machine's folder.
        return {**os.environ, "TMPDIR": str(self.folder / "tmp"),
                "ASAN_SYMBOLIZER_PATH": SYMBOLIZER}

    def wait(self) -> None:
        """For a process that was told to end; one that does not is killed."""
        try:
            self.process.wait(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def outcome(self) -> Outcome:
        """Of a process that has ended."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        new = len(list(self.new.iterdir()))
        findings = [{"file": relative(path), "replay": self._replay(path)}
                    for path in self._findings()]
        if self.process.returncode != 0 and not findings:
            findings = [{"file": relative(self.log),
                         "replay": f"none: it ended with status {self.process.returncode}, read "
                                   f"{relative(self.log)}"}]
        return Outcome(
            name=self.name, runs=_number(text, r"number_of_executed_units: (\d+)"),
            per_second=_number(text, r"average_exec_per_sec: +(\d+)"),
            inputs=_number(text, r"(?s:.*)corp: (\d+)/"), new_inputs=new - self.before,
            seconds=round(time.monotonic() - self.began, 1), findings=findings,
        )

    def _findings(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if FINDING.match(path.name))

    def _replay(self, path: Path) -> str:
        if self.name == CATALOGUE:
            return f"python3 -m ops.fuzzing.catalogue {relative(path)}"
        return f"{relative(PROGRAM)} {self.name} {relative(path)}"


def relative(path: Path) -> str:
    return str(path.relative_to(REPO))


def _number(text: str, pattern: str) -> int:
    match = re.search(pattern, text)
    return int(match[1]) if match else 0


def keep(name: str) -> int:
    """Adds to the repository's corpus the inputs of the last runs that reach new code. How many."""
    if name == CATALOGUE:
        return 0
    corpus = CORPUS / name
    before = len(list(corpus.iterdir()))
    run_logged([str(PROGRAM), name, "-merge=1", f"-max_len={INPUT_BYTES_MAX}", str(corpus),
                str(FOUND / name / "new")], FOUND / name / "merge.log", "the merge", cwd=REPO)
    return len(list(corpus.iterdir())) - before
