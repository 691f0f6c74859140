"""The edge: what it lets through, what it takes away, and what it never shows."""

import socket
import time

import pytest

OPERATORS = ["/status", "/drain", "/books", "/books/x", "/operator", "/operator/status",
             "/books/x/retire", "/books/x/deliveries", "/books/x/write-offs", "/books/x/stock",
             "/api/status", "/api/drain", "/api/books/x", "/api/books/x/retire",
             "/api/books/x/deliveries", "/api/books/x/write-offs", "/api/books/x/stock"]


def test_the_nearest_region_answers(edge):
    for _ in range(20):
        answer = edge.get("/api/truth")
        assert answer.region == answer.body["region"] == "eu-west-1"


def test_regions_own_doors_are_not_shown(edge):
    for path in ("/healthz/live", "/healthz/ready", "/metrics", "/%68ealthz/ready", "/metrics/",
                 "/x/../metrics", "//metrics", "/HEALTHZ/ready", "/./healthz/live"):
        assert edge.get(path).is_problem(404, "not-found"), path


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nonsense", "/api/books/x/y", "/admin",
                                  "/workshop/nonsense", "/.git/config", "/index.php"])
def test_routes_that_no_contract_has(edge, path):
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert edge.request(method, path).status == 404, (method, path)


@pytest.mark.parametrize("path", OPERATORS)
def test_no_operator_route_on_any_tcp_port(edge, region, path):
    for client in (edge, region):
        for method in ("POST", "PUT"):
            answer = client.request(method, path, {"quantity": 1, "delivery": "x"})
            assert answer.status in (404, 405), (client.url, method, path, answer.status)
    # A page of the storefront may have the same address; what an operator is told has not.
    assert edge.get(path).status in (404, 200)
    assert b"position" not in edge.get(path).content[:200]


def test_nobody_can_claim_to_have_come_by_https(edge, region):
    """Neither through an edge nor past it: a cookie that is Secure would never come back."""
    claims = {"X-Forwarded-Proto": "https", "Forwarded": "proto=https"}
    for client in (edge, region):
        answer = client.request("POST", "/api/session", {}, claims)
        cookies = answer.headers.get_all("Set-Cookie")
        assert cookies and not any("secure" in cookie.lower() for cookie in cookies), cookies


def test_a_position_passes_through(buyer, book):
    written = buyer.add(book["id"])
    read = buyer.ask("GET", "/api/cart",
                     Perpetua_Position=written.headers["Perpetua-Position"])
    assert read.body["lines"] and read.headers["Perpetua-Position"]


def test_heads_and_bodies_are_bounded(edge):
    assert edge.get("/api/truth", {"X-Big": "a" * 20_000}).is_problem(431, "headers-too-large")
    answer = edge.request("POST", "/api/session", b" " * 65_537)
    assert answer.is_problem(413, "payload-too-large")


def test_a_client_that_trickles_is_cut_off(edge):
    with socket.create_connection(edge.address, timeout=15) as connection:
        connection.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n ")
        began = time.monotonic()
        answer = connection.recv(4096)
        assert time.monotonic() - began < 10
    assert answer.startswith(b"HTTP/1.1 408 ") and b"problem+json" in answer


def test_regions_believe_nobody_but_an_edge(running):
    """The port for edges wants a certificate of the project's."""
    import ssl

    context = ssl.create_default_context(cafile=str(running.shop.ca / "ca.pem"))
    for region in running.shop.regions:
        with socket.create_connection((region.address, region.edge_tls_port), timeout=5) as tcp:
            with pytest.raises((ssl.SSLError, ConnectionResetError)):
                with context.wrap_socket(
                        tcp, server_hostname=f"{region.name}.region.perpetua.test") as tls:
                    tls.sendall(b"GET /api/truth HTTP/1.1\r\nHost: x\r\n\r\n")
                    if tls.recv(100) == b"":
                        raise ConnectionResetError


def test_a_region_is_no_edge(running):
    """A region's own certificate opens its peers' replication, not their door for edges."""
    import ssl

    first, second = running.shop.regions[:2]
    tls_folder = running.shop.region_folder(first.name) / "tls"
    context = ssl.create_default_context(cafile=str(running.shop.ca / "ca.pem"))
    context.load_cert_chain(tls_folder / "region.pem", tls_folder / "region.key")
    with socket.create_connection((second.address, second.edge_tls_port), timeout=5) as tcp:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            with context.wrap_socket(
                    tcp, server_hostname=f"{second.name}.region.perpetua.test") as tls:
                tls.sendall(b"GET /api/truth HTTP/1.1\r\nHost: x\r\n\r\n")
                if tls.recv(100) == b"":
                    raise ConnectionResetError
