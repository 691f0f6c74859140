"""Guest sessions: signed, known in every region, and nothing written for one that is not used."""

from client import Buyer, eventually


def test_a_session_of_one_region_is_good_in_every_other(regions):
    for home in regions.values():
        buyer = Buyer(home)
        for client in regions.values():
            assert buyer.cart(at=client).body["id"] == buyer.cart_id


def test_an_unused_session_writes_nothing(running, region):
    def positions():
        return [item["position"] for item in status(running)["regions"]]

    def is_still():
        """Whether nothing was written meanwhile; what an earlier test began may go on a little."""
        before = positions()
        for _ in range(5):
            Buyer(region).cart()
        return positions() == before

    eventually(is_still)


def test_a_forged_session_is_refused(buyer, region):
    head, body, signature = buyer.token.split(".")
    for token in (f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}.", "x.y.z", "", "a" * 5000):
        answer = region.get("/api/cart", {"Authorization": f"Bearer {token}"})
        assert answer.is_problem(401, "unauthenticated"), token


def test_the_cookie_is_for_the_server_alone(edge):
    session, guest = edge.request("POST", "/api/session", {}).headers.get_all("Set-Cookie")
    assert session.startswith("perpetua_session=")
    assert guest.startswith("perpetua_guest=1;")
    attributes = [{part.strip() for part in cookie.split(";")[1:]} for cookie in (session, guest)]
    assert {"SameSite=Lax", "Path=/", "HttpOnly"} <= attributes[0]
    assert attributes[1] == attributes[0] - {"HttpOnly"}


def test_a_session_begun_again_is_the_same_in_every_region(regions, buyer):
    for client in regions.values():
        answer = client.request("POST", "/api/session", {},
                                {"Cookie": f"perpetua_session={buyer.token}"})
        assert answer.status == 201 and answer.body["cartId"] == buyer.cart_id


def test_a_write_by_cookie_needs_an_origin_of_ours(edge, buyer, book):
    item = {"bookId": book["id"], "quantity": 1}
    sent = {"Cookie": f"perpetua_session={buyer.token}", "Idempotency-Key": "k"}
    for origin in (None, "http://elsewhere.test", "null"):
        headers = sent if origin is None else {**sent, "Origin": origin}
        answer = edge.request("POST", "/api/cart/items", item, headers)
        assert answer.is_problem(403, "forbidden-origin")
    answer = edge.request("POST", "/api/cart/items", item, {**sent, "Origin": edge.url})
    assert answer.status == 201
    as_text = edge.request("POST", "/api/cart/items", item,
                           {**sent, "Origin": edge.url, "Content-Type": "text/plain"})
    assert as_text.is_problem(415, "unsupported-media-type")


def status(running) -> dict:
    import json

    return json.loads(running.perpetua("status", "--json").stdout)
