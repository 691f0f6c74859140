"""Building what the shop runs: the C++ programs with CMake and Ninja, the storefront with npm."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from ops import preflight, tools
from ops.errors import Failure
from ops.lock import building
from ops.progress import Steps, run_logged
from ops.shop import REPO, write_file

BUILD = REPO / "build" / "release"
SERVER = BUILD / "src" / "server" / "perpetuad"
BUYERS = BUILD / "buyers" / "perpetua-buyers"
WEB = REPO / "web"
STATIC = WEB / "dist"
WEB_STAMP = REPO / "build" / "web.stamp"


def environment() -> dict[str, str]:
    """The caller's, with Debian's own tools first: development machines have others as well."""
    return {**tools.contained(), "PATH": "/usr/bin:/bin:" + os.environ.get("PATH", "")}


def programs(targets: list[str], steps: Steps, log: Path, *, tests: bool = False,
             preset: str = "release") -> None:
    """Builds CMake targets of a preset; with nothing changed this is one call of ninja.

    `tests`: configured with the unit tests, which need packages that only `test` installs.
    """
    with building(steps):
        _programs(targets, steps, log, tests, preset)


def _programs(targets: list[str], steps: Steps, log: Path, tests: bool, preset: str) -> None:
    build = folder(preset)
    which = "" if preset == "release" else f" of {preset}"
    if not (build / "build.ninja").exists() or (tests and not _has_tests(build)):
        with steps.step(f"configuring the build{which}"):
            command = ["/usr/bin/cmake", "--preset", preset]
            run_logged([*command, f"-DPERPETUA_TESTS={'ON' if tests else 'OFF'}"], log, "cmake",
                       cwd=REPO, env=environment())
    ninja = ["/usr/bin/ninja", "-C", str(build)]
    if _up_to_date(ninja, targets):
        return
    count = preflight.jobs()
    with steps.step(f"building {', '.join(targets)}{which}") as remark:
        if count < preflight.cores():
            remark(f"little memory: {count} at a time")
        run_logged([*ninja, f"-j{count}", *targets], log, "the build", cwd=REPO,
                   env=environment())


def _up_to_date(ninja: list[str], targets: list[str]) -> bool:
    output = subprocess.run([*ninja, "-n", *targets], capture_output=True, text=True, check=False,
                            cwd=REPO, env=environment()).stdout
    return "ninja: no work to do." in output


def folder(preset: str) -> Path:
    return REPO / "build" / preset


def _has_tests(build: Path) -> bool:
    return "PERPETUA_TESTS:BOOL=ON" in (build / "CMakeCache.txt").read_text()


def missing() -> list[str]:
    """What there is to be downloaded before the storefront can be built."""
    return [] if _is_built(storefront_digest()) else [*tools.missing("node"), *missing_packages()]


def storefront(steps: Steps, log: Path) -> None:
    with building(steps):
        digest = storefront_digest()
        if not _is_built(digest):
            _storefront(digest, steps, log)


def _storefront(digest: str, steps: Steps, log: Path) -> None:
    node = tools.node(steps, log)
    packages(node, steps, log)
    # Built beside and swapped in whole: regions that run read the folder while it is being made.
    new, old = (STATIC.with_suffix(suffix) for suffix in (".new", ".old"))
    with steps.step("building the storefront"):
        run_logged(["npm", "run", "build", "--", "--outDir", str(new), "--emptyOutDir"], log,
                   "npm run build", cwd=WEB, env=node)
    if not (new / "index.html").exists():
        raise Failure("the storefront's build made no index.html", str(new), "see the log",
                      log=log)
    shutil.rmtree(old, ignore_errors=True)
    if STATIC.exists():
        STATIC.rename(old)
    new.rename(STATIC)
    shutil.rmtree(old, ignore_errors=True)
    write_file(WEB_STAMP, digest)


def _is_built(digest: str) -> bool:
    return ((STATIC / "index.html").exists() and WEB_STAMP.exists()
            and WEB_STAMP.read_text() == digest)


def missing_packages() -> list[str]:
    stamp = WEB / "node_modules" / ".perpetua-installed"
    is_there = stamp.exists() and stamp.read_text() == _lock()
    return [] if is_there else [tools.DOWNLOADS["npm"]]


def _lock() -> str:
    return hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()


def packages(node: dict[str, str], steps: Steps, log: Path) -> None:
    """npm ci, unless node_modules is already what the lock file says."""
    if not missing_packages():
        return
    with steps.step("installing the storefront's npm packages"):
        run_logged(["npm", "ci", "--no-audit", "--no-fund"], log, "npm ci", cwd=WEB, env=node,
                   reaches="npm's registry")
    write_file(WEB / "node_modules" / ".perpetua-installed", _lock())


def storefront_digest() -> str:
    """Of everything the storefront is built from: names and content. What Git ignores there is
    made while building, so a build does not change the digest."""
    made = {WEB / line.strip("/") for line in (WEB / ".gitignore").read_text().split()}
    digest = hashlib.sha256()
    files = [REPO / "api" / "openapi.yaml", REPO / "ops" / "requirements" / "node.txt"]
    for folder, folders, names in os.walk(WEB):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if here / name not in made)
        files += [here / name for name in sorted(names) if here / name not in made]
    for path in files:
        if path.exists():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(REPO)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
