"""Regions cut off from each other: both go on selling, never too much, and agree once healed."""

import threading
import time

import pytest

from buying import contend
from client import Buyer, Client, eventually, new_key
from operating import LOGS, availability, make_book, operator, sold
from ops import temporary
from ops.chaos.network import Network
from ops.chaos.shop import network_between


@pytest.fixture(scope="module")
def cuttable():
    """A shop of two regions that reach each other through a network that can be cut."""
    networks: list[Network] = []
    try:
        with temporary.shop(
                "--empty", keep_logs_in=LOGS / "cut-shop",
                before_up=lambda shop: networks.append(network_between(shop, "cut off"))) as running:
            yield running, networks[0]
    finally:
        for network in networks:
            network.stop()


@pytest.fixture
def running(cuttable):
    return cuttable[0]


@pytest.fixture
def regions(running):
    return {region.name: Client(region.url) for region in running.shop.regions}


@pytest.fixture(params=["closed", "silent"])
def cut(request, cuttable, regions):
    """Cuts and heals; whatever the test did, the shop is whole again afterwards."""
    running, network = cuttable
    here, there = (region.name for region in running.shop.regions)

    class Link:
        def cut(self):
            if request.param == "closed":
                return network.cut(here, there)
            network.hold(here, there)
            network.hold(there, here)

        def heal(self):
            if request.param == "closed":
                return network.mend(here, there)
            # What was held back is lost with its connections.
            network.let_go(here, there, reset=True)
            network.let_go(there, here, reset=True)

    link = Link()
    yield link
    link.heal()
    whole_again(running, regions)


def whole_again(running, regions) -> None:
    """A book put into one region arrives in the other."""
    make_book(running, regions, 1)


def agreed(running, regions, book: str, copies: int) -> None:
    """Healed: every region counts as many sold as buyers were told, and has the same left."""
    for name in regions:
        eventually(lambda: sold(running, book, name) == copies, within_s=20,
                   message=lambda: f"{name} counts {sold(running, book, name)}, not {copies}")
    seen = [availability(client, book) for client in regions.values()]
    assert seen[0] == seen[1], seen


def rest_is_sold(running, regions, book: str, copies: int) -> None:
    """What was kept back for a region that could not be asked is there to be sold."""
    rest = contend(regions, book, orders=copies + 10, split="one")
    assert rest["sold"] == copies, rest
    for client in regions.values():
        eventually(lambda: sum(row["quantity"] for row in availability(client, book)) == 0)


@pytest.mark.parametrize("to", ["both", "first", "second"])
def test_never_more_than_there_is_and_agreement_after_healing(running, regions, cut, to):
    names = {"both": list(regions), "first": list(regions)[:1], "second": list(regions)[1:]}[to]
    book = make_book(running, regions, 100)
    cut.cut()
    result = contend({name: regions[name] for name in names}, book["id"], orders=500)
    # Each has half of the copies, and cannot know whether the other half is sold.
    assert result["sold_by"] == {name: 50 for name in names}, result
    assert result["sold_out"] == result["other"] == 0, result
    assert result["unavailable"] == 500 - result["sold"], result
    cut.heal()
    agreed(running, regions, book["id"], result["sold"])
    rest_is_sold(running, regions, book["id"], 100 - result["sold"])


def test_an_order_for_more_than_this_side_has_is_not_taken(running, regions, cut):
    book = make_book(running, regions, 100)
    keys = {name: new_key() for name in regions}
    buyers = {name: Buyer(client) for name, client in regions.items()}
    cut.cut()
    for name, client in regions.items():
        answer = buyers[name].order(book, 90, key=keys[name], at=client)
        assert answer.is_problem(503, "unavailable"), answer.content
        assert answer.body["outcome"] == "unknown"
    cut.heal()
    agreed(running, regions, book["id"], 0)
    for name, client in regions.items():
        assert buyers[name].ask("GET", "/api/orders", at=client).body["items"] == []
    # The key is good still: the first to ask again gets its copies.
    name = list(regions)[1]
    answers = eventually(lambda: [answer for answer in [
        buyers[name].order(book, 90, key=keys[name])] if answer.status == 201], within_s=20)
    assert answers[0].body["durability"] in ("local", "remote")
    agreed(running, regions, book["id"], 90)


def test_the_last_copy_wanted_on_both_sides_is_sold_once(running, regions, cut):
    book = make_book(running, regions, 1)
    buyers = [Buyer(client) for client in regions.values()]
    answers: list = []
    cut.cut()
    threads = [threading.Thread(
        target=lambda at, buyer: answers.append(buyer.order(book, at=at)),
        args=(client, buyer)) for client, buyer in zip(regions.values(), buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [201, 503], answers
    refused = next(answer for answer in answers if answer.status == 503)
    assert refused.body["outcome"] == "unknown", "whether it is sold is not known on this side"
    cut.heal()
    agreed(running, regions, book["id"], 1)


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
                   message=lambda: f"{name} counts {sold(running, book['id'], name)}, not 3")
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


def test_with_the_link_known_to_be_down_nobody_waits(running, regions, cut):
    book = make_book(running, regions, 100)
    buyer = Buyer(list(regions.values())[0])
    cut.cut()

    def local_at_once() -> bool:
        began = time.monotonic()
        answer = buyer.add(book["id"])
        return answer.body["durability"] == "local" and time.monotonic() - began < 0.3

    # The first writes after the cut may be those that find it out; from then on none waits.
    eventually(local_at_once, within_s=20)
    assert [local_at_once() for _ in range(10)].count(False) <= 1, "one may meet a busy machine"


def released(running, book: str, region: str) -> int:
    rows = operator(running, "GET", f"/books/{book}/stock", region=region)["writers"]
    return sum(row["released"] for row in rows)
