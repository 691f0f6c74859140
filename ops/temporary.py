"""A shop of its own for a test: a new home, a free port, gone afterwards."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ops.ports import free
from ops.shop import REPO, Shop

# Below the kernel's ephemeral ports, from which it would give one to a client meanwhile.
PORTS = range(20000, 31000)


@dataclass(frozen=True)
class Running:
    """A running shop: where it is, and how to talk about it to ./perpetua."""

    shop: Shop
    url: str

    def perpetua(self, *arguments: str, timeout_s: float = 300.0, expect: int | None = 0,
                 ) -> subprocess.CompletedProcess:
        result = subprocess.run(
            [str(REPO / "perpetua"), *arguments, "--home", str(self.shop.home),
             "--port", str(self.shop.port)],
            capture_output=True, text=True, timeout=timeout_s, check=False,
            stdin=subprocess.DEVNULL,
        )
        if expect is not None and result.returncode != expect:
            raise AssertionError(f"perpetua {' '.join(arguments)} ended with {result.returncode}, "
                                 f"not {expect}:\n{result.stdout}\n{result.stderr}")
        return result


@contextmanager
def shop(*up_options: str, keep_logs_in: Path | None = None, before_up=None):
    """Starts a shop in a temporary home and takes it away again, whatever happens meanwhile.
    `before_up(shop)` may put something into the home first."""
    home = Path(tempfile.mkdtemp(prefix="perpetua-"))
    # Servers run as users of their own when they can get there.
    home.chmod(0o755)
    opened = Shop.open(str(home / "home"), free_port())
    running = Running(opened, f"http://127.0.0.1:{opened.port}")
    try:
        if before_up is not None:
            opened.home.mkdir()
            before_up(opened)
        json.loads(running.perpetua("up", "--yes", "--json", *up_options, timeout_s=1800).stdout)
        yield running
    finally:
        try:
            end(running)
        finally:
            if keep_logs_in is not None and opened.log.exists():
                shutil.copytree(opened.log, keep_logs_in, dirs_exist_ok=True)
            shutil.rmtree(home, ignore_errors=True)


def end(running: Running) -> None:
    """Stops the shop; when that fails, whatever runs of it ends all the same, and the test fails."""
    try:
        running.perpetua("down")
    except (AssertionError, subprocess.TimeoutExpired):
        pid = running.shop.supervisor / "supervisord.pid"
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(pid.read_text()), signal.SIGKILL)  # and everything with it
        raise


def free_port() -> int:
    """A base port whose local alias nobody has; the other addresses are the shop's own anyway."""
    while True:
        port = random.choice(PORTS)
        if free("127.0.0.1", port):
            return port
