"""Regions cut off from each other: both go on selling, never too much, and agree once healed."""

import pytest

from client import Buyer, Client, eventually, new_key
from operating import LOGS, availability, make_book, operator, sold
from ops import temporary
from proxy import Proxy
from test_no_oversell import contend


@pytest.fixture(scope="module")
def cuttable():
    """A shop whose regions reach each other through proxies."""
    proxies: list[Proxy] = []

    def put_proxies_between(shop):
        links = ""
        for here in shop.regions:
            for there in shop.regions:
                if here.name != there.name:
                    proxy = Proxy((there.address, there.replication_port))
                    proxies.append(proxy)
                    links += (f'[[links]]\nfrom = "{here.name}"\nto = "{there.name}"\n'
                              f'via = "127.0.0.1:{proxy.port}"\n')
        (shop.home / "links.toml").write_text(links)

    try:
        with temporary.shop("--empty", before_up=put_proxies_between,
                            keep_logs_in=LOGS / "cut-shop") as running:
            yield running, proxies
    finally:
        for proxy in proxies:
            proxy.stop()


@pytest.fixture
def running(cuttable):
    return cuttable[0]


@pytest.fixture
def regions(running):
    return {region.name: Client(region.url) for region in running.shop.regions}


@pytest.fixture(params=["closed", "silent"])
def cut(request, cuttable, regions):
    """Cuts and heals; whatever the test did, the shop is whole again afterwards."""
    class Link:
        def cut(self):
            for proxy in cuttable[1]:
                proxy.cut(request.param)

        def heal(self):
            for proxy in cuttable[1]:
                proxy.heal()

    link = Link()
    yield link
    link.heal()
    whole_again(cuttable[0], regions)


def whole_again(running, regions) -> None:
    """A book put into one region arrives in the other."""
    make_book(running, regions, 1)


def test_never_more_than_there_is_and_agreement_after_healing(running, regions, cut):
    book = make_book(running, regions, 100)
    cut.cut()
    result = contend(regions, book["id"], orders=500, split="half")
    assert 0 < result["sold"] <= 100, result
    cut.heal()
    for name in regions:
        eventually(lambda: sold(running, book["id"], name) == result["sold"], within_s=20,
                   message=f"{name} counts {sold(running, book['id'], name)}: {result}")
    seen = [availability(client, book["id"]) for client in regions.values()]
    assert seen[0] == seen[1]
    assert sum(row["quantity"] for row in seen[0]) == 100 - result["sold"]
    # What was kept back for the region that could not be asked is there to be sold.
    rest = contend(regions, book["id"], orders=100, split="one")
    assert rest["sold"] == 100 - result["sold"], rest
    for name in regions:
        eventually(lambda: sold(running, book["id"], name) == 100)


def test_one_checkout_sent_to_both_sides_is_one_order_after_healing(running, regions, cut):
    first, second = regions.values()
    book = make_book(running, regions, 100)
    buyer, key = Buyer(first), new_key()
    cut.cut()
    answers = [buyer.order(book, 3, key=key, at=client) for client in (first, second)]
    assert [answer.status for answer in answers] == [201, 201], answers
    assert answers[0].body["id"] == answers[1].body["id"]
    assert {answer.body["durability"] for answer in answers} == {"local"}
    cut.heal()
    for name, client in regions.items():
        # Each side counts three already; together six, until the loser has given its own back.
        eventually(lambda: released(running, book["id"], name) == 3, within_s=20,
                   message=f"{name} does not see the loser's copies given back")
        # Once: neither three too few nor three too many.
        eventually(lambda: sold(running, book["id"], name) == 3, within_s=20,
                   message=f"{name} counts {sold(running, book['id'], name)} sold, not 3")
        orders = buyer.ask("GET", "/api/orders", at=client).body["items"]
        assert [order["id"] for order in orders] == [answers[0].body["id"]]
    assert buyer.order(book, 3, key=key, at=second).body["id"] == answers[0].body["id"]
    rest = contend(regions, book["id"], orders=120, split="half")
    assert rest["sold"] == 97, rest


def test_a_cart_filled_on_both_sides_is_joined(running, regions, cut):
    first, second = regions.values()
    book = make_book(running, regions, 100)
    buyer, key = Buyer(first), new_key()
    cut.cut()
    assert buyer.add(book["id"], 2, at=first).status == 201
    assert buyer.add(book["id"], 3, at=second).status == 201
    buyer.add(book["id"], 10, key=key, at=first)
    buyer.add(book["id"], 10, key=key, at=second)
    cut.heal()
    for client in regions.values():
        eventually(lambda: buyer.cart(at=client).body["lines"][0]["quantity"] == 15, within_s=20)


def test_with_the_link_known_to_be_down_nobody_waits(running, regions, cut, request):
    import time

    book = make_book(running, regions, 100)
    buyer = Buyer(list(regions.values())[0])
    cut.cut()
    # The first write after the cut may be the one that finds it out.
    eventually(lambda: buyer.add(book["id"]).body["durability"] == "local", within_s=20)
    eventually(lambda: timed(time, lambda: buyer.add(book["id"])) < 0.5, within_s=20)


def released(running, book: str, region: str) -> int:
    rows = operator(running, "GET", f"/books/{book}/stock", region=region)["writers"]
    return sum(row["released"] for row in rows)


def timed(time, call) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began
