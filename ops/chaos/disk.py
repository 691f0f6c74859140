"""A disk for each region that fails when it is told to: a small library between the server and the
kernel, test/api/failing_disk.c. A real file system of limited size would need privileges."""

import os
import subprocess
from pathlib import Path

from ops.errors import Failure
from ops.shop import REPO, Shop

SOURCE = REPO / "test" / "api" / "failing_disk.c"
# Kind of fault -> the file that says so.
WORDS = {"full-disk": "full", "no-space": "nospace", "failed-sync": "sync", "stuck-disk": "stuck",
         "power-cut": "stuck"}


class Disks:
    """`folder` must be one that servers without privileges can look into."""

    def __init__(self, folder: Path, regions: list[str]):
        self._folders = {region: folder / region for region in regions}
        for path in (folder, *self._folders.values()):
            path.mkdir()
            path.chmod(0o755)
        for path in self._folders.values():
            (path / "synced").touch()
            (path / "synced").chmod(0o666)
        self._library = folder / "failing_disk.so"
        command = ["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-o", str(self._library), str(SOURCE),
                   "-ldl"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise Failure(f"disks cannot be made to fail: {result.stderr.strip()[-300:]}",
                          str(SOURCE), "see the message")
        self._library.chmod(0o755)

    def environment(self) -> dict[str, dict[str, str]]:
        return {region: {"LD_PRELOAD": str(self._library), "FAILING_DISK": str(folder)}
                for region, folder in self._folders.items()}

    def require(self, shop: Shop, region: str, pid: int) -> None:
        """Failure unless the running server has the library."""
        if str(self._library) not in Path(f"/proc/{pid}/maps").read_text():
            raise Failure(f"disks cannot be made to fail: {region}'s server does not have the "
                          "library that does", str(shop.log), "see its log")

    def fail(self, region: str, kind: str) -> None:
        (self._folders[region] / WORDS[kind]).touch()

    def forget(self, region: str, store: Path) -> int:
        """What a power cut takes: of each file what was written since it was last synced. The server
        must be dead. How many bytes that were."""
        synced: dict[int, int] = {}
        for line in (self._folders[region] / "synced").read_text().splitlines():
            inode, size = map(int, line.split())
            synced[inode] = size
        forgotten = 0
        for path in store.rglob("*"):
            about = path.lstat()
            # A file that the library did not see being made was whole before the server began.
            kept = synced.get(about.st_ino, about.st_size)
            if path.is_file() and not path.is_symlink() and kept < about.st_size:
                os.truncate(path, kept)
                forgotten += about.st_size - kept
        return forgotten

    def work(self, region: str, kind: str) -> None:
        (self._folders[region] / WORDS[kind]).unlink(missing_ok=True)
