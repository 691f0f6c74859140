"""A region that is told to end does so in order: whatever is under way, with status 0, and with all
that it answered in another region's hands."""

import http.client
import json
import secrets
import signal
import subprocess
import threading

import pytest

from client import Buyer, Client, eventually
from operating import LOGS, operator
from ops import build, temporary
from ops.supervisor import Supervisor

IRELAND, SINGAPORE = "eu-west-1", "ap-southeast-1"
BOOKS = 400
BUYERS = 16


@pytest.fixture(scope="module")
def running():
    """A shop whose Ireland is not supervised any more: tests start it themselves."""
    with temporary.shop("--empty", keep_logs_in=LOGS / "shutdown-shop") as shop:
        Supervisor(shop.shop).stop_gracefully([IRELAND])
        yield shop


@pytest.fixture
def regions(running):
    return {region.name: Client(region.url) for region in running.shop.regions}


@pytest.fixture
def ireland(running, regions):
    """The process, ready and linked."""
    config = running.shop.region_folder(IRELAND) / "config.json"
    log = running.shop.log / f"{IRELAND}-under-test.log"
    with open(log, "ab") as file:
        process = subprocess.Popen([str(build.SERVER), "run", "--config", str(config)],
                                   stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    try:
        eventually(lambda: is_ready(regions[IRELAND]) and is_linked(running))
        yield process
    finally:
        process.kill()
        process.wait()


def is_ready(client: Client) -> bool:
    try:
        return client.get("/healthz/ready").status == 200
    except OSError:
        return False


def is_linked(running) -> bool:
    peers = operator(running, "GET", "/status", region=SINGAPORE)["peers"]
    return all(peer["connected"] for peer in peers)


def events(running, name: str) -> list[dict]:
    lines = (running.shop.log / f"{name}.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def goodbyes(running) -> int:
    return sum(f"{IRELAND} is stopping" in event.get("what", "")
               for event in events(running, f"{SINGAPORE}-perpetuad"))


def new_books(running) -> list[dict]:
    """With 50 copies in either region: an order of 99 needs the other one's."""
    books = [{"id": f"b-{secrets.token_hex(6)}", "title": "A book", "authors": ["A. Writer"],
              "category": "cars", "description": "", "price": {"amount": 100, "currency": "EUR"}}
             for _ in range(BOOKS)]
    lines = "".join(json.dumps({"book": book, "initial": 100}) + "\n" for book in books)
    answer = operator(running, "POST", "/books", lines.encode(), "application/x-ndjson",
                      region=SINGAPORE)
    assert answer["accepted"] == BOOKS
    return books


class Rush:
    """Orders in both regions that need each other's copies, until it is left."""

    def __init__(self, regions, books):
        self.taken: list[tuple[Buyer, str]] = []  # by Ireland
        self._regions, self._books = regions, books
        self._over = threading.Event()
        self._begun = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._buy, args=(n,)) for n in range(BUYERS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        for _ in range(2 * BUYERS):
            assert self._begun.acquire(timeout=30)
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _buy(self, number: int) -> None:
        buyer = Buyer(self._regions[SINGAPORE])
        client = list(self._regions.values())[number % 2]
        for book in self._books[number::BUYERS]:
            if self._over.is_set():
                return
            try:
                answer = buyer.order(book, 99, at=client)
                if answer.status == 201 and answer.region == IRELAND:
                    self.taken.append((buyer, answer.body["id"]))
            except (OSError, http.client.HTTPException):
                pass
            self._begun.release()


@pytest.mark.parametrize("how", ["signal", "operator", "two signals", "signal again"])
def test_it_ends_in_order_whatever_is_under_way(running, regions, ireland, how):
    said = goodbyes(running)
    with Rush(regions, new_books(running)) as rush:
        if how == "operator":
            operator(running, "POST", "/drain", region=IRELAND)
        else:
            ireland.send_signal(signal.SIGTERM)
        if how == "two signals":
            eventually(lambda: not is_ready(regions[IRELAND]))
            ireland.send_signal(signal.SIGTERM)
        assert ireland.wait(20) == 0
    assert events(running, f"{IRELAND}-under-test")[-1]["event"] == "drained"
    eventually(lambda: goodbyes(running) > said)
    assert rush.taken
    if how != "two signals":
        for buyer, order in rush.taken:
            assert buyer.ask("GET", f"/api/orders/{order}", at=regions[SINGAPORE]).status == 200
