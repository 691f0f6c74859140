"""No copy is sold twice, none is kept back: many checkouts of one book at the same moment."""

import json
import subprocess
import threading

from client import Buyer, eventually
from operating import availability, operator, sold
from ops import build

SECONDS_MAX = 5.0


def contend(regions: dict, book: str, *, orders: int, split: str) -> dict:
    """Every checkout at once; each region in turn, or all to the first."""
    command = [str(build.BUYERS), "contend", "--book", book, "--orders", str(orders),
               "--split", split, "--json"]
    for name, client in regions.items():
        command += ["--region", f"{name}={client.url}"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(result.stdout)


def all_sold(running, regions, book: str, copies: int) -> None:
    for name, client in regions.items():
        eventually(lambda: sold(running, book, name) == copies,
                   message=f"{name} counts {sold(running, book, name)} sold, not {copies}")
        assert sum(row["quantity"] for row in availability(client, book)) == 0


def test_500_want_100_copies_half_of_them_in_each_region(running, regions, book):
    result = contend(regions, book["id"], orders=500, split="half")
    assert (result["sold"], result["sold_out"]) == (100, 400), result
    assert result["seconds"] < SECONDS_MAX, result
    all_sold(running, regions, book["id"], 100)


def test_500_want_100_copies_all_of_them_in_one_region(running, regions, book):
    result = contend(regions, book["id"], orders=500, split="one")
    assert (result["sold"], result["sold_out"]) == (100, 400), result
    assert result["seconds"] < SECONDS_MAX, result
    all_sold(running, regions, book["id"], 100)


def test_one_order_for_90_of_100(running, regions, buyer, book):
    for client in regions.values():
        answer = buyer.order(book, 90, at=client)
        if client is list(regions.values())[0]:
            assert answer.status == 201, answer.content
        else:
            assert answer.is_problem(409, "sold-out"), answer.content
    for name in regions:
        eventually(lambda: sold(running, book["id"], name) == 90)
    assert buyer.order(book, 10).status == 201
    all_sold(running, regions, book["id"], 100)


def test_the_last_copy_wanted_by_both_regions_at_once(running, regions, edge, new_book):
    for _ in range(5):
        book = new_book(copies=1)
        answers: list = []
        threads = [threading.Thread(
            target=lambda at, buyer: answers.append(buyer.order(book, at=at)),
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
