"""Chaos without a shop: the schedule, the links, the disks and the verdict."""

import copy
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager

import pytest

from ops.chaos import verdict
from ops.chaos.disk import Disks
from ops.chaos.network import Network
from ops.chaos.processes import crashes
from ops.chaos.schedule import AT_ONCE_MAX, KINDS, SECONDS, draw, targets

REGIONS = ["a", "b", "c"]


def test_the_same_seed_gives_the_same_faults():
    assert draw(7, 200, REGIONS) == draw(7, 200, REGIONS)
    assert draw(7, 20, REGIONS) == draw(7, 200, REGIONS)[:20], "more faults change no earlier ones"
    assert draw(7, 20, REGIONS) != draw(8, 20, REGIONS)


@pytest.mark.parametrize("seed", range(20))
def test_a_schedule_is_of_every_kind_and_within_its_bounds(seed):
    faults = draw(seed, 100, REGIONS)
    assert [fault.number for fault in faults] == list(range(1, 101))
    assert {fault.kind for fault in faults[:len(KINDS)]} == set(KINDS)
    for i, fault in enumerate(faults):
        assert SECONDS[0] <= fault.seconds <= SECONDS[1]
        assert fault.at_s >= (faults[i - 1].at_s if i else 0)
        others = [other for other in faults[:i] if other.end_s > fault.at_s]
        assert len(others) < AT_ONCE_MAX
        for other in others:
            assert not (targets(fault.kind, fault.regions, REGIONS)
                        & targets(other.kind, other.regions, REGIONS)), (fault, other)
    assert any(other.at_s < fault.end_s for fault, other in zip(faults, faults[1:])), "they overlap"


class Echo:
    """A region that sends back what it gets."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = self._listener.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    def _echo(self, connection) -> None:
        with connection:
            try:
                while data := connection.recv(4096):
                    connection.sendall(data)
            except OSError:
                pass

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def network():
    echo = Echo()
    made = Network({"a": echo.address, "b": echo.address}, random.Random(1))
    yield made
    made.stop()
    echo.close()


@contextmanager
def dialled(network):
    """A connection from a to b."""
    with closing(socket.create_connection(("127.0.0.1", network.ports["a", "b"]))) as connection:
        connection.settimeout(5)
        yield connection


def echoed(connection, data: bytes) -> bool:
    connection.sendall(data)
    return all(connection.recv(1) == data[i:i + 1] for i in range(len(data)))


def is_silent(connection) -> bool:
    connection.settimeout(0.2)
    try:
        return connection.recv(1) == b"never"
    except TimeoutError:
        return True
    finally:
        connection.settimeout(5)


def is_ended(connection) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_cut_link_ends_connections_and_refuses_new_ones(network):
    with dialled(network) as connection:
        assert echoed(connection, b"hello")
        network.cut("b", "a")
        assert is_ended(connection)
        with dialled(network) as another:
            assert is_ended(another)
        network.mend("b", "a")
        with dialled(network) as another:
            assert echoed(another, b"hello")


@pytest.mark.parametrize("way", [("a", "b"), ("b", "a")])
def test_one_way_is_silent_and_what_was_sent_arrives_late_or_never(network, way):
    with dialled(network) as connection:
        assert echoed(connection, b"hello")
        network.hold(*way)
        connection.sendall(b"late")
        assert is_silent(connection)
        network.let_go(*way, reset=False)
        assert connection.recv(4) == b"late"
        network.hold(*way)
        connection.sendall(b"lost")
        assert is_silent(connection)
        network.let_go(*way, reset=True)
        assert is_ended(connection)


def test_a_new_connection_over_a_silent_link_is_made_once_it_is_back(network):
    network.hold("a", "b")
    with dialled(network) as connection:
        connection.sendall(b"hello")
        assert is_silent(connection)
        network.let_go("a", "b", reset=False)
        assert connection.recv(5) == b"hello"


def test_half_open_tells_one_end_alone_and_new_connections_pass(network):
    with dialled(network) as connection:
        assert echoed(connection, b"hello")
        left = network.half_open("a", "b")
        assert len(left) == 1
        connection.sendall(b"anybody?")
        assert is_silent(connection)
        with dialled(network) as another:
            assert echoed(another, b"hello")
            network.end(left)
            assert is_ended(connection)
            assert echoed(another, b"hello")
    with dialled(network) as connection:
        assert echoed(connection, b"hello")
        network.half_open("b", "a")
        assert is_ended(connection)


def test_a_link_is_late_and_slow_as_it_is_told_and_keeps_the_order(network):
    with dialled(network) as connection:
        for shape, least_s in (({"delay_s": 0.1, "jitter_s": 0.05}, 0.2),
                               ({"bytes_per_s": 100}, 0.1)):
            network.shape("b", "a", **shape)
            began = time.monotonic()
            assert echoed(connection, b"0123456789")
            assert time.monotonic() - began >= least_s
        network.shape("a", "b")
        assert echoed(connection, b"0123456789" * 400)


WRITES = """
import os, sys
with open(sys.argv[1], "wb", buffering=0) as file:
    for what in (lambda: file.write(b"x"), lambda: os.fsync(file.fileno())):
        try:
            what()
        except OSError as error:
            print(error.errno)
print(os.statvfs(sys.argv[1]).f_bavail == 0)
"""


@pytest.mark.parametrize("kind, said", [
    (None, ["False"]), ("no-space", ["28", "False"]), ("failed-sync", ["5", "False"]),
    ("full-disk", ["True"]),
])
def test_a_disk_fails_for_its_region_while_it_is_told_to(tmp_path, kind, said):
    disks = Disks(tmp_path / "disks", REGIONS)
    (tmp_path / "file").touch()

    def printed(region: str) -> list[str]:
        return subprocess.run([sys.executable, "-c", WRITES, str(tmp_path / "file")], check=True,
                              env=disks.environment()[region], capture_output=True, text=True,
                              ).stdout.split()

    if kind is not None:
        disks.fail("a", kind)
    assert printed("a") == said
    assert printed("b") == ["False"]
    if kind is not None:
        disks.work("a", kind)
    assert printed("a") == ["False"]


def test_a_power_cut_takes_what_was_not_synced(tmp_path):
    disks, store = Disks(tmp_path / "disks", REGIONS), tmp_path / "store"
    store.mkdir()
    (store / "older").write_bytes(b"whole")
    writes = """
import os, sys
for name, synced in (("some", 3), ("all", 5), ("none", 0)):
    file = os.open(sys.argv[1] + "/" + name, os.O_CREAT | os.O_WRONLY)
    os.write(file, b"12345"[:synced])
    if synced:
        os.fsync(file)
    os.write(file, b"12345"[synced:])
"""
    subprocess.run([sys.executable, "-c", writes, str(store)], check=True,
                   env=disks.environment()["a"])
    assert disks.forget("b", store) == 0
    assert disks.forget("a", store) == 7
    assert {path.name: path.read_bytes() for path in store.iterdir()} == {
        "older": b"whole", "some": b"123", "all": b"12345", "none": b""}


def test_a_process_that_no_fault_ended_is_found(tmp_path):
    (tmp_path / "log").write_text("""\
2026-11-25 03:21:02,611 WARN exited: a-perpetuad (exit status 1; not expected)
2026-11-25 03:21:03,611 WARN exited: a-perpetuad (terminated by SIGKILL; not expected)
2026-11-25 03:21:04,611 WARN exited: b-perpetuad (terminated by SIGABRT (core dumped); not expected)
""")
    assert crashes(tmp_path / "log") == ["b-perpetuad was ended by SIGABRT, which no fault has sent"]


def good() -> dict:
    check = dict.fromkeys(verdict.WRONG, 0) | {
        "pass": True, "findings": [], "stock_exact": True,
        "checked": {"orders": 3, "cart_lines": 2, "buyers": 3, "books": 1}}
    report = {"requests": 9, "failed_safe": 0, "failed_writes": 0, "refusals": {"sold-out": 2},
              "orders_acknowledged": 1, "orders_remote": 1, "orders_unknown": 0,
              "cart_writes_acknowledged": 2}
    return {"faults": Counter({"kill": 1, "cut": 1}), "errors": [], "check": check,
            "report": report, "operator": {"acknowledged": 1, "refused": 0}}


def test_a_run_in_which_nothing_was_wrong_passes():
    assert verdict.faults(good(), 2) == []
    said = "\n".join(verdict.text(good()))
    assert "2 faults: 1 kill, 1 cut" in said
    assert "0 books oversold, 0 acknowledged orders lost, 0 differences between regions" in said


@pytest.mark.parametrize("alter", [
    *(lambda r, name=name: r["check"].update({name: 1}) for name in verdict.WRONG),
    lambda r: r["errors"].append("a region does not come back"),
    lambda r: r["faults"].subtract({"kill": 1}),
    lambda r: r["check"].update(stock_exact=False),
    lambda r: r["check"].update({"pass": False}),
    lambda r: r["report"].update(orders_acknowledged=0),
])
def test_whatever_is_wrong_is_said(alter):
    result = copy.deepcopy(good())
    alter(result)
    assert verdict.faults(result, 2)
