"""A region dies under the buyers' hands; the other one serves the same cart and the same orders."""

import os
import signal

from client import Buyer, request
from waiting import eventually


def ready(shop, name):
    return {region["name"]: region["ready"] for region in shop.regions}[name]


def test_the_shop_goes_on_when_a_region_is_killed_and_takes_it_back(shop):
    book = request(shop.edge, "GET", "/api/books?limit=1").json["items"][0]
    edge = shop.edge
    first, second = shop.regions
    buyer = Buyer(edge)
    assert buyer.add(book["id"], 3).json["durability"] == "remote"
    order = buyer.buy(book, 1).json
    assert order["durability"] == "remote"

    os.kill(first["pid"], signal.SIGKILL)
    # The next requests, at once: no failed GET, the same cart, the same order, another region.
    for _ in range(50):
        answer = buyer.cart()
        assert answer.status == 200
    assert answer.headers["Perpetua-Region"] == second["name"]
    assert buyer.quantities() == {book["id"]: 2}  # the order took one from the cart
    assert [one["id"] for one in buyer.orders()] == [order["id"]]
    late = buyer.buy(book, 1)
    assert late.status == 201

    # What died by itself is restarted by the supervisor, and catches up.
    eventually(lambda: ready(shop, first["name"]), "the killed region is back", within_s=20)
    eventually(lambda: {one["id"] for one in buyer.orders(at=first["url"])}
               == {order["id"], late.json["id"]}, "it has caught up", within_s=20)


def test_a_graceful_stop_loses_nothing(pair):
    book = pair.regions[0].operator.put_book("stop-book")
    buyer = Buyer(pair.regions[0].url)
    order = buyer.buy(book, 2).json
    region = pair.regions[0]
    assert region.stop() == 0
    region.start()
    eventually(region.is_ready, "it is back")
    assert [one["id"] for one in buyer.orders()] == [order["id"]]


def test_a_region_whose_disk_was_emptied_takes_no_orders_and_harms_no_mirror(pair):
    import shutil
    book = pair.regions[0].operator.put_book("wiped-book")
    pair.settle()
    buyer = Buyer(pair.regions[0].url)
    order = buyer.buy(book, 1).json
    assert order["durability"] == "remote"
    lost, kept = pair.regions
    before = kept.operator.status()["position"]
    lost.stop()
    saved = lost.folder / "store.saved"
    (lost.folder / "store").rename(saved)
    lost.start()
    try:
        eventually(lambda: lost.operator.path and _status(lost), "the emptied region answers its operator")
        status = _status(lost)
        assert status["ready"] is False
        assert "./perpetua" in status["why"] or "join" in status["why"]
        assert request(lost.url, "GET", "/healthz/ready").status == 503
        refused = buyer.buy(book, 1, at=lost.url)
        assert refused.status == 503
        eventually(lambda: _status(lost)["position"] == before, "it mirrors every history, its old one too")
        assert kept.operator.status()["position"] == before
        assert [one["id"] for one in buyer.orders(at=kept.url)] == [order["id"]]
    finally:
        lost.stop()
        shutil.rmtree(lost.folder / "store")
        saved.rename(lost.folder / "store")
        lost.start()
        eventually(lost.is_ready, "the region is back with its own disk")


def test_a_region_whose_disk_was_rolled_back_is_found_out(pair):
    import shutil
    rolled, mirror = pair.regions
    buyer = Buyer(rolled.url)
    rolled.operator.put_book("rolled-book")
    pair.settle()
    rolled.stop()
    old = rolled.folder / "store.old"
    shutil.copytree(rolled.folder / "store", old)
    rolled.start()
    eventually(rolled.is_ready, "it is up")
    eventually(pair.are_connected, "they hear each other")
    book = rolled.operator.put_book("rolled-book-2")
    order = buyer.buy(book, 1, at=rolled.url).json
    assert order["durability"] == "remote"
    rolled.stop()
    new = rolled.folder / "store.new"
    (rolled.folder / "store").rename(new)
    old.rename(rolled.folder / "store")
    rolled.start()
    try:
        eventually(lambda: "rolled back" in (_status(rolled) or {}).get("why", ""), "it is recognised")
        assert buyer.buy(book, 1, at=rolled.url).status == 503
        assert [one["id"] for one in buyer.orders(at=mirror.url)] == [order["id"]]
    finally:
        rolled.stop()
        shutil.rmtree(rolled.folder / "store")
        new.rename(rolled.folder / "store")
        rolled.start()
        eventually(rolled.is_ready, "the region is back with its own disk")


def _status(region):
    try:
        return region.operator.status()
    except OSError:
        return None
