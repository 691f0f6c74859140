"""One shop of two regions and an edge for all black-box tests of a session."""

import json
import secrets

import pytest

from client import Buyer, Client, eventually
from ops import temporary
from ops.door import UnixConnection
from ops.shop import REPO

LOGS = REPO / "build" / "test-log"


@pytest.fixture(scope="session")
def running():
    with temporary.shop(keep_logs_in=LOGS / "api-shop") as shop:
        yield shop


@pytest.fixture(scope="session")
def edge(running):
    return Client(running.url)


@pytest.fixture(scope="session")
def regions(running):
    """Name -> client of that region's own address, in the topology's order."""
    return {region.name: Client(region.url) for region in running.shop.regions}


@pytest.fixture(scope="session", params=[0, 1], ids=["first region", "second region"])
def region(request, regions):
    return list(regions.values())[request.param]


@pytest.fixture
def buyer(edge):
    return Buyer(edge)


@pytest.fixture
def new_book(running, regions):
    """Makes books with as many copies as one likes, known in every region when it returns."""
    return lambda copies=100, **changes: make_book(running, regions, copies, **changes)


@pytest.fixture
def book(new_book):
    return new_book()


def make_book(running, regions, copies: int, **changes) -> dict:
    name = f"test-{secrets.token_hex(6)}"
    book = {"id": name, "title": f"Title of {name}", "authors": ["A. Writer"],
            "category": "woodwork", "description": "About wood.",
            "price": {"amount": 1899, "currency": "EUR"}} | changes
    answer = operator(running, "POST", "/books",
                      json.dumps({"book": book, "initial": copies}).encode() + b"\n",
                      "application/x-ndjson")
    assert answer["accepted"] == 1, answer
    for client in regions.values():
        eventually(lambda: client.get(f"/api/books/{name}").status == 200,
                   message=f"{name} did not reach {client.url}")
    # Its copies too: a book may be known a moment before its first delivery.
    for client in regions.values():
        eventually(lambda: sum(row["quantity"] for row in availability(client, name)) == copies,
                   message=f"the copies of {name} did not reach {client.url}")
    return book


def availability(client: Client, book: str) -> list[dict]:
    return client.get(f"/api/books/{book}").body["availability"]


def operator(running, method: str, path: str, body: bytes | None = None,
             content_type: str = "application/json", region: str | None = None) -> dict:
    """Asks at a region's operator door; an answer that refuses is a failed test."""
    name = region or running.shop.regions[0].name
    connection = UnixConnection(running.shop.operator_socket(name), timeout=30.0)
    try:
        connection.request(method, path, body, {"Content-Type": content_type})
        response = connection.getresponse()
        content = response.read()
        assert response.status < 300, (path, response.status, content)
        return json.loads(content)
    finally:
        connection.close()


def sold(running, book: str, region: str) -> int:
    """Copies sold and not released, in all writers' rows as one region sees them."""
    rows = operator(running, "GET", f"/books/{book}/stock", region=region)["rows"]
    return sum(row["sold"] - row["released"] for row in rows)
