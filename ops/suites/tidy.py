"""clang-tidy over the C++ sources but the tests, each file again only when it, or something that it
includes, has changed."""

import hashlib
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ops import build
from ops.progress import Steps
from ops.shop import REPO, write_file
from ops.suites.context import Context

SUMMARY = "clang-tidy over the C++ sources"
CLEAN = REPO / "build" / "tidy"
# GCC's own: clang does not know them, and cannot read GCC's precompiled headers.
NOT_CLANGS = {"-fcoroutines", "-fpch-preprocess", "-Winvalid-pch"}
TIMEOUT_S = 300


def run(context: Context) -> None:
    # Built first: ninja then knows what each file includes.
    build.programs(["all"], Steps(), context.log / "build.log", tests=True)
    database = compile_commands()
    targets = {entry["output"] for entry in database}
    included = dependencies()
    stale = []
    for entry in database:
        stamp = CLEAN / (hashlib.sha256(entry["file"].encode()).hexdigest()[:24] + ".clean")
        digest = fingerprint(entry, included)
        if not (stamp.exists() and stamp.read_text() == digest):
            stale.append((entry, stamp, digest))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for found in pool.map(check, stale) for fault in found]
    context.check(f"clang-tidy of {len(targets)} files ({len(stale)} new or changed)", faults)


def compile_commands() -> list[dict]:
    """CMake's list in a form that clang takes, without what is not ours; written for clang-tidy."""
    entries = json.loads((build.BUILD / "compile_commands.json").read_text())
    ours = []
    for entry in entries:
        if "cmake_pch" in entry["file"] or entry["file"].endswith("_test.cc"):
            continue
        words = entry["command"].split(" ")
        compiler = next(i for i, word in enumerate(words) if word.endswith(("/c++", "/g++")))
        kept, words = [], words[compiler:]
        while words:
            word = words.pop(0)
            if word == "-include" and "cmake_pch" in words[0]:
                words.pop(0)
            elif word not in NOT_CLANGS and not word.startswith("-W"):
                kept.append(word)  # warnings are the compiler's own business
        output = kept[kept.index("-o") + 1]
        ours.append({**entry, "command": " ".join(kept), "output": output})
    write_file(CLEAN / "compile_commands.json", json.dumps(ours))
    return ours


def dependencies() -> dict[str, list[str]]:
    """What each object was made from, as ninja has noted it while building."""
    output = subprocess.run(["/usr/bin/ninja", "-C", str(build.BUILD), "-t", "deps"],
                            capture_output=True, text=True, check=True).stdout
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in output.splitlines():
        if line.startswith("    "):
            current.append(line.strip())
        elif ": #deps" in line:
            current = found.setdefault(line.split(":")[0], [])
    return found


def fingerprint(entry: dict, included: dict[str, list[str]]) -> str:
    digest = hashlib.sha256((REPO / ".clang-tidy").read_bytes() + entry["command"].encode())
    for name in sorted({entry["file"], *included.get(entry["output"], [])}):
        path = Path(entry["directory"], name)
        if path.is_relative_to(REPO) and path.exists() and "cmake_pch" not in name:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def check(job: tuple[dict, Path, str]) -> list[str]:
    entry, stamp, digest = job
    try:
        result = subprocess.run(
            ["clang-tidy-19", "--quiet", "-p", str(CLEAN), entry["file"]],
            capture_output=True, text=True, check=False, timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        return [f"{entry['file']}: clang-tidy took more than {TIMEOUT_S} s"]
    if result.returncode == 0:
        write_file(stamp, digest)
        return []
    lines = result.stdout.splitlines()
    found = [line for line in lines if ": error: " in line or ": warning: " in line]
    return found or [f"{entry['file']}: {result.stderr.strip()[-300:]}"]
