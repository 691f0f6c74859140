"""Processes under a real supervisord: small scripts in the place of servers."""

import os
import signal
import time
from pathlib import Path

import pytest

from ops import supervisor
from ops.shop import Shop
from ops.supervisor import Supervisor

REGION, OTHER, EDGE = "eu-west-1", "ap-southeast-1", "dublin"
WAIT_S = 20.0
SLEEPS = "exec sleep 600"


def eventually(what):
    deadline = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.01)


class Small:
    """A supervised shop whose servers are shell scripts; each notes its starts and its signals."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.shop = Shop.open(str(folder / "h"), 8080)
        for path in (self.shop.supervisor, self.shop.log):
            path.mkdir(parents=True)
        self.control = Supervisor(self.shop)
        self.scripts: dict[str, str] = {}

    def configure(self, change=str, **scripts: str) -> None:
        """`change` alters the generated configuration."""
        text = supervisor.HEAD.format(folder=self.shop.supervisor, log=self.shop.log)
        for name, body in scripts.items():
            group = name.replace("_", "-")
            script = self.folder / group
            script.write_text(f"#!/bin/sh\necho start >>{script}.notes\n{body}\n")
            script.chmod(0o755)
            kind = "haproxy" if group == EDGE else "perpetuad"
            text += supervisor._program(self.shop, group, kind, [str(script)], self.folder, False)
        (self.shop.supervisor / "supervisord.conf").write_text(change(text))

    def notes(self, group: str) -> list[str]:
        path = self.folder / f"{group}.notes"
        return path.read_text().split() if path.exists() else []

    def state(self, group: str) -> str:
        return self.control.group(group)[0]["statename"]

    def pid(self, group: str) -> int:
        return self.control.group(group)[0]["pid"]

    def up(self, *groups: str) -> None:
        """Started, and past its first line."""
        self.control.launch()
        for group in groups:
            before = len(self.notes(group))
            self.control.start(group)
            eventually(lambda: len(self.notes(group)) > before)


@pytest.fixture
def small(tmp_path):
    made = Small(tmp_path)
    yield made
    if made.control.running():
        made.control.shutdown()


def test_what_a_kill_stopped_stays_dead_until_it_is_started(small):
    small.configure(eu_west_1=SLEEPS)
    small.up(REGION)
    pid = small.pid(REGION)
    assert small.control.kill(REGION) == [pid]
    assert small.state(REGION) == "STOPPED"
    small.up(REGION)
    assert small.pid(REGION) not in (0, pid)


def test_what_dies_by_itself_is_started_again(small):
    small.configure(eu_west_1=SLEEPS)
    small.up(REGION)
    eventually(lambda: small.state(REGION) == "RUNNING")
    pid = small.pid(REGION)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: small.pid(REGION) not in (0, pid))


def test_start_waits_for_what_is_just_being_stopped(small):
    # As if the kernel took a second to end it: a kill that was interrupted leaves it so.
    small.configure(lambda text: text.replace("stopsignal=KILL", "stopsignal=USR2").replace(
        "stopwaitsecs=10", "stopwaitsecs=1"), eu_west_1=f"trap '' USR2\n{SLEEPS}")
    small.up(REGION)
    pid = small.pid(REGION)
    small.control._call("stopProcessGroup", REGION, False)
    assert small.state(REGION) == "STOPPING"
    small.control.start(REGION)
    assert small.pid(REGION) not in (0, pid)


def test_start_does_not_wait_for_the_next_try_of_what_failed(small):
    small.configure(eu_west_1=f"[ -e {small.folder}/disk-full ] && exit 1\n{SLEEPS}")
    (small.folder / "disk-full").touch()
    small.up(REGION)
    eventually(lambda: small.state(REGION) == "BACKOFF")
    (small.folder / "disk-full").unlink()
    small.control.start(REGION)
    assert small.state(REGION) in ("STARTING", "RUNNING")


def test_an_edge_is_asked_to_drain_and_does_not_come_back(small):
    drains = "trap 'echo drained >>$0.notes; exit 0' USR1\ntrap 'echo dropped >>$0.notes' TERM\n"
    small.configure(dublin=drains + "while :; do sleep 0.05; done")
    small.up(EDGE)
    eventually(lambda: small.state(EDGE) == "RUNNING")
    small.control.stop_gracefully([EDGE])
    assert small.notes(EDGE) == ["start", "drained"]
    assert small.state(EDGE) == "EXITED"


@pytest.mark.parametrize("how", ["exit 1", "exit 0", ""], ids=["fails", "ends well", "refuses"])
def test_what_was_asked_to_end_is_not_started_again(small, how, monkeypatch):
    monkeypatch.setattr(supervisor, "DRAIN_WAIT_S", 2.0)
    small.configure(eu_west_1=f"trap '{how}' TERM\nwhile :; do sleep 0.05; done")
    small.up(REGION)
    if how == "exit 1":
        eventually(lambda: small.state(REGION) == "RUNNING")
    small.control.stop_gracefully([REGION])
    starts = len(small.notes(REGION))
    for _ in range(20):  # with every answer supervisord looks whether there is something to start
        assert small.state(REGION) in ("STOPPED", "EXITED") and small.pid(REGION) == 0
    assert len(small.notes(REGION)) == starts


def test_no_process_outlives_its_supervisor(small):
    small.configure(eu_west_1=SLEEPS, dublin=SLEEPS)
    small.up(REGION, EDGE)
    pids = [small.pid(REGION), small.pid(EDGE)]
    os.kill(small.control._pid(), signal.SIGKILL)
    eventually(lambda: not any(map(supervisor._alive, pids)))
    assert small.control.processes() == []
    small.up(REGION, EDGE)


def test_a_new_configuration_stops_only_what_went(small):
    small.configure(eu_west_1=SLEEPS, ap_southeast_1=SLEEPS, dublin=SLEEPS)
    small.up(REGION, OTHER, EDGE)
    stay = {group: small.pid(group) for group in (REGION, OTHER)}
    small.configure(lambda text: text.replace("umask=077", "umask=027", 1),
                    eu_west_1=SLEEPS, ap_southeast_1=SLEEPS)
    assert small.control.reload() == {REGION}
    assert small.control.group(EDGE) == []
    assert {group: small.pid(group) for group in stay} == stay
    small.control.stop_gracefully([REGION])
    small.control.replace(REGION)
    small.up(REGION)
    assert small.control.reload() == set()
    assert small.pid(OTHER) == stay[OTHER]


def test_a_supervisor_of_another_account_is_no_missing_one(small, monkeypatch):
    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(supervisor.UnixConnection, "connect", forbidden)
    with pytest.raises(supervisor.Failure, match="another account"):
        small.control.processes()
