"""Real ids, prices and ETags in place of what a schema can make up, so that what the contract allows
reaches the shop's rules and is done. What is meant to be refused goes out as it was made."""

import itertools
import os
import re
import secrets
import unicodedata
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

import requests
import schemathesis
from schemathesis.generation.meta import TestPhase

API = os.environ["PERPETUA_API"]
SESSION = {"Authorization": f"Bearer {os.environ['PERPETUA_TOKEN']}"}
LINES_MAX = 48  # of a cart, so that all that is added has room in it
SHELF = requests.get(f"{API}/books", {"limit": LINES_MAX}, timeout=10).json()["items"]
BOOKS = {book["id"]: book["price"] for book in SHELF}
IDS = sorted(BOOKS)
WORDS = sorted({word for book in SHELF for word in book["title"].split()})
AUTHORS = sorted({author for book in SHELF for author in book["authors"]})
LISTS = ("category", "author", "sort")  # what a cursor is bound to
DELIVERY = [{"method": option["method"], "price": option["price"]}
            for option in requests.get(f"{API}/delivery", timeout=10).json()["items"]]
books = itertools.cycle(IDS)  # a line of a cart can be changed so and so often only
# What answers have given, and what later requests may name.
orders: list[str] = []
cursors: dict[str, dict[str, str]] = {}  # with what chooses their lists


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = secrets.token_hex(16)
    fill = FILL.get(case.operation.definition.raw["operationId"])
    if fill is not None:
        fill(case)
    if case.query and "cursor" in case.query:
        fill_cursor(case.query)


@schemathesis.hook
def after_call(context, case, response):
    for link in response.headers.get("link", []):
        for target in re.findall(r"<([^>]+)>", link):
            query = dict(parse_qsl(urlsplit(target).query))
            cursors[query.get("cursor", "")] = {
                name: query[name] for name in LISTS if name in query}
    if case.operation.definition.raw["operationId"] == "placeOrder" and response.status_code == 201:
        orders.append(response.json()["id"])


def real(identifier: str) -> str:
    """A book of the shop's, in place of one that is not."""
    return identifier if identifier in BOOKS else IDS[crc32(identifier.encode()) % len(IDS)]


def fill_cursor(query: dict):
    lists = cursors.get(query["cursor"])
    if lists is None:
        del query["cursor"]
        return
    for name in LISTS:
        query.pop(name, None)
    query.update(lists)


def fill_list(case):
    query = case.query or {}
    if "author" not in query:
        return
    query.pop("category", None)  # of the two at once a schema cannot say that they are refused
    author = query["author"].replace("\0", "")  # which no address may have
    seed = crc32(author.encode())
    query["author"] = author if author and seed % 2 else AUTHORS[seed % len(AUTHORS)]


def fill_search(case):
    words = case.query["q"].replace("\0", "")
    seed = crc32(words.encode())
    case.query["q"] = words if words and seed % 2 else WORDS[seed % len(WORDS)]


def fill_book(case):
    case.path_parameters["id"] = real(case.path_parameters["id"])


def fill_item(case):
    case.path_parameters["bookId"] = real(case.path_parameters["bookId"])


def fill_item_in_the_cart(case):
    fill_item(case)
    # A sequence of requests may have removed it, and must find it gone.
    if case.meta.phase.name != TestPhase.STATEFUL:
        add(case.path_parameters["bookId"])


def fill_addition(case):
    case.body["bookId"] = real(case.body["bookId"])


def fill_order(case):
    lines = case.body.get("lines") if isinstance(case.body, dict) else None
    case.headers.pop("If-Match", None)
    if isinstance(case.body, dict):
        fill_details(case.body)
    if lines:
        for number, line in enumerate(lines):
            line["bookId"] = IDS[number]
            line["quantity"] = 1 + line["quantity"] % 99  # or a few orders take all there is
            line["price"] = BOOKS[IDS[number]]
    else:
        case.headers["If-Match"] = add(next(books))


def fill_details(body: dict):
    if "delivery" in body:
        method = body["delivery"]["method"]
        body["delivery"] = DELIVERY[crc32(method.encode()) % len(DELIVERY)]
        body.setdefault("shipTo", {"name": "A. Buyer", "street": "1 Main Street",
                                   "postcode": "D02", "city": "Dublin", "country": "IE"})
    for name, text in body.get("shipTo", {}).items():
        body["shipTo"][name] = printable(text)


def printable(text: str) -> str:
    """A text that is one: a schema cannot say that it has no control characters and is not blank."""
    kept = "".join(c for c in text if unicodedata.category(c) != "Cc")
    return kept if kept.strip(" ") else "x"


def fill_order_id(case):
    if case.path_parameters["id"] not in orders:
        if not orders:
            answer = write("POST", "/orders", {}, {"If-Match": add(next(books))})
            orders.append(answer.json()["id"])
        case.path_parameters["id"] = orders[-1]


def add(book: str) -> str:
    """Puts a copy into the cart; the cart's ETag."""
    return write("PUT", f"/cart/items/{book}", {"quantity": 1}).headers["ETag"]


def write(method: str, path: str, body: dict, headers: dict | None = None) -> requests.Response:
    answer = requests.request(
        method, API + path, json=body, timeout=10,
        headers={**SESSION, "Idempotency-Key": secrets.token_hex(16), **(headers or {})})
    answer.raise_for_status()
    return answer


FILL = {
    "listBooks": fill_list,
    "searchBooks": fill_search,
    "getBook": fill_book,
    "addToCart": fill_addition,
    "getCartItem": fill_item_in_the_cart,
    "setCartItem": fill_item,
    "removeFromCart": fill_item,
    "placeOrder": fill_order,
    "getOrder": fill_order_id,
}
