"""The files of a bare Debian 12, made once by debootstrap; and room for what is done with them."""

import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from ops.errors import Failure
from ops.fresh import settings
from ops.progress import Steps, run_logged
from ops.shop import REPO, write_file

FOLDER = REPO / "build" / "fresh"
BASE = FOLDER / "base"
BUNDLE = "srv/perpetua.bundle"  # the repository, as it would come from a server
FREE_GB_MIN = 20


def base(steps: Steps, log: Path) -> Path:
    """Debian's smallest, as Debian itself makes it; again only when the mirror is another."""
    stamp = FOLDER / "base.made"
    made = settings.mirror() + "\n"
    if not (stamp.exists() and stamp.read_text() == made):
        with steps.step("making a bare Debian 12"):
            stamp.unlink(missing_ok=True)
            shutil.rmtree(BASE, ignore_errors=True)
            BASE.mkdir(parents=True)
            run_logged(["/usr/sbin/debootstrap", "--variant=minbase", settings.RELEASE, str(BASE),
                        settings.mirror()], log, "debootstrap")
            shutil.rmtree(BASE / "var/cache/apt/archives")
        write_file(stamp, made)
    return BASE


def bundle(log: Path) -> Path:
    """What `git clone` of this repository would bring: what is committed, nothing else."""
    path = FOLDER / "perpetua.bundle"
    run_logged(["git", "-C", str(REPO), "bundle", "create", str(path), "HEAD"], log, "git bundle")
    return path


def uncommitted() -> int:
    output = subprocess.run(["git", "-C", str(REPO), "status", "--porcelain"], capture_output=True,
                            text=True, check=False).stdout
    return len(output.splitlines())


def prepare(layer: Path, repository: Path) -> None:
    """What a machine at this place has before its owner does anything: a name, this place's
    settings, and a server to clone from."""
    for folder in ("etc/apt/apt.conf.d", "etc/skel", "root", "srv"):
        (layer / folder).mkdir(parents=True, exist_ok=True)
    (layer / "root").chmod(0o700)
    settings.install(layer)
    write_file(layer / "etc/hostname", "bare\n")
    write_file(layer / "etc/hosts", "127.0.0.1 localhost bare\n::1 localhost\n")
    write_file(layer / "etc/resolv.conf", "nameserver 10.0.2.3\n")
    shutil.copyfile(repository, layer / BUNDLE)


@contextmanager
def room():
    """A folder for layers, gone afterwards."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(FOLDER).free
    if free < FREE_GB_MIN * 1e9:
        raise Failure(f"{free / 1e9:.0f} GB of disk are free, {FREE_GB_MIN} are needed",
                      str(FOLDER), "make room")
    folder = FOLDER / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
