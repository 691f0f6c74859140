"""no_oversell: whoever asks, wherever and however many at once, exactly what is there is sold."""

import pytest
from client import Buyer, new_key
from contention import make_buyers, rush

WITHIN_S = 5


@pytest.fixture(scope="module")
def crowd(shop):
    return make_buyers(shop.regions[0]["url"], 500)


def put_book(shop, copies=100):
    """A new book that both regions know, and the URLs of both."""
    regions = shop.regions
    book = shop.operator(regions[0]["name"]).put_book("rush-" + new_key()[:12], copies)
    urls = [region["url"] for region in regions]
    buyer = Buyer(urls[1])
    # What the first region holds, the second waits for when the session has seen it.
    buyer.call("GET", "/cart", at=urls[0])
    buyer.call("GET", "/cart", at=urls[1])
    return book, urls


def sold_by_report(shop, book) -> int:
    report = shop.operator(shop.regions[0]["name"]).stock(book["id"])
    return sum(row["sold"] - row["released"] for row in report["writers"])


@pytest.mark.parametrize("spread", ["half to each region", "all to one region"])
def test_500_checkouts_of_100_copies(shop, crowd, spread):
    book, urls = put_book(shop)
    targets = urls if spread.startswith("half") else urls[:1]
    wishes = [(buyer, targets[i % len(targets)], 1) for i, buyer in enumerate(crowd)]
    outcomes, seconds = rush(book, wishes)
    assert outcomes == {"sold": 100, "sold-out": 400}
    assert seconds < WITHIN_S


def test_one_order_for_90_of_100(shop, crowd):
    book, urls = put_book(shop)
    outcomes, seconds = rush(book, [(crowd[0], urls[0], 90)])
    assert outcomes == {"sold": 1}
    assert seconds < WITHIN_S
    # The ten that are left can be bought in the other region, and no eleventh.
    assert rush(book, [(crowd[1], urls[1], 11)])[0] == {"sold-out": 1}
    assert rush(book, [(crowd[1], urls[1], 10)])[0] == {"sold": 1}


def test_two_orders_for_90_of_100_in_two_regions(shop, crowd):
    book, urls = put_book(shop)
    outcomes, seconds = rush(book, [(crowd[0], urls[0], 90), (crowd[1], urls[1], 90)])
    assert outcomes == {"sold": 1, "sold-out": 1}
    assert seconds < WITHIN_S


def test_the_last_copy_is_wanted_by_both_regions(shop, crowd):
    book, urls = put_book(shop, copies=1)
    outcomes, seconds = rush(book, [(crowd[0], urls[0], 1), (crowd[1], urls[1], 1)])
    assert outcomes == {"sold": 1, "sold-out": 1}
    assert seconds < WITHIN_S
