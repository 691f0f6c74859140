"""What a machine must have before anything is installed or built on it: said at once, in one line,
not after ten minutes in a compiler's words."""

import os
import shutil
from pathlib import Path

from ops.errors import Failure

OS_RELEASE = Path("/etc/os-release")
MEMORY = Path("/proc/meminfo")
# Of a machine that is a container: a limit below what the kernel has, for cgroup 2 and 1.
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
MEGA = 1_000_000
# What the compiler takes for the largest source, and the storefront's build, with some to spare.
JOB_MB = 800
BUILD_MB_MIN = 1000


def require_debian(path: Path = OS_RELEASE) -> None:
    """The packages that are installed are Debian 12's."""
    fields = {}
    if path.exists():
        for line in path.read_text().splitlines():
            name, _, value = line.partition("=")
            fields[name] = value.strip("\"'")
    if (fields.get("ID"), fields.get("VERSION_ID")) != ("debian", "12"):
        raise Failure(f"this is {fields.get('PRETTY_NAME') or 'an unknown system'}", str(path),
                      "Perpetua installs its packages on Debian 12: use one")


def memory_mb() -> int:
    """What programs could have now: free, in caches that give way, or in swap."""
    known = {}
    for line in MEMORY.read_text().splitlines():
        name, _, value = line.partition(":")
        known[name] = int(value.split()[0]) * 1024
    there = known["MemAvailable"] + known.get("SwapFree", 0)
    for path in LIMITS:
        if path.exists() and (limit := path.read_text().strip()).isdigit():
            there = min(there, int(limit))
    return there // MEGA


def jobs() -> int:
    """How many compilers may run at once; Failure when there is no room for one."""
    there = memory_mb()
    if there < BUILD_MB_MIN:
        raise Failure(f"{there} MB of memory are free and the build needs {BUILD_MB_MIN}",
                      "this machine", "end other programs or add swap, then run this again")
    return max(1, min(cores() + 1, there // JOB_MB))


def cores() -> int:
    return len(os.sched_getaffinity(0))


def require_disk(needs: list[tuple[str, Path, int]]) -> None:
    """Of things to be made, where, and how many MB: what shares a file system adds up."""
    together: dict[int, list[tuple[str, Path, int]]] = {}
    for what, path, megabytes in needs:
        there = next(p for p in (path, *path.parents) if p.exists())
        if megabytes:
            together.setdefault(device(there), []).append((what, there, megabytes))
    for parts in together.values():
        needed = sum(megabytes for _, _, megabytes in parts)
        free = free_mb(parts[0][1])
        if free < needed:
            listed = ", ".join(f"{what} {megabytes}" for what, _, megabytes in parts)
            raise Failure(f"{free} MB of disk are free and {needed} are needed ({listed})",
                          str(parts[0][1]), "make room, then run this again")


def device(path: Path) -> int:
    return path.stat().st_dev


def free_mb(path: Path) -> int:
    return shutil.disk_usage(path).free // MEGA
