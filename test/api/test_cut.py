"""Regions that cannot hear each other: both go on selling what is theirs, and agree when healed."""

import threading

import pytest
from client import Buyer, new_key
from contention import make_buyers, rush
from waiting import eventually


@pytest.fixture
def cut_pair(pair):
    yield pair
    pair.mend()
    pair.settle()


def put_book(pair, copies=100):
    book = pair.regions[0].operator.put_book("cut-" + new_key()[:12], copies)
    pair.settle()
    return book


def reports(pair, book):
    return [region.operator.stock(book["id"]) for region in pair.regions]


def sold(report) -> int:
    return sum(row["sold"] - row["released"] for row in report["writers"])


def test_a_cut_sells_no_more_than_there_is(cut_pair):
    pair = cut_pair
    book = put_book(pair)
    urls = [region.url for region in pair.regions]
    crowd = make_buyers(urls[0], 240)
    pair.cut()
    outcomes, _ = rush(book, [(buyer, urls[i % 2], 1) for i, buyer in enumerate(crowd)])
    # Each sells its own half; of the rest nobody can say that they are sold out.
    assert outcomes == {"sold": 100, "unavailable": 140}
    pair.mend()
    pair.settle()
    first, second = reports(pair, book)
    assert first == second
    assert sold(first) == 100
    assert rush(book, [(crowd[0], urls[0], 1)])[0] == {"sold-out": 1}


def test_a_refusal_during_a_cut_says_that_the_outcome_is_unknown(cut_pair):
    pair = cut_pair
    book = put_book(pair)
    buyer = Buyer(pair.regions[0].url)
    pair.cut()
    answer = buyer.buy(book, 60)
    assert answer.problem == "unavailable"
    assert answer.json["outcome"] == "unknown"


def test_one_checkout_sent_to_both_sides_of_a_cut_is_one_order(cut_pair):
    pair = cut_pair
    book = put_book(pair)
    buyer = Buyer(pair.regions[0].url)
    key = new_key()
    pair.cut()
    answers = [buyer.buy(book, 3, key=key, at=region.url) for region in pair.regions]
    assert [answer.status for answer in answers] == [201, 201]
    assert [answer.json["durability"] for answer in answers] == ["local", "local"]
    assert answers[0].json["id"] == answers[1].json["id"]
    pair.mend()
    for region in pair.regions:
        eventually(lambda: sold(region.operator.stock(book["id"])) == 3,
                   f"{region.name} has the loser's copies back")
    pair.settle()
    first, second = reports(pair, book)
    assert first == second
    assert sum(row["released"] for row in first["writers"]) == 3
    for region in pair.regions:
        assert [order["id"] for order in buyer.orders(at=region.url)] == [answers[0].json["id"]]


def test_one_checkout_sent_to_both_regions_at_once_is_one_order(pair):
    book = put_book(pair)
    buyer = Buyer(pair.regions[0].url)
    key = new_key()
    answers = []

    def send(url):
        answers.append(buyer.buy(book, 2, key=key, at=url))

    threads = [threading.Thread(target=send, args=(region.url,)) for region in pair.regions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    eventually(lambda: all(sold(report) == 2 for report in reports(pair, book)),
               "a second row's copies are released")


def test_additions_on_both_sides_of_a_cut_are_kept(cut_pair):
    pair = cut_pair
    one, two = put_book(pair), put_book(pair)
    buyer = Buyer(pair.regions[0].url)
    here, there = (region.url for region in pair.regions)
    buyer.add(one["id"], 1, at=here)
    pair.cut()
    assert buyer.add(one["id"], 2, at=here).json["durability"] == "local"
    buyer.add(two["id"], 4, at=there)
    removed = buyer.call("DELETE", "/cart/items/" + one["id"], key=new_key(), at=there)
    assert removed.status == 200
    pair.mend()
    pair.settle()
    # The removal had not seen the second addition, which therefore survives it.
    for url in (here, there):
        assert buyer.quantities(at=url) == {one["id"]: 2, two["id"]: 4}


def test_a_region_behind_says_so_instead_of_answering_older(cut_pair):
    pair = cut_pair
    book = put_book(pair)
    buyer = Buyer(pair.regions[0].url)
    pair.cut()
    buyer.add(book["id"], 1, at=pair.regions[0].url)
    answer = buyer.cart(at=pair.regions[1].url)
    assert answer.headers["Perpetua-Stale"] == pair.regions[0].name
