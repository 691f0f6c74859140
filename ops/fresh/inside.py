"""The first process of a machine in a folder: mounts what a machine has, makes the folder its root,
says "ready" and stays, until the suite closes its standard input or ends. What runs in the machine
ends with it, and so does every mount: they are in its own namespaces.

Run as root under `unshare` with namespaces of its own, as
/usr/bin/python3 -I inside.py ROOT NAME LAYERS LAYER WORK [MB]
where LAYERS are folders with colons between, the first on top, and LAYER takes what is changed; with MB
it is on a disk of that size.
"""

import ctypes
import fcntl
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
from pathlib import Path

DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9),
           "tty": (5, 0)}
LINKS = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1",
         "stderr": "/proc/self/fd/2", "ptmx": "pts/ptmx"}
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
MNT_DETACH = 2


def mount(kind: str, where: Path, options: str) -> None:
    where.mkdir(parents=True, exist_ok=True)
    subprocess.run(["/usr/bin/mount", "-t", kind, "-o", options, kind, str(where)], check=True)


def make_devices(folder: Path) -> None:
    mount("tmpfs", folder, "mode=755,size=1m")
    for name, numbers in DEVICES.items():
        os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(*numbers))
        (folder / name).chmod(0o666)
    for name, target in LINKS.items():
        (folder / name).symlink_to(target)
    mount("devpts", folder / "pts", "newinstance,ptmxmode=0666,mode=620,gid=5")
    mount("tmpfs", folder / "shm", "mode=1777")


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def enter(root: Path) -> None:
    """Not chroot: in one, programs may make no namespaces, which on a machine they may."""
    old = root / ".outside"
    old.mkdir(exist_ok=True)
    os.chdir(root)
    subprocess.run(["/usr/sbin/pivot_root", ".", old.name], check=True)
    os.chdir("/")
    if ctypes.CDLL(None, use_errno=True).umount2(b"/.outside", MNT_DETACH) != 0:
        raise OSError(ctypes.get_errno(), "umount2 of the outside")
    os.rmdir("/.outside")


def main(root: str, name: str, layers: str, layer: str, work: str, megabytes: str = "") -> None:
    place = Path(root)
    if megabytes:
        disk = Path(layer).parent
        mount("tmpfs", disk, f"mode=755,size={megabytes}m")
        for folder in (layer, work):
            Path(folder).mkdir()
    mount("overlay", place, f"lowerdir={layers},upperdir={layer},workdir={work}")
    mount("proc", place / "proc", "nosuid,nodev,noexec")
    mount("sysfs", place / "sys", "nosuid,nodev,noexec,ro")
    make_devices(place / "dev")
    mount("tmpfs", place / "run", "mode=755,nosuid,nodev")
    socket.sethostname(name)
    loopback_up()
    enter(place)
    # Whoever is left without a parent becomes a child of this one, and needs no farewell.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
