"""Bad input gets a clear 4xx, in the form of a problem document, and the server lives."""

import http.client
import json
import socket
import time

import pytest

from client import Answer, new_key

HUGE = 10 ** 30
BODY_MAX = 65536


@pytest.fixture(autouse=True)
def the_server_lives(region):
    before = region.get("/api/truth")
    yield
    after = region.get("/api/truth")
    assert after.status == 200 and after.body["writer"] == before.body["writer"]


def refused(answer, *statuses: int) -> None:
    assert answer.status in (statuses or range(400, 500)), (answer.status, answer.content)
    assert answer.headers.get_content_type() == "application/problem+json"
    assert answer.headers["Perpetua-Region"]
    problem = answer.body
    assert problem["status"] == answer.status
    assert problem["type"].startswith("/problems/") and problem["title"] and problem["detail"]


@pytest.mark.parametrize("body", [
    b"", b"{", b"nonsense", b"[]", b"null", b'"text"', b"{}}", b'{"bookId":"x","quantity":1',
    b"\xff\xfe", b'{"bookId":"\xc3\x28","quantity":1}', b'{"a":1,"a":2}', b"[" * 60000, b"NaN",
    b'{"bookId":"x","quantity":1}{"bookId":"x","quantity":1}',
])
def test_what_is_not_a_json_object(region, buyer, body):
    for path in ("/api/cart/items", "/api/orders"):
        if path == "/api/orders" and body == b"":
            continue  # an order of the cart may do without a body; its If-Match is missing then
        refused(buyer.ask("POST", path, body, key=new_key(), at=region,
                          Content_Type="application/json"), 400)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, HUGE, -HUGE, 1.5, "1", None, True, [], {}])
def test_quantities_that_are_none(region, buyer, book, quantity):
    refused(buyer.add(book["id"], quantity, at=region), 400)
    refused(buyer.ask("PUT", f"/api/cart/items/{book['id']}", {"quantity": quantity},
                      key=new_key(), at=region), 400)
    refused(buyer.order(book, quantity, at=region), 400)


def test_more_copies_than_one_write_of_a_cart_may_ask_for(region, buyer, book):
    refused(buyer.add(book["id"], 100, at=region), 400)
    assert buyer.add(book["id"], 99, at=region).status == 201


@pytest.mark.parametrize("identifier", ["", "UPPER", "a b", "../etc", "x" * 65, 7, None, "-a", "é"])
def test_book_ids_that_are_none(region, buyer, identifier):
    refused(buyer.add(identifier, at=region), 400)


def test_unknown_fields(region, buyer, book):
    line = {"bookId": book["id"], "quantity": 1}
    answer = buyer.ask("POST", "/api/cart/items", {**line, "colour": "red"}, key=new_key(),
                       at=region)
    refused(answer, 400)
    assert answer.body["pointer"] == "/colour"
    line["price"] = book["price"]
    refused(buyer.ask("POST", "/api/orders", {"lines": [line], "x": 1}, key=new_key(), at=region),
            400)
    refused(buyer.ask("POST", "/api/orders", {"lines": [{**line, "x": 1}]}, key=new_key(),
                      at=region), 400)


def test_unknown_ids(region, buyer):
    unknown = {"id": "no-such-book", "price": {"amount": 1, "currency": "EUR"}}
    refused(region.get("/api/books/no-such-book"), 404)
    refused(buyer.add("no-such-book", at=region), 404)
    refused(buyer.order(unknown, at=region), 404)
    for name in ("or_0", "nonsense", "%00", "a" * 500, "%ff"):
        refused(buyer.ask("GET", f"/api/orders/{name}", at=region), 400, 404)
    refused(buyer.ask("DELETE", "/api/cart/items/no-such-book", key=new_key(), at=region), 404)


@pytest.mark.parametrize("query", [
    "limit=0", "limit=-1", "limit=101", "limit=x", "limit=", f"limit={HUGE}", "cursor=nonsense",
    "cursor=%00", "cursor=AAAA", "cursor=" + "A" * 3000, "nothing=known", "limit=1&limit=2",
])
def test_bad_queries(region, buyer, query):
    refused(region.get(f"/api/books?{query}"), 400)
    refused(buyer.ask("GET", f"/api/orders?{query}", at=region), 400)


def test_a_cursor_of_another_list_is_refused(region):
    link = region.get("/api/books?limit=1&category=cars").headers["Link"]
    cursor = link.split("cursor=")[1].split("&")[0].split(">")[0]
    refused(region.get(f"/api/books?limit=1&category=woodwork&cursor={cursor}"), 400)


@pytest.mark.parametrize("lines", [
    [], "x", None, [{}], [None], [{"bookId": "x"}], HUGE,
    [{"bookId": "x", "quantity": 1, "price": 5}],
    [{"bookId": "x", "quantity": 1, "price": {"amount": -1, "currency": "EUR"}}],
    [{"bookId": "x", "quantity": 1, "price": {"amount": 1.5, "currency": "EUR"}}],
    [{"bookId": "x", "quantity": 1, "price": {"amount": HUGE, "currency": "EUR"}}],
    [{"bookId": "x", "quantity": 1, "price": {"amount": 1, "currency": "euro"}}],
    [{"bookId": f"x{n}", "quantity": 1, "price": {"amount": 1, "currency": "EUR"}}
     for n in range(51)],
])
def test_order_lines_that_are_none(region, buyer, lines):
    refused(buyer.ask("POST", "/api/orders", {"lines": lines}, key=new_key(), at=region), 400)


def test_one_book_twice_in_an_order(region, buyer, book):
    line = {"bookId": book["id"], "quantity": 1, "price": book["price"]}
    answer = buyer.ask("POST", "/api/orders", {"lines": [line, line]}, key=new_key(), at=region)
    refused(answer, 400)
    assert answer.body["pointer"] == "/lines/1/bookId"
    assert answer.body["detail"].startswith("/lines/1/bookId is in the order twice")


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 65, "é", "a/b"])
def test_keys_that_are_none(region, buyer, book, key):
    refused(buyer.ask("POST", "/api/cart/items", {"bookId": book["id"], "quantity": 1},
                      at=region, Idempotency_Key=key.encode().decode("latin-1")), 400)


def test_a_body_of_64_kib_is_read_and_one_byte_more_is_not(region, buyer, book):
    item = json.dumps({"bookId": book["id"], "quantity": 1}).encode()
    fits = item + b" " * (BODY_MAX - len(item))
    headers = {"Content_Type": "application/json"}
    assert buyer.ask("POST", "/api/cart/items", fits, key=new_key(), at=region,
                     **headers).status == 201
    refused(buyer.ask("POST", "/api/cart/items", fits + b" ", key=new_key(), at=region,
                      **headers), 413)


def test_a_chunked_body_is_bounded_too(region, buyer):
    refused(raw(region, chunked_request(buyer, [b" " * 4096] * 17)), 413)


def chunked_request(buyer, chunks) -> list[bytes]:
    head = ("POST /api/cart/items HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {new_key()}\r\n"
            f"Authorization: Bearer {buyer.token}\r\n\r\n").encode()
    return [head, *(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks), b"0\r\n\r\n"]


def test_a_large_head_is_refused(region):
    refused(raw(region, [b"GET /api/truth HTTP/1.1\r\nHost: x\r\nX-Big: ", b"a" * 100_000,
                         b"\r\n\r\n"]), 431)


@pytest.mark.parametrize("behind", [b"", b"X", b"X:"])
def test_a_head_is_bounded_however_it_is_cut_up(region, behind):
    """Each read of the region's, 4096 bytes, ends a little behind a field's end: what parsed such a
    head field by field never saw more than one of them at once."""
    first = b"GET /api/truth HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: "
    first += b"a" * (4096 - len(first) - 2 - len(behind)) + b"\r\n" + behind
    begun = b"X: "[len(behind):]
    field = begun + b"b" * (4096 - len(begun) - 2 - len(behind)) + b"\r\n" + behind
    assert len(first) == len(field) == 4096
    parts = [first, *[field] * 64, b"X: c"[len(behind):] + b"\r\n\r\n"]
    refused(raw(region, parts, segment=4096), 431)


def test_what_comes_behind_a_chunked_body_is_no_header(region):
    answer = raw(region, [
        b"POST /api/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
        b"Content-Type: application/json\r\n\r\n"])
    refused(answer, 415)


@pytest.mark.parametrize("request_bytes", [
    b"NONSENSE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
    b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
])
def test_what_is_not_http_is_refused_and_the_connection_closed(region, request_bytes):
    refused(raw(region, [request_bytes]), 400)


def raw(client, parts: list[bytes], segment: int | None = None) -> Answer:
    """Sends bytes as they are; the answer, after which the region closes the connection. `segment`:
    how many of them arrive at once."""
    with socket.socket() as connection:
        connection.settimeout(10)
        if segment is not None:
            timestamps = 12  # TCP counts its options
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment + timestamps)
        connection.connect(client.address)
        try:
            for part in parts:
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent: the answer is there to be read all the same
        response = http.client.HTTPResponse(connection)
        response.begin()
        answer = Answer(response.status, response.headers, response.read())
        assert connection.recv(1) == b""
        return answer


def test_a_client_that_trickles_is_cut_off(region):
    with socket.create_connection(region.address, timeout=40) as connection:
        connection.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
        began = time.monotonic()
        answer = b""
        while time.monotonic() - began < 35:
            try:
                connection.settimeout(0.5)
                chunk = connection.recv(4096)
                if not chunk:
                    break
                answer += chunk
            except TimeoutError:
                try:
                    connection.sendall(b" ")
                except OSError:
                    break
            except ConnectionResetError:
                break
    assert time.monotonic() - began < 35
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_slow_clients_do_not_hold_up_others(region):
    slow = [socket.create_connection(region.address, timeout=10) for _ in range(50)]
    try:
        for connection in slow:
            connection.sendall(b"GET /api/truth HTTP/1.1\r\nHost:")
        began = time.monotonic()
        assert region.get("/api/truth").status == 200
        assert time.monotonic() - began < 2
    finally:
        for connection in slow:
            connection.close()


def test_methods_that_a_resource_does_not_have(region):
    for method, path in (("DELETE", "/api/books"), ("PUT", "/api/truth"), ("PATCH", "/api/cart"),
                         ("BREW", "/api/books")):
        answer = region.request(method, path)
        refused(answer, 405, 501)
        if answer.status == 405:
            assert answer.headers["Allow"]
