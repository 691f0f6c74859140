"""A machine in a folder: layers of files, of which it changes the topmost alone; processes, mounts, a
host name, a loopback and a network of its own. All of that ends with the program that started it."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from ops.errors import Failure
from ops.shop import REPO

INSIDE = REPO / "ops" / "fresh" / "inside.py"
NAMESPACES = ["--mount", "--uts", "--ipc", "--net", "--pid"]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
START_WAIT_S = 20.0
POLL_S = 0.05
MEGA = 1_000_000
TAP = "tap0"
NAME = "bare"


@dataclass(frozen=True)
class Account:
    name: str
    home: str
    clone: str  # where it clones the repository

    def command(self, words: list[str], variables: dict[str, str]) -> list[str]:
        """As a login would start it: none of the caller's variables."""
        plain = {"HOME": self.home, "USER": self.name, "LOGNAME": self.name, "SHELL": "/bin/bash",
                 "PATH": PATH, "LANG": "C.UTF-8", "TERM": "dumb", **variables}
        change = [] if self.name == "root" else [
            "/usr/bin/setpriv", f"--reuid={self.name}", f"--regid={self.name}", "--init-groups"]
        return ["/usr/bin/env", "-i", "--default-signal",
                *(f"{name}={value}" for name, value in plain.items()), *change, *words]


ROOT = Account("root", "/root", "/srv/perpetua")
USER = Account("owner", "/home/owner", "/home/owner/perpetua")


@dataclass(frozen=True)
class Result:
    status: int
    output: str  # standard output and standard error as they came

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()


class Machine:
    """A running one; `with start(...)` makes it."""

    def __init__(self, pid: int, layer: Path, variables: dict[str, str]):
        self.pid = pid  # of its first process, as seen from here
        self.layer = layer
        self._variables = variables

    @property
    def files(self) -> Path:
        """Its files, all layers in one, as long as it runs."""
        return Path(f"/proc/{self.pid}/root")

    def begin(self, account: Account, words: list[str], *, cwd: str = "/", log=subprocess.DEVNULL,
              ) -> subprocess.Popen:
        """Starts a command as a terminal does: a Ctrl-C is a SIGINT to its whole group."""
        return subprocess.Popen(
            ["/usr/bin/nsenter", f"--target={self.pid}", *NAMESPACES, "--root", f"--wdns={cwd}", "--",
             *account.command(words, self._variables)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, process_group=0)

    def run(self, account: Account, words: list[str], *, log: Path, cwd: str = "/",
            timeout_s: float = 900.0) -> Result:
        """Runs a command to its end; what it prints is added to `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as file:
            file.write(f"$ {' '.join(words)}\n".encode())
            file.flush()
            start = file.tell()
            process = self.begin(account, words, cwd=cwd, log=file)
            try:
                status = process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                status = 124
                file.write(f"\n(ended after {timeout_s:.0f} s)\n".encode())
            finally:
                if process.poll() is None:
                    end(process, signal.SIGKILL)
        text = log.read_bytes()[start:].decode(errors="replace")
        return Result(status, text)

    def outside(self, words: list[str]) -> subprocess.CompletedProcess:
        """Runs a program of the outer machine in the network of this one."""
        return subprocess.run(["/usr/bin/nsenter", f"--target={self.pid}", "--net", "--", *words],
                              capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)

    def processes(self) -> dict[int, str]:
        """Its processes but the first, by their numbers inside: what each is."""
        found = {}
        for folder in (self.files / "proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                # Without a command line: a kernel's thread, or one that has ended.
                if folder.name != "1" and words:
                    found[int(folder.name)] = words
        return found

    def listeners(self) -> list[str]:
        """Addresses at which something listens, in hexadecimal as the kernel has them."""
        found = []
        for table in ("tcp", "tcp6"):
            lines = Path(f"/proc/{self.pid}/net/{table}").read_text().splitlines()[1:]
            found += [line.split()[1] for line in lines if line.split()[3] == "0A"]
        return found

    def downloaded(self) -> int:
        """Bytes that have come in from outside, everything counted."""
        for line in Path(f"/proc/{self.pid}/net/dev").read_text().splitlines():
            name, _, counters = line.partition(":")
            if name.strip() == TAP:
                return int(counters.split()[0])
        return 0

    def on_disk(self) -> int:
        """Bytes that its files take, beyond what was there before it started."""
        output = subprocess.run(["/usr/bin/du", "--summarize", "--one-file-system",
                                 "--block-size=1", str(self.layer)],
                                capture_output=True, text=True, check=False).stdout
        return int(output.split()[0])


@contextmanager
def start(layers: list[Path], layer: Path, *, network: bool = True, disk_mb: int | None = None,
          variables: dict[str, str] | None = None, before=None):
    """A machine whose files are those in `layers`, the first of them on top, with its changes in
    `layer`; with `disk_mb`, on a disk of that size that is gone afterwards. `before(layer)` may add
    to the files that it begins with."""
    root = layer.with_name(f"{layer.name}.root")
    # An empty disk is mounted over a folder, and the layer made there.
    top = layer / "disk" if disk_mb else layer
    work = top.with_name(f"{top.name}.work")
    for folder in (layer, root, *([] if disk_mb else [work])):
        folder.mkdir(parents=True, exist_ok=True)
    if before is not None:
        before(layer)
    first = subprocess.Popen(
        ["/usr/bin/unshare", *NAMESPACES, "--fork", "--kill-child", "--", "/usr/bin/python3", "-I",
         str(INSIDE), str(root), NAME, ":".join(map(str, layers)), str(top), str(work),
         *([str(disk_mb)] if disk_mb else [])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0)
    try:
        if first.stdout.readline() != "ready\n":
            raise Failure("a machine of its own cannot be made", str(layer.parent),
                          "see the message above; it takes root, namespaces and overlayfs")
        pid = children(first.pid)[0]
        with connected(pid) if network else nullcontext():
            yield Machine(pid, layer, variables or {})
    finally:
        end(first, signal.SIGKILL)
        first.stdin.close()
        first.stdout.close()
        root.rmdir()


@contextmanager
def connected(pid: int):
    """A way out through this machine's own network, with a counter that is the machine's alone. It is
    gone when we are: then nobody holds the other end of the pipe that it watches."""
    (ready, ready_end), (exit_end, exit_held) = os.pipe(), os.pipe()
    process = subprocess.Popen(
        ["/usr/bin/slirp4netns", "--configure", "--mtu=65520", "--disable-host-loopback",
         f"--ready-fd={ready_end}", f"--exit-fd={exit_end}", str(pid), TAP],
        pass_fds=[ready_end, exit_end], process_group=0,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    os.close(ready_end)
    os.close(exit_end)
    try:
        with os.fdopen(ready, "rb") as answer:
            if not answer.read(1):
                said = process.stderr.read().strip().splitlines()
                raise Failure(f"a machine of its own gets no network: {' '.join(said[-1:])}",
                              "slirp4netns", "see that /dev/net/tun is there")
        yield
    finally:
        end(process, signal.SIGKILL)
        process.stderr.close()
        os.close(exit_held)


def children(pid: int) -> list[int]:
    return _processes(1, pid)


def _processes(field: int, number: int) -> list[int]:
    """Those in whose state that field, parent or group, is that number."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name in parentheses, which may hold anything: state, parent, group.
            if int(path.read_text().rpartition(")")[2].split()[field]) == number:
                found.append(int(path.parent.name))
    return sorted(found)


def press_ctrl_c(process: subprocess.Popen) -> None:
    """What a terminal does, but not to nsenter, which would leave what it has started."""
    for pid in _processes(2, process.pid):
        if pid != process.pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)


def end(process: subprocess.Popen, number: int) -> None:
    """A signal to its whole group, and its end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    process.wait()


def eventually(what, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
