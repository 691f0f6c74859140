"""What an operator does and sees: books, copies, and what each region counts."""

import json
import secrets

from client import Client, eventually
from ops.door import UnixConnection
from ops.shop import REPO

LOGS = REPO / "build" / "test-log"


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
    rows = operator(running, "GET", f"/books/{book}/stock", region=region)["writers"]
    return sum(row["sold"] - row["released"] for row in rows)
