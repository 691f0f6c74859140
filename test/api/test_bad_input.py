"""Whatever a stranger sends: a clear 4xx, and the server lives."""

import json
import socket
from urllib.parse import urlsplit

import pytest
from client import Buyer, new_key, request

BODY_MAX = 64 * 1024


@pytest.fixture(scope="module")
def url(shop):
    return shop.regions[0]["url"]


@pytest.fixture(scope="module")
def book(url):
    return request(url, "GET", "/api/books?limit=1").json["items"][0]


@pytest.fixture(autouse=True)
def the_server_lives(url):
    yield
    assert request(url, "GET", "/api/truth").status == 200


def raw(url: str, data: bytes, timeout: float = 30) -> bytes:
    """Sends bytes as they are; all that comes back until the server closes."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=timeout) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"bookId":', b'"text"', b"{}" * 2,
    b"[" * 10000, b'{"bookId":"\xc3\x28","quantity":1}',
])
def test_malformed_json(url, body):
    answer = Buyer(url).call("POST", "/cart/items", body, key=new_key(),
                             headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert answer.problem in ("malformed-json", "validation")
    assert answer.json["detail"]


@pytest.mark.parametrize(("change", "pointer"), [
    ({"quantity": -1}, "/quantity"), ({"quantity": 0}, "/quantity"), ({"quantity": 100}, "/quantity"),
    ({"quantity": 10**30}, "/quantity"), ({"quantity": 1.5}, "/quantity"),
    ({"quantity": "2"}, "/quantity"), ({"quantity": None}, "/quantity"),
    ({"quantity": True}, "/quantity"), ({"bookId": 7}, "/bookId"), ({"bookId": ""}, "/bookId"),
    ({"bookId": "../etc"}, "/bookId"), ({"bookId": "x" * 65}, "/bookId"), ({"extra": 1}, "/extra"),
])
def test_wrong_fields_are_named(url, book, change, pointer):
    item = {"bookId": book["id"], "quantity": 1, **change}
    answer = Buyer(url).call("POST", "/cart/items", item, key=new_key())
    assert (answer.status, answer.problem) == (400, "validation")
    assert answer.json["pointer"] == pointer


@pytest.mark.parametrize("lines", [
    [], "all", [{}], [{"bookId": "a"}], [None], [{"bookId": "a", "quantity": 1, "price": 5}],
    [{"bookId": "a", "quantity": 1, "price": {"amount": -5, "currency": "EUR"}}],
    [{"bookId": "a", "quantity": 1, "price": {"amount": 5, "currency": "euro"}}],
    [{"bookId": f"b{i}", "quantity": 1, "price": {"amount": 5, "currency": "EUR"}} for i in range(99)],
])
def test_wrong_order_lines(url, lines):
    answer = Buyer(url).call("POST", "/orders", {"lines": lines}, key=new_key())
    assert (answer.status, answer.problem) == (400, "validation")


def test_the_same_book_twice_in_an_order(url, book):
    line = {"bookId": book["id"], "quantity": 1, "price": book["price"]}
    answer = Buyer(url).call("POST", "/orders", {"lines": [line, line]}, key=new_key())
    assert (answer.status, answer.problem) == (400, "validation")


@pytest.mark.parametrize(("method", "path", "body"), [
    ("GET", "/books/no-such-book", None), ("GET", "/orders/or_unknown", None),
    ("GET", "/cart/items/no-such-book", None), ("GET", "/nowhere", None),
    ("POST", "/cart/items", {"bookId": "no-such-book", "quantity": 1}),
])
def test_what_is_not_there(url, method, path, body):
    answer = Buyer(url).call(method, path, body, key=new_key() if body else None)
    assert answer.status in (400, 404)
    assert answer.problem in ("not-found", "validation")


@pytest.mark.parametrize("query", ["cursor=garbage", "cursor=%00", "limit=0", "limit=101", "limit=x",
                                   "limit=-1", "limit=1&limit=2", "unknown=1", "category=%ff"])
def test_bad_queries(url, query):
    answer = request(url, "GET", "/api/books?" + query)
    assert (answer.status, answer.problem) == (400, "validation")


def test_wrong_method_names_the_right_ones(url):
    answer = request(url, "DELETE", "/api/books")
    assert (answer.status, answer.problem) == (405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("key", [None, "", "x" * 65, "a b", "a\u00e9"])
def test_a_write_needs_a_proper_idempotency_key(url, book, key):
    headers = {} if key is None else {"Idempotency-Key": key.encode("utf-8").decode("latin-1")}
    answer = Buyer(url).call("POST", "/cart/items", {"bookId": book["id"], "quantity": 1},
                             headers=headers)
    assert answer.status == 400
    assert answer.problem == "validation"


def test_no_session_and_forged_sessions(url):
    assert request(url, "GET", "/api/cart").status == 401
    token = Buyer(url).session["token"]
    head, payload, signature = token.split(".")
    for forged in ("x", "a.b.c", token[:-4] + "AAAA", f"{head}.{payload}.", f"{head}.{payload[:-2]}.{signature}",
                   "A" * 9000):
        answer = request(url, "GET", "/api/cart", headers={"Authorization": "Bearer " + forged})
        assert answer.status in (401, 431), forged[:40]


def test_an_oversized_body_is_refused_and_the_limit_is_where_it_is_said(url):
    buyer = Buyer(url)
    headers = {"Content-Type": "application/json"}
    fits = json.dumps({"bookId": "a", "quantity": 1}).encode().ljust(BODY_MAX)
    assert buyer.call("POST", "/cart/items", fits, key=new_key(), headers=headers).status != 413
    answer = buyer.call("POST", "/cart/items", fits + b" ", key=new_key(), headers=headers)
    assert (answer.status, answer.problem) == (413, "payload-too-large")


def test_an_oversized_chunked_body_is_refused(url):
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    token = Buyer(url).session["token"].encode()
    answer = raw(url, b"POST /api/cart/items HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                 b"Idempotency-Key: k\r\nAuthorization: Bearer " + token + b"\r\n"
                 b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk * 3 + b"0\r\n\r\n")
    assert b" 413 " in answer.split(b"\r\n")[0]


def test_an_oversized_head_is_refused(url):
    answer = raw(url, b"GET /api/truth HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 40000 + b"\r\n\r\n")
    assert b" 431 " in answer.split(b"\r\n")[0]


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00", b"HELLO\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                                     b"GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
def test_what_is_not_http(url, garbage):
    answer = raw(url, garbage + b"\r\n\r\n")
    assert answer == b"" or b" 400 " in answer.split(b"\r\n")[0] or b" 404 " in answer.split(b"\r\n")[0]


def test_a_slow_client_is_cut_off(url):
    answer = raw(url, b"GET /api/truth HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert answer == b"" or b" 408 " in answer.split(b"\r\n")[0]


def test_other_media_types_are_refused(url):
    answer = Buyer(url).call("POST", "/cart/items", b"bookId=a", key=new_key(),
                             headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.problem) == (415, "unsupported-media-type")


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
def test_a_cookie_write_needs_an_origin_of_ours(url, book, origin):
    answer = request(url, "POST", "/api/session", {})
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    headers = {"Cookie": cookie, "Idempotency-Key": new_key()}
    if origin:
        headers["Origin"] = origin
    answer = request(url, "POST", "/api/cart/items", {"bookId": book["id"], "quantity": 1}, headers)
    assert (answer.status, answer.problem) == (403, "forbidden-origin")
