"""A retry, wherever it goes, is the same operation."""

from client import Buyer, new_key


def both_urls(shop):
    return [region["url"] for region in shop.regions]


def some_book(url):
    from client import request
    return request(url, "GET", "/api/books?limit=1").json["items"][0]


def test_an_order_repeated_in_the_other_region_is_the_same_order(shop):
    here, there = both_urls(shop)
    book = some_book(here)
    buyer = Buyer(here)
    key = new_key()
    first = buyer.buy(book, 2, key=key, at=here)
    again = buyer.buy(book, 2, key=key, at=there)
    assert (first.status, again.status) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert first.json["lines"] == again.json["lines"]
    assert len(buyer.orders(at=here)) == 1
    assert len(buyer.orders(at=there)) == 1


def test_a_key_is_not_reused_for_another_order(shop):
    here, there = both_urls(shop)
    book = some_book(here)
    buyer = Buyer(here)
    key = new_key()
    assert buyer.buy(book, 1, key=key).status == 201
    for url in (here, there):
        answer = buyer.buy(book, 2, key=key, at=url)
        assert (answer.status, answer.problem) == (422, "key-reused")
    assert len(buyer.orders()) == 1


def test_a_cart_write_repeated_in_the_other_region_counts_once(shop):
    here, there = both_urls(shop)
    book = some_book(here)
    buyer = Buyer(here)
    key = new_key()
    for url in (here, there, here):
        answer = buyer.add(book["id"], 2, key=key, at=url)
        assert answer.status == 201
        assert [line["quantity"] for line in answer.json["lines"]] == [2]
    answer = buyer.add(book["id"], 3, key=key)
    assert (answer.status, answer.problem) == (422, "key-reused")


def test_a_set_repeated_after_a_later_addition_changes_nothing(shop):
    here, there = both_urls(shop)
    book = some_book(here)
    buyer = Buyer(here)
    path = "/cart/items/" + book["id"]
    key = new_key()
    buyer.add(book["id"], 1)
    assert buyer.call("PUT", path, {"quantity": 5}, key=key).status == 200
    buyer.add(book["id"], 2)
    buyer.call("PUT", path, {"quantity": 5}, key=key, at=there)
    assert buyer.quantities() == {book["id"]: 7}


def test_the_cart_is_ordered_as_it_was_seen(shop):
    here, there = both_urls(shop)
    book = some_book(here)
    buyer = Buyer(here)
    buyer.add(book["id"], 2)
    seen = buyer.cart().headers["ETag"]
    buyer.add(book["id"], 1)
    stale = buyer.call("POST", "/orders", {}, key=new_key(), headers={"If-Match": seen})
    assert (stale.status, stale.problem) == (412, "etag-mismatch")
    current = buyer.cart(at=there).headers["ETag"]
    assert current == buyer.cart(at=here).headers["ETag"]
    key = new_key()
    order = buyer.call("POST", "/orders", {}, key=key, headers={"If-Match": current}, at=there)
    assert order.status == 201, order.body
    assert [(line["bookId"], line["quantity"]) for line in order.json["lines"]] == [(book["id"], 3)]
    assert buyer.quantities(at=here) == {}
    # The answer was lost, the buyer asks again elsewhere: the cart is empty now, the order stands.
    again = buyer.call("POST", "/orders", {}, key=key, headers={"If-Match": current}, at=here)
    assert again.json["id"] == order.json["id"]


def test_another_price_than_the_catalogues_is_refused(shop):
    here, _ = both_urls(shop)
    book = some_book(here)
    buyer = Buyer(here)
    price = {**book["price"], "amount": book["price"]["amount"] - 1}
    answer = buyer.buy({**book, "price": price})
    assert (answer.status, answer.problem) == (409, "price-changed")
    assert answer.json["lines"] == [{"bookId": book["id"], "price": book["price"]}]
    assert buyer.orders() == []


def test_a_session_is_good_in_every_region(shop):
    here, there = both_urls(shop)
    assert Buyer(here).cart(at=there).status == 200


def test_what_a_session_wrote_it_reads_everywhere(shop):
    here, there = both_urls(shop)
    book = some_book(here)
    for _ in range(20):
        buyer = Buyer(here)
        buyer.add(book["id"], 1, at=here)
        answer = buyer.cart(at=there)
        assert answer.headers["Perpetua-Stale"] or buyer.quantities(at=there) == {book["id"]: 1}
