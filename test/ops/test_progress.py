"""What a command runs ends with it, and says in one line that the network is gone."""

import os
import signal
import subprocess
import sys
import time

import pytest

from ops.errors import Failure
from ops.network import unreachable
from ops.progress import run_logged
from ops.shop import REPO
from terminal import hear_signals

APT = """Ign:1 http://deb.debian.org/debian bookworm InRelease
W: Failed to fetch http://deb.debian.org/debian/x  Temporary failure resolving 'deb.debian.org'
"""
PIP = ("WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
       "'<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new "
       "connection: [Errno -3] Temporary failure in name resolution')': /simple/nodejs/\n")
NPM = "npm error code EAI_AGAIN\nnpm error syscall getaddrinfo\n"


@pytest.mark.parametrize("output, reason", [
    (APT, "Temporary failure resolving 'deb.debian.org'"),
    ("E: Failed to fetch http://x  Could not connect to x:80 (1.2.3.4), connection timed out\n",
     "Could not connect to x:80 (1.2.3.4), connection timed out"),
    (PIP, "Temporary failure in name resolution"), (NPM, "EAI_AGAIN"),
    ("npm ERR! code ENOTFOUND\n", "ENOTFOUND"),
    ("E: Unable to locate package nonsense\n", None), ("src/a.cc:3: error: expected ';'\n", None),
])
def test_what_is_about_the_network(output, reason):
    assert unreachable(output) == reason


def test_a_network_that_is_gone_is_one_line_without_the_log(tmp_path):
    (tmp_path / "said").write_text(PIP)
    with pytest.raises(Failure, match="PyPI cannot be reached") as gone:
        run_logged(["sh", "-c", f"cat {tmp_path}/said; exit 1"], tmp_path / "log", "pip",
                   reaches="PyPI")
    assert gone.value.log_tail() == []


def test_what_an_earlier_command_said_is_not_this_ones(tmp_path):
    (tmp_path / "log").write_text(PIP)
    with pytest.raises(Failure, match="failed with status 1"):
        run_logged(["sh", "-c", "exit 1"], tmp_path / "log", "pip", reaches="PyPI")


def test_a_program_that_is_missing_is_named(tmp_path):
    with pytest.raises(Failure, match="/no/such/program is missing"):
        run_logged(["/no/such/program"], tmp_path / "log", "it")


RUN = """
import sys
from ops import cli
from ops.progress import run_logged
import signal
from pathlib import Path
signal.signal(signal.SIGTERM, cli._interrupt)
try:
    run_logged(["sh", "-c", sys.argv[1]], Path(sys.argv[2]), "it", patient=sys.argv[3] == "patient")
except KeyboardInterrupt:
    sys.exit(130)
"""


def begin(tmp_path, script: str, how: str = "") -> subprocess.Popen:
    """A process group, as a terminal's is, in which `script` has begun."""
    process = subprocess.Popen([sys.executable, "-s", "-c", RUN, f"touch {tmp_path}/begun; {script}",
                                str(tmp_path / "log"), how], cwd=REPO, process_group=0,
                               preexec_fn=hear_signals)
    until(lambda: (tmp_path / "begun").exists())
    return process


def until(what) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number, status", [(signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_what_is_run_ends_with_whoever_runs_it(tmp_path, number, status):
    process = begin(tmp_path, f"echo $$ >{tmp_path}/pid; exec sleep 60")
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
    pid = int((tmp_path / "pid").read_text())
    process.send_signal(number)
    assert process.wait(10) == status
    until(lambda: not alive(pid))


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_must_not_end_half_way_is_waited_for(tmp_path):
    """Also when Ctrl-C is pressed again: the terminal tells all of the group."""
    process = begin(tmp_path, f"sleep 1; touch {tmp_path}/whole", "patient")
    for _ in range(3):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.2)
    assert process.wait(10) == 130
    assert (tmp_path / "whole").exists()
