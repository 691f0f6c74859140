"""Chaos that is interrupted heals what it did and takes away everything that it started."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from ops.shop import REPO
from terminal import hear_signals

START_WAIT_S = 120.0
END_WAIT_S = 60.0
SEED = 5  # whose first fault is a region that hangs for 3.5 s


@pytest.fixture
def place():
    """Where the run makes its temporary shop, and nobody else does."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def processes_of(place: Path) -> list[str]:
    """The command lines that name the folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # ended meanwhile
        if str(place) in line:
            found.append(line)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_it_is_interrupted(number, place, tmp_path):
    output = tmp_path / "output"
    with open(output, "wb") as file:
        chaos = subprocess.Popen(
            [str(REPO / "perpetua"), "test", "chaos", "--faults", "2", "--seed", str(SEED), "--yes"],
            stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
            preexec_fn=hear_signals, env=os.environ | {"TMPDIR": str(place)})
    try:
        deadline = time.monotonic() + START_WAIT_S
        while "#1 " not in (said := output.read_text()):
            assert chaos.poll() is None and time.monotonic() < deadline, said
            time.sleep(0.02)
        assert "hang" in said
        assert len(processes_of(place)) > 4, "regions, edge and load"
        os.killpg(chaos.pid, number)  # as a terminal does with Ctrl-C
        assert chaos.wait(END_WAIT_S) == 130, output.read_text()
    finally:
        if chaos.poll() is None:
            os.killpg(chaos.pid, signal.SIGKILL)
            chaos.wait()
    assert "perpetua: interrupted" in output.read_text()
    assert processes_of(place) == [], output.read_text()
    assert list(place.iterdir()) == []
