"""up and down: what they start, restart and leave alone, whatever was there before."""

import json
import os
import shutil
import signal
from dataclasses import replace

import pytest

from client import Buyer, Client, eventually
from operating import LOGS
from ops import temporary

IRELAND, SINGAPORE = "eu-west-1", "ap-southeast-1"


@pytest.fixture(scope="module")
def running():
    with temporary.shop(keep_logs_in=LOGS / "lifecycle-shop") as shop:
        yield shop


@pytest.fixture(autouse=True)
def whole_again(running):
    yield
    running.perpetua("up", "--yes")


def status(running) -> dict[str, dict]:
    """Of each region and edge, by name."""
    said = json.loads(running.perpetua("status", "--json").stdout)
    return {item["name"]: item for item in (*said["regions"], *said["edges"])}


def pids(running) -> dict[str, int]:
    return {name: item["pid"] for name, item in status(running).items()}


def test_a_renewed_certificate_restarts_what_uses_it_and_nothing_else(running):
    before = pids(running)
    (running.shop.region_folder(IRELAND) / "tls" / "region.pem").unlink()
    running.perpetua("up", "--yes")
    after = pids(running)
    assert {name for name in after if after[name] != before[name]} == {IRELAND}
    assert all(item["ready"] for item in status(running).values())


def test_the_shop_opens_without_a_region_that_lost_its_store(running):
    store = running.shop.region_folder(IRELAND) / "store"
    own = store.with_name("store.own")
    running.perpetua("down")
    store.rename(own)
    try:
        up = running.perpetua("up", "--yes", "--json", expect=1)
        assert IRELAND in up.stderr and "newcomer" in up.stderr
        assert json.loads(up.stdout)["url"], "it is open all the same"
        assert Client(running.url).get("/api/books").region == SINGAPORE
        before = pids(running)
        running.perpetua("up", "--yes", expect=1)
        assert pids(running) == before, "the only region that sells goes on"
    finally:
        running.perpetua("down")
        shutil.rmtree(store, ignore_errors=True)
        own.rename(store)


def test_nothing_outlives_its_supervisor_and_up_starts_it_all_again(running):
    before = pids(running)
    os.kill(int((running.shop.supervisor / "supervisord.pid").read_text()), signal.SIGKILL)
    eventually(lambda: not any(item["ready"] for item in status(running).values()))
    running.perpetua("up", "--yes")
    after = status(running)
    assert all(item["ready"] and item["pid"] != before[name] for name, item in after.items())


def test_down_lets_the_edge_finish(running):
    """HAProxy drains and ends by itself; nothing has to be killed, nothing is started again."""
    log = running.shop.log / "supervisord.log"
    # Supervisor takes every end within the first second for a failed start.
    eventually(lambda: {item["state"] for item in status(running).values()} == {"running"})
    before = len(log.read_text().splitlines())
    running.perpetua("down")
    lines = log.read_text().splitlines()[before:]
    ended = [line for line in lines if "exited: " in line]
    assert len(ended) == 3 and all("exit status 0; expected" in line for line in ended), lines
    assert not any("spawned" in line or "SIGKILL" in line for line in lines), lines


def test_a_running_shop_keeps_its_port(running):
    moved = replace(running, shop=replace(running.shop, port=running.shop.port + 1))
    refused = moved.perpetua("up", "--yes", expect=1)
    assert str(running.shop.port) in refused.stderr and refused.stderr.count("\n") == 1
    assert all(item["ready"] for item in status(running).values())


def test_nothing_is_wiped_under_a_region_that_serves(running):
    """A supervisor that does not answer is no reason to take its regions for dead."""
    socket = running.shop.supervisor_socket
    socket.rename(socket.with_suffix(".away"))
    try:
        refused = running.perpetua("down", "--wipe", expect=1)
        assert "is taken by perpetuad" in refused.stderr
        assert (running.shop.region_folder(IRELAND) / "store").exists()
    finally:
        socket.with_suffix(".away").rename(socket)
    assert all(item["ready"] for item in status(running).values())


def test_buyers_are_served_while_a_region_hangs(running):
    edge = Client(running.url)
    buyer = Buyer(edge)
    book = edge.get("/api/books?limit=1").body["items"][0]["id"]
    pid = pids(running)[IRELAND]
    os.kill(pid, signal.SIGSTOP)
    try:
        for _ in range(20):
            answer = edge.get("/api/truth")
            assert (answer.status, answer.region) == (200, SINGAPORE)
        added = buyer.add(book)
        assert (added.status, added.region) == (201, SINGAPORE)
        assert buyer.cart().body["lines"][0]["quantity"] == 1
    finally:
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: edge.get("/api/truth").region == IRELAND, within_s=20)
