"""A region whose disk was emptied or rolled back: found out, takes no orders, harms no mirror."""

import http.client
import shutil
import threading
from contextlib import contextmanager

import pytest

from client import Buyer, Client, eventually
from operating import LOGS, make_book
from ops import temporary
from ops.door import region_status
from ops.privileges import hand_over
from ops.supervisor import Supervisor

IRELAND, SINGAPORE = "eu-west-1", "ap-southeast-1"


@pytest.fixture(scope="module")
def running():
    with temporary.shop(keep_logs_in=LOGS / "lost-disk-shop") as shop:
        yield shop


@pytest.fixture
def regions(running):
    return {region.name: Client(region.url) for region in running.shop.regions}


def status(running, region: str) -> dict:
    return region_status(running.shop, region) or {}


def equal_again(running) -> dict:
    eventually(lambda: status(running, IRELAND).get("position")
               == status(running, SINGAPORE).get("position"), within_s=20)
    return status(running, SINGAPORE)["position"]


@contextmanager
def another_disk(running, lay_out):
    """Ireland on another disk; its own one is back afterwards."""
    control = Supervisor(running.shop)
    store = running.shop.region_folder(IRELAND) / "store"
    own = store.with_name("store.own")
    control.kill(IRELAND)
    store.rename(own)
    try:
        lay_out(store)
        if running.shop.home.stat().st_uid == 0:
            hand_over(running.shop, IRELAND)
        control.start(IRELAND)
        eventually(lambda: status(running, IRELAND), within_s=20)
        yield
    finally:
        control.kill(IRELAND)
        shutil.rmtree(store, ignore_errors=True)
        own.rename(store)
        control.start(IRELAND)
        eventually(lambda: status(running, IRELAND).get("ready"), within_s=20)


class OrdersFromTheStart:
    """Tries to order without a pause, from before a region's first answer on."""

    def __init__(self, buyer: Buyer, book: dict, region: Client):
        self.statuses: set[int] = set()
        self._order = lambda: self.statuses.add(buyer.order(book, at=region).status)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._order()
            except (OSError, http.client.HTTPException):
                pass  # it does not listen yet

    def stop(self) -> set[int]:
        """What was answered, by at least one answer."""
        eventually(lambda: self.statuses)
        self._over.set()
        self._thread.join()
        return self.statuses


def refused_there(running, regions, buyer, book) -> None:
    said = status(running, IRELAND)
    assert said["ready"] is False
    assert "no orders" in said["why"] or "no writes" in said["why"], said["why"]
    assert regions[IRELAND].get("/healthz/ready").status == 503
    answer = buyer.order(book, 1, at=regions[IRELAND])
    assert answer.status == 503, answer


def test_an_emptied_disk_is_a_newcomers(running, regions):
    book = make_book(running, regions, 10)
    buyer = Buyer(regions[IRELAND])
    ordered = buyer.order(book, 2).body
    assert ordered["durability"] == "remote"
    before = equal_again(running)
    with another_disk(running, lambda store: None):
        refused_there(running, regions, buyer, book)
        # It mirrors every history, its own old one too, and takes nothing from the mirror there.
        eventually(lambda: status(running, IRELAND)["position"] == before, within_s=20)
        assert status(running, SINGAPORE)["position"] == before
        orders = buyer.ask("GET", "/api/orders", at=regions[SINGAPORE]).body["items"]
        assert [order["id"] for order in orders] == [ordered["id"]]
    equal_again(running)


def test_a_disk_that_was_rolled_back_is_found_out(running, regions, tmp_path):
    buyer = Buyer(regions[IRELAND])
    old_book = make_book(running, regions, 10)
    equal_again(running)
    old = tmp_path / "old"
    control = Supervisor(running.shop)
    control.kill(IRELAND)
    shutil.copytree(running.shop.region_folder(IRELAND) / "store", old)
    control.start(IRELAND)
    eventually(lambda: status(running, IRELAND).get("ready"), within_s=20)
    book = make_book(running, regions, 10)
    ordered = buyer.order(book, 2).body
    assert ordered["durability"] == "remote"
    before = equal_again(running)
    orders = OrdersFromTheStart(buyer, old_book, regions[IRELAND])

    def lay_out(store):
        shutil.copytree(old, store)
        orders.start()

    with another_disk(running, lay_out):
        eventually(lambda: "rolled back" in status(running, IRELAND).get("why", ""), within_s=20)
        # Nor did it before it knew.
        assert orders.stop() == {503}
        refused_there(running, regions, buyer, book)
        assert status(running, SINGAPORE)["position"] == before
        orders = buyer.ask("GET", "/api/orders", at=regions[SINGAPORE]).body["items"]
        assert [order["id"] for order in orders] == [ordered["id"]]
    assert equal_again(running) == before
