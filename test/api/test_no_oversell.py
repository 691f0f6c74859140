"""No copy is sold twice, none is kept back: many checkouts of one book at the same moment."""

import json
import threading
import time

import pytest

from buying import contend
from client import Buyer, eventually
from operating import availability, operator, sold

SECONDS_MAX = 5.0


def all_sold(running, regions, book: str, copies: int) -> None:
    for name, client in regions.items():
        eventually(lambda: sold(running, book, name) == copies,
                   message=lambda: f"{name} counts {sold(running, book, name)}, not {copies}")
        assert sum(row["quantity"] for row in availability(client, book)) == 0


def in_time(order):
    """The answer to an order, which took no longer than it may."""
    began = time.monotonic()
    answer = order()
    assert time.monotonic() - began < SECONDS_MAX
    return answer


def test_500_want_100_copies_half_of_them_in_each_region(running, regions, book):
    result = contend(regions, book["id"], orders=500, split="half")
    assert (result["sold"], result["sold_out"]) == (100, 400), result
    assert result["seconds"] < SECONDS_MAX, result
    all_sold(running, regions, book["id"], 100)


@pytest.mark.parametrize("which", [0, 1], ids=["first region", "second region"])
def test_500_want_100_copies_all_of_them_in_one_region(running, regions, book, which):
    name = list(regions)[which]
    result = contend({name: regions[name]}, book["id"], orders=500, split="one")
    assert (result["sold"], result["sold_out"]) == (100, 400), result
    assert result["sold_by"] == {name: 100}
    assert result["seconds"] < SECONDS_MAX, result
    all_sold(running, regions, book["id"], 100)


def test_one_order_for_90_of_100(running, regions, buyer, book):
    first, second = regions.values()
    taken = in_time(lambda: buyer.order(book, 90, at=first))
    assert taken.status == 201, taken.content
    refused = in_time(lambda: buyer.order(book, 90, at=second))
    assert refused.is_problem(409, "sold-out"), refused.content
    for name in regions:
        eventually(lambda: sold(running, book["id"], name) == 90)
    assert buyer.order(book, 10).status == 201
    all_sold(running, regions, book["id"], 100)


def test_the_last_copy_wanted_by_both_regions_at_once(running, regions, edge, new_book):
    for _ in range(5):
        book = new_book(copies=1)
        answers: list = []
        threads = [threading.Thread(
            target=lambda at, buyer: answers.append(in_time(lambda: buyer.order(book, at=at))),
            args=(client, Buyer(edge))) for client in regions.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status for answer in answers) == [201, 409], \
            [answer.content for answer in answers]
        loser = next(answer for answer in answers if answer.status == 409)
        assert loser.is_problem(409, "sold-out")
        all_sold(running, regions, book["id"], 1)


def test_a_delivery_given_twice_counts_once(running, regions, buyer, new_book):
    book = new_book(copies=2)
    delivery = json.dumps({"delivery": "spring", "quantity": 30}).encode()
    for name in (*regions, *regions):
        operator(running, "POST", f"/books/{book['id']}/deliveries", delivery, region=name)
    for client in regions.values():
        eventually(lambda: sum(
            row["quantity"] for row in availability(client, book["id"])) == 32)
    assert buyer.order(book, 32).status == 201
    all_sold(running, regions, book["id"], 32)
