"""Buys a book as a browser would, and looks that the order is there. Prints it, and the region.

Run in the machine's network, with this machine's Python: /usr/bin/python3 -I buyer.py URL
"""

import http.client
import json
import secrets
import sys
from urllib.parse import urlsplit

TIMEOUT_S = 10.0


class Buyer:
    def __init__(self, url: str):
        self._url = url
        self._token = None
        self.region = None  # that answered last

    def ask(self, method: str, path: str, body=None, expect: int = 200, **headers: str):
        parts = urlsplit(self._url)
        sent = {"Origin": self._url, "Content-Type": "application/json"}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != expect:
            sys.exit(f"{method} {path}: {answer.status}, not {expect}: {content[:200]!r}")
        self.region = answer.headers["Perpetua-Region"]
        return answer.headers, content

    def buy(self) -> str:
        """The order's id."""
        _, page = self.ask("GET", "/")
        if b"<html" not in page:
            sys.exit(f"the storefront is no page: {page[:200]!r}")
        _, session = self.ask("POST", "/api/session", {}, expect=201)
        self._token = json.loads(session)["token"]
        _, books = self.ask("GET", "/api/books?limit=1")
        book = json.loads(books)["items"][0]["id"]
        cart, _ = self.ask("POST", "/api/cart/items", {"bookId": book, "quantity": 1}, expect=201,
                           Idempotency_Key=secrets.token_hex(16))
        _, order = self.ask("POST", "/api/orders", {}, expect=201, If_Match=cart["ETag"],
                            Idempotency_Key=secrets.token_hex(16))
        number = json.loads(order)["id"]
        _, found = self.ask("GET", f"/api/orders/{number}")
        if [line["bookId"] for line in json.loads(found)["lines"]] != [book]:
            sys.exit(f"the order is another: {found[:200]!r}")
        return number


if __name__ == "__main__":
    buyer = Buyer(sys.argv[1])
    print(f"{buyer.buy()} in {buyer.region}")
