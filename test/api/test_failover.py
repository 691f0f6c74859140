"""A region dies: one goes on shopping with the same cart and orders; it comes back and catches up."""

import json
import os
import signal
import subprocess

import pytest

from client import Buyer, Client, eventually
from operating import LOGS, make_book, sold
from ops import temporary
from ops.shop import REPO
from ops.supervisor import Supervisor
from terminal import hear_signals

IRELAND, SINGAPORE = "eu-west-1", "ap-southeast-1"


@pytest.fixture(scope="module")
def running():
    with temporary.shop(keep_logs_in=LOGS / "failover-shop") as shop:
        yield shop


@pytest.fixture
def regions(running):
    return {region.name: Client(region.url) for region in running.shop.regions}


@pytest.fixture
def edge(running):
    return Client(running.url)


def pid_of(running, name: str) -> int | None:
    return region_of(running, name)["pid"]


def region_of(running, name: str) -> dict:
    status = json.loads(running.perpetua("status", "--json").stdout)
    return next(region for region in status["regions"] if region["name"] == name)


def test_shopping_goes_on_while_ireland_is_dead(running, regions, edge):
    book = make_book(running, regions, 100)
    buyer = Buyer(edge)
    ordered = buyer.order(book, 2).body["id"]
    assert buyer.add(book["id"], 3).region == IRELAND
    Supervisor(running.shop).kill(IRELAND)
    for _ in range(50):
        answer = buyer.cart()
        assert answer.status == 200 and answer.region == SINGAPORE
        assert answer.body["lines"][0]["quantity"] == 3
    assert buyer.ask("GET", f"/api/orders/{ordered}").body["id"] == ordered
    again = buyer.order(book, 1)
    assert again.status == 201 and again.body["durability"] == "local"
    assert pid_of(running, IRELAND) is None, "what a drill killed must stay dead"
    running.perpetua("up", "--yes")
    assert edge.get("/api/truth").status == 200
    eventually(lambda: sold(running, book["id"], IRELAND) == 3)
    orders = buyer.ask("GET", "/api/orders", at=regions[IRELAND]).body["items"]
    assert [order["id"] for order in orders] == [again.body["id"], ordered]


def test_what_dies_by_itself_is_started_again(running, regions):
    before = pid_of(running, IRELAND)
    os.kill(before, signal.SIGKILL)
    eventually(lambda: pid_of(running, IRELAND) not in (None, before), within_s=20)
    eventually(lambda: region_of(running, IRELAND)["ready"], within_s=20)


def test_a_second_up_changes_nothing(running):
    before = [pid_of(running, name) for name in (IRELAND, SINGAPORE)]
    running.perpetua("up", "--yes")
    assert [pid_of(running, name) for name in (IRELAND, SINGAPORE)] == before


def test_down_and_up_lose_nothing(running, regions, edge):
    book = make_book(running, regions, 10)
    buyer = Buyer(edge)
    order = buyer.order(book, 2).body["id"]
    running.perpetua("down")
    assert json.loads(running.perpetua("status", "--json").stdout)["regions"][0]["pid"] is None
    running.perpetua("up", "--yes")
    for name, client in regions.items():
        assert buyer.ask("GET", f"/api/orders/{order}", at=client).status == 200
        assert sold(running, book["id"], name) == 2


def test_the_drill_loses_nothing(running):
    result = running.perpetua("drill", "kill-region", IRELAND, "--json", "--seconds", "3",
                              expect=None)
    verdict = json.loads(result.stdout)
    assert verdict["orders_lost"] == 0 and verdict["failed_safe"] == 0, verdict["faults"]
    assert verdict["orders_acknowledged"] > 0 and verdict["gap_ms_max"] < 300
    assert verdict["stock_exact"], "as many copies sold as ordered, neither more nor fewer"
    for phase in ("before", "during", "after"):
        assert 0 < verdict["latency_ms"][phase]["p50"] <= verdict["latency_ms"][phase]["p99"]
    assert verdict["pass"] and result.returncode == 0, verdict["faults"]
    assert region_of(running, IRELAND)["ready"]


def load_begun(running, name: str, earlier: set) -> bool:
    """Whether a drill's load `name` has asked for something, of those that were not there before."""
    found = set(running.shop.drills.glob(f"*/{name}.record")) - earlier
    return any(record.stat().st_size for record in found)


@pytest.mark.parametrize("moment, signals", [
    ("before the kill", [signal.SIGINT]), ("while it is dead", [signal.SIGTERM]),
    ("while it is dead", [signal.SIGINT, signal.SIGINT]), ("at its return", [signal.SIGHUP])],
    ids=["before", "dead", "dead-twice", "return"])
def test_an_interrupted_drill_restores_the_region(running, moment, signals):
    before = pid_of(running, IRELAND)
    earlier = set(running.shop.drills.glob("*/*.record"))
    reached = {
        "before the kill": lambda: load_begun(running, "kill", earlier),
        "while it is dead": lambda: pid_of(running, IRELAND) is None,
        "at its return": lambda: load_begun(running, "return", earlier),
    }[moment]
    # Where it must be interrupted before the kill, that is a minute away.
    seconds = "60" if moment == "before the kill" else "2"
    drill = subprocess.Popen(
        [str(REPO / "perpetua"), "drill", "kill-region", IRELAND, "--seconds", seconds, "--rate",
         "20", "--home", str(running.shop.home), "--port", str(running.shop.port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_signals)
    try:
        eventually(lambda: drill.poll() is not None or reached(), within_s=30)
        assert drill.poll() is None, drill.communicate()[1]
        for number in signals:
            drill.send_signal(number)
        _, said = drill.communicate(timeout=60)
    finally:
        drill.kill()
    assert drill.returncode == 130, said
    assert region_of(running, IRELAND)["ready"]
    assert (pid_of(running, IRELAND) == before) == (moment == "before the kill")
