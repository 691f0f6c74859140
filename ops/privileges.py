"""Servers without privileges: started by root, each region and edge runs as a user of its own.

Of its folder only what a server makes itself is its own: its store and its sockets. Configuration,
certificates and keys are root's to replace, and the folder is sticky, so that a server that was
taken over cannot put links in their place for root to follow. A secret is readable by its server.
"""

import os
import subprocess
from pathlib import Path

from ops import build
from ops.shop import STORE, Shop

# Root's; the server may make files of its own beside root's, and only those are its to replace.
FOLDER_MODE = 0o1770
# Root's; the server may read what is in it.
INNER_FOLDER_MODE = 0o750


def as_user(number: int) -> list[str]:
    """Options for setpriv."""
    return [f"--reuid={number}", f"--regid={number}", "--clear-groups", "--no-new-privs",
            "--inh-caps=-all"]


def why_not_unprivileged(shop: Shop) -> str | None:
    """None when servers can run as users of their own; otherwise the reason, empty when it goes
    without saying: somebody without privileges has none to give up."""
    if os.geteuid() != 0:
        return ""
    number = shop.unprivileged_id(shop.regions[0].name)
    needed = [("the home folder", shop.home), ("the repository", build.SERVER),
              ("the storefront", build.STATIC)]
    for what, path in needed:
        result = subprocess.run(
            ["/usr/bin/setpriv", *as_user(number), "/usr/bin/test", "-x", str(path)],
            capture_output=True, check=False)
        if result.returncode != 0:
            return f"{what} ({path}) cannot be reached by other users"
    return None


def set_up(shop: Shop, *, unprivileged: bool) -> None:
    """Lets each server, and nobody else, into its folder and to its own secrets."""
    for name in _names(shop):
        folder = shop.folder(name)
        if not unprivileged:
            folder.chmod(0o700)
            continue
        number = shop.unprivileged_id(name)
        folder.parent.chmod(0o755)
        _set(folder, 0, number, FOLDER_MODE)
        for inner in (folder / "tls", folder / "errors"):
            if not inner.exists():
                continue
            _set(inner, 0, number, INNER_FOLDER_MODE)
            for path in inner.iterdir():
                if path.lstat().st_mode & 0o077 == 0:
                    os.chown(path, number, number, follow_symlinks=False)


def hand_over(shop: Shop, name: str) -> None:
    """Gives what a server made when it ran as somebody else to the user that it runs as now. It
    must not run: a store's files come and go."""
    folder, number = shop.folder(name), shop.unprivileged_id(name)
    for socket in folder.glob("*.sock"):
        if socket.lstat().st_uid != number:
            socket.unlink()  # the server makes it anew
    store = folder / STORE
    if store.is_symlink() or not store.is_dir() or store.stat().st_uid == number:
        return
    for place, _, files in os.walk(store):
        for path in (place, *(os.path.join(place, file) for file in files)):
            os.chown(path, number, number, follow_symlinks=False)


def _names(shop: Shop) -> list[str]:
    return [item.name for item in (*shop.regions, *shop.topology.edges)]


def _set(folder: Path, owner: int, group: int, mode: int) -> None:
    os.chown(folder, owner, group, follow_symlinks=False)
    folder.chmod(mode)
