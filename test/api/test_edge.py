"""The edge: what it lets through, what it keeps, and whom it asks."""

import re

import pytest
from client import Buyer, new_key, request


@pytest.mark.parametrize("path", [
    "/healthz/live", "/healthz/ready", "/metrics", "/status.json", "/operator", "/drain", "/books",
    "/books/x/stock", "/api/status", "/api/drain", "/api/books/x/stock", "/api/books/x/deliveries",
    "/api/import", "/admin", "/api", "/api/", "/api/../metrics", "/%6detrics", "//metrics",
    "/./metrics", "/api/..%2fmetrics",
])
def test_what_the_contract_does_not_name_is_not_there(shop, path):
    answer = request(shop.edge, "GET", path, headers={"Accept": "application/json"})
    assert answer.status in (400, 404), f"{path}: {answer.status}"
    assert b"process_" not in answer.body


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/books"), ("POST", "/api/books"), ("PUT", "/api/books/x"), ("POST", "/drain"),
    ("POST", "/api/books/x/retire"), ("POST", "/api/books/x/deliveries"),
])
def test_no_operator_route_on_any_tcp_port(shop, method, path):
    for url in (shop.edge, *(region["url"] for region in shop.regions)):
        answer = request(url, method, path, {})
        assert answer.status in (404, 405), f"{url}{path}: {answer.status}"


def test_the_nearest_region_answers_and_says_so(shop):
    answer = request(shop.edge, "GET", "/api/truth")
    assert answer.status == 200
    assert answer.headers["Perpetua-Region"] == answer.json["region"] == shop.regions[0]["name"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_a_stranger_says_of_the_edge_is_not_believed(shop):
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4", "Forwarded": "proto=https",
              "Perpetua-Edge": "dublin"}
    for url in (shop.edge, shop.regions[0]["url"]):
        answer = request(url, "POST", "/api/session", {}, forged)
        assert answer.status == 201
        # A cookie marked Secure would say that somebody believed the forged scheme.
        assert not re.search(r";\s*secure", answer.headers["Set-Cookie"], re.IGNORECASE)


def test_cacheable_answers_carry_nothing_private(shop):
    buyer = Buyer(shop.edge)
    book = request(shop.edge, "GET", "/api/books?limit=1").json["items"][0]["id"]
    for path in ("/books", f"/books/{book}", "/categories", "/bestsellers"):
        answer = buyer.call("GET", path)
        assert answer.status == 200
        assert answer.headers["Cache-Control"].startswith("public, max-age=")
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Perpetua-Position"] is None
        etag = answer.headers["ETag"]
        again = buyer.call("GET", path, headers={"If-None-Match": etag})
        assert (again.status, again.body) == (304, b"")


def test_private_answers_are_not_stored(shop):
    buyer = Buyer(shop.edge)
    for path in ("/cart", "/orders"):
        answer = buyer.call("GET", path)
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Perpetua-Position"]


def test_the_whole_catalogue_can_be_walked(shop):
    seen = []
    path = "/api/books?limit=10"
    while path:
        answer = request(shop.edge, "GET", path)
        seen += [book["id"] for book in answer.json["items"]]
        link = re.search(r'<([^>]+)>;\s*rel="next"', answer.headers["Link"] or "")
        path = link.group(1) if link else None
        assert len(seen) < 100_000
    categories = request(shop.edge, "GET", "/api/categories").json["items"]
    assert len(seen) == len(set(seen)) == sum(category["count"] for category in categories)
    assert {"cookbooks", "database", "fairy-tales", "science-fiction", "home-improvement", "cars",
            "woodwork"} <= {category["slug"] for category in categories}


def test_the_storefront_is_served_with_a_strict_policy(shop):
    answer = request(shop.edge, "GET", "/", headers={"Accept": "text/html"})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src" in policy and "unsafe-inline" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    script = re.search(rb'src="(/assets/[^"]+\.js)"', answer.body).group(1).decode()
    assert "immutable" in request(shop.edge, "GET", script).headers["Cache-Control"]


def test_the_cart_and_the_orders_through_the_edge(shop):
    buyer = Buyer(shop.edge)
    book = request(shop.edge, "GET", "/api/books?limit=1").json["items"][0]
    answer = buyer.add(book["id"], 2)
    assert answer.status == 201
    assert answer.json["durability"] == "remote"
    assert answer.json["total"]["amount"] == 2 * book["price"]["amount"]
    order = buyer.call("POST", "/orders", {}, key=new_key(),
                       headers={"If-Match": answer.headers["ETag"]})
    assert order.status == 201
    assert order.json["durability"] == "remote"
    assert order.json["total"]["amount"] == 2 * book["price"]["amount"]
    assert order.headers["Location"] == "/api/orders/" + order.json["id"]
    assert buyer.call("GET", "/orders/" + order.json["id"]).json["lines"] == order.json["lines"]
    # Another buyer does not see it.
    assert Buyer(shop.edge).call("GET", "/orders/" + order.json["id"]).status == 404
