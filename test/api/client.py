"""A buyer's HTTP client: one connection per request, nothing remembered but the session."""

import http.client
import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def body(self):
        return json.loads(self.content)

    @property
    def region(self) -> str:
        return self.headers["Perpetua-Region"]

    def is_problem(self, status: int, slug: str) -> bool:
        return (self.status == status
                and self.headers.get_content_type() == "application/problem+json"
                and self.body["type"] == f"/problems/{slug}"
                and self.body["status"] == status)


class Client:
    """Talks to an edge or to one region."""

    def __init__(self, url: str):
        self.url = url
        parts = urlsplit(url)
        self.address = (parts.hostname, parts.port)

    def request(self, method: str, path: str, body=None, headers: dict | None = None,
                timeout_s: float = TIMEOUT_S) -> Answer:
        """`body` is sent as JSON, bytes as they are."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(*self.address, timeout=timeout_s)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, headers: dict | None = None) -> Answer:
        return self.request("GET", path, headers=headers)


class Buyer:
    """A session; its requests may go to any client, for every region knows every session."""

    def __init__(self, client: Client):
        answer = client.request("POST", "/api/session", {})
        assert answer.status == 201, answer.content
        self.client = client
        self.token = answer.body["token"]
        self.cart_id = answer.body["cartId"]

    def ask(self, method: str, path: str, body=None, *, key: str | None = None,
            at: Client | None = None, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self.token}"}
        if key is not None:
            sent["Idempotency-Key"] = key
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return (at or self.client).request(method, path, body, sent)

    def cart(self, at: Client | None = None) -> Answer:
        return self.ask("GET", "/api/cart", at=at)

    def add(self, book: str, quantity: int = 1, *, key: str | None = None,
            at: Client | None = None) -> Answer:
        return self.ask("POST", "/api/cart/items", {"bookId": book, "quantity": quantity},
                        key=key or new_key(), at=at)

    def order(self, book: dict, quantity: int = 1, *, key: str | None = None,
              at: Client | None = None) -> Answer:
        """An explicit order of one line at the price that the book shows."""
        line = {"bookId": book["id"], "quantity": quantity, "price": book["price"]}
        return self.ask("POST", "/api/orders", {"lines": [line]}, key=key or new_key(), at=at)


def new_key() -> str:
    return secrets.token_hex(16)


def eventually(what, *, within_s: float = 10.0, message="it did not become so"):
    """Asks until `what()` is true, and returns that; for what replication brings in its own time.
    `message`: words, or a function that finds them once it is too late."""
    deadline = time.monotonic() + within_s
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < deadline, message() if callable(message) else message
        time.sleep(0.02)
