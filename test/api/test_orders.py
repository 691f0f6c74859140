"""Orders: one per cart, key and request, whichever region is asked, at the shop's prices."""

import re
import threading

from client import Buyer, eventually, new_key
from operating import operator, sold


def test_an_order_of_the_cart(buyer, book):
    etag = buyer.add(book["id"], 2).headers["ETag"]
    answer = buyer.ask("POST", "/api/orders", {}, key=new_key(), If_Match=etag)
    assert answer.status == 201, answer.content
    order = answer.body
    assert answer.headers["Location"] == f"/api/orders/{order['id']}"
    assert [(line["bookId"], line["quantity"]) for line in order["lines"]] == [(book["id"], 2)]
    for member in ("title", "authors", "category"):
        assert order["lines"][0][member] == book[member]
    assert order["total"] == {"amount": 2 * 1899, "currency": "EUR"}
    assert order["durability"] == "remote"
    assert buyer.cart().body["lines"] == []
    found = buyer.ask("GET", f"/api/orders/{order['id']}")
    assert found.body["lines"] == order["lines"]


def test_a_cart_that_changed_meanwhile_is_not_ordered(buyer, book):
    etag = buyer.add(book["id"]).headers["ETag"]
    buyer.add(book["id"])
    answer = buyer.ask("POST", "/api/orders", {}, key=new_key(), If_Match=etag)
    assert answer.is_problem(412, "etag-mismatch")


def test_the_cart_without_its_etag_is_not_ordered(buyer, book):
    buyer.add(book["id"])
    answer = buyer.ask("POST", "/api/orders", {}, key=new_key())
    assert answer.is_problem(428, "precondition-required")


def test_another_price_than_the_catalogues_is_refused_with_the_current_one(running, buyer, book):
    wrong = {**book, "price": {"amount": 1, "currency": "EUR"}}
    answer = buyer.order(wrong)
    assert answer.is_problem(409, "price-changed")
    assert answer.body["lines"] == [{"bookId": book["id"], "price": book["price"]}]


def test_sold_out_says_what_is_left(buyer, new_book):
    book = new_book(copies=3)
    answer = buyer.order(book, 4)
    assert answer.is_problem(409, "sold-out")
    assert answer.body["lines"][0]["bookId"] == book["id"]
    assert buyer.order(book, 3).status == 201


def test_one_key_sent_to_both_regions_one_after_the_other(running, regions, buyer, book):
    key = new_key()
    answers = [buyer.order(book, 2, key=key, at=client) for client in (*regions.values(),) * 2]
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    for name in regions:
        eventually(lambda: sold(running, book["id"], name) == 2)


def test_one_key_sent_to_both_regions_at_the_same_time(running, regions, edge, book):
    rounds, ids = 20, set()
    for _ in range(rounds):
        ids |= race(Buyer(edge), book, regions.values())
    assert len(ids) == rounds
    for name in regions:
        eventually(lambda: sold(running, book["id"], name) == rounds,
                   message=f"{name} counts {sold(running, book['id'], name)}, not {rounds}")


def race(buyer, book, clients) -> set[str]:
    """One order to every client at once; the ids that came back."""
    key, answers = new_key(), []
    senders = [threading.Thread(
        target=lambda at: answers.append(buyer.order(book, 1, key=key, at=at)), args=(client,))
        for client in clients]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [answer.status for answer in answers] == [201] * len(senders), answers
    return {answer.body["id"] for answer in answers}


def test_a_key_with_another_order_is_refused(buyer, book):
    key = new_key()
    assert buyer.order(book, 1, key=key).status == 201
    assert buyer.order(book, 2, key=key).is_problem(422, "key-reused")


def test_orders_are_listed_newest_first_in_every_region(regions, buyer, book):
    placed = [buyer.order(book).body["id"] for _ in range(5)]
    for client in regions.values():
        eventually(lambda: len(buyer.ask("GET", "/api/orders", at=client).body["items"]) == 5)
        listed, path = [], "/api/orders?limit=2"
        while path:
            answer = buyer.ask("GET", path, at=client)
            listed += [order["id"] for order in answer.body["items"]]
            link = re.search(r'<([^>]+)>;\s*rel="next"', answer.headers["Link"] or "")
            path = link[1] if link else None
        assert listed == placed[::-1]


def test_orders_are_private(edge, buyer, book):
    order = buyer.order(book).body
    assert edge.get(f"/api/orders/{order['id']}").status == 401
    assert Buyer(edge).ask("GET", f"/api/orders/{order['id']}").is_problem(404, "not-found")


def test_what_sells_becomes_a_best_seller(regions, buyer, new_book):
    book = new_book(copies=100)
    buyer.order(book, 99)
    for client in regions.values():
        eventually(lambda: any(
            item["book"]["id"] == book["id"] and item["sold"] == 99
            for item in client.get("/api/bestsellers").body["items"]))
        assert len(client.get("/api/bestsellers").body["items"]) <= 20


def test_a_retired_book_is_not_sold(running, regions, buyer, book):
    operator(running, "POST", f"/books/{book['id']}/retire", b"{}")
    for client in regions.values():
        eventually(lambda: client.get(f"/api/books/{book['id']}").status == 404)
        assert buyer.order(book, at=client).status in (404, 409)
