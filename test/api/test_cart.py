"""Carts: one cart in all regions, each operation counted once wherever it is sent again."""

import threading

from client import Buyer, eventually, new_key


def lines(answer) -> dict[str, int]:
    assert answer.status in (200, 201), answer.content
    return {line["bookId"]: line["quantity"] for line in answer.body["lines"]}


def test_an_unused_session_has_an_empty_cart(buyer):
    answer = buyer.cart()
    assert answer.status == 200 and answer.body["lines"] == []
    assert "no-store" in answer.headers["Cache-Control"]


def test_add_set_and_remove(buyer, book):
    assert lines(buyer.add(book["id"], 2)) == {book["id"]: 2}
    item = f"/api/cart/items/{book['id']}"
    assert lines(buyer.ask("PUT", item, {"quantity": 5}, key=new_key())) == {book["id"]: 5}
    assert buyer.ask("GET", item).body["quantity"] == 5
    assert lines(buyer.ask("DELETE", item, key=new_key())) == {}
    assert buyer.ask("GET", item).status == 404


def test_the_cart_counts_in_the_shops_prices(buyer, book):
    body = buyer.add(book["id"], 3).body
    for member in ("title", "authors", "category"):
        assert body["lines"][0][member] == book[member]
    assert body["lines"][0]["total"] == body["total"] == {"amount": 3 * 1899, "currency": "EUR"}


def test_every_region_has_the_same_cart(regions, buyer, book):
    first, second = regions.values()
    buyer.add(book["id"], 2, at=first)
    buyer.add(book["id"], 3, at=second)
    for client in (first, second):
        eventually(lambda: lines(buyer.cart(at=client)) == {book["id"]: 5})
    eventually(lambda: buyer.cart(at=first).headers["ETag"] == buyer.cart(at=second).headers["ETag"])


def test_an_addition_sent_again_elsewhere_counts_once(regions, buyer, book):
    first, second = regions.values()
    key = new_key()
    buyer.add(book["id"], 2, key=key, at=first)
    buyer.add(book["id"], 2, key=key, at=second)
    buyer.add(book["id"], 2, key=key, at=first)
    for client in (first, second):
        eventually(lambda: lines(buyer.cart(at=client)) == {book["id"]: 2})


def test_one_addition_sent_to_both_regions_at_once_counts_once(regions, edge, book):
    for _ in range(10):
        buyer, key = Buyer(edge), new_key()
        senders = [threading.Thread(target=buyer.add, args=(book["id"], 1),
                                    kwargs={"key": key, "at": client})
                   for client in regions.values()]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        for client in regions.values():
            eventually(lambda: lines(buyer.cart(at=client)) == {book["id"]: 1})


def test_a_key_with_another_body_is_refused(buyer, book):
    key = new_key()
    buyer.add(book["id"], 1, key=key)
    assert buyer.add(book["id"], 2, key=key).is_problem(422, "key-reused")


def test_a_write_without_a_key_is_refused(buyer, book):
    answer = buyer.ask("POST", "/api/cart/items", {"bookId": book["id"], "quantity": 1})
    assert answer.is_problem(400, "validation")


def test_writes_reach_another_region_before_they_are_answered(buyer, book):
    assert buyer.add(book["id"]).body["durability"] == "remote"


def test_a_position_makes_the_other_region_wait(regions, buyer, book):
    first, second = regions.values()
    stale = 0
    for n in range(1, 20):
        written = buyer.add(book["id"], 1, at=first)
        read = buyer.ask("GET", "/api/cart", at=second,
                         Perpetua_Position=written.headers["Perpetua-Position"])
        assert lines(read) == {book["id"]: n} or read.headers["Perpetua-Stale"]
        stale += read.headers["Perpetua-Stale"] is not None
    assert stale < 10, "the link is well: it waits, and need not say that it is behind"


def test_carts_are_private(edge, buyer, book):
    buyer.add(book["id"])
    assert edge.get("/api/cart").is_problem(401, "unauthenticated")
    assert lines(Buyer(edge).cart()) == {}
