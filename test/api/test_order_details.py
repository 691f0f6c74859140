"""Where an order goes, how it is sent and what it is paid with: kept with it, and of one request."""

import copy

import pytest

from client import new_key

ADDRESS = {"name": "Aoife Ní Bhriain", "street": "1 Main Street", "extra": "Flat 2",
           "postcode": "D02 X285", "city": "Dublin", "country": "IE"}
DETAILS = {"shipTo": ADDRESS,
           "delivery": {"method": "standard", "price": {"amount": 390, "currency": "EUR"}},
           "payment": {"brand": "visa", "last4": "4242"}}


def order(buyer, book, details: dict, *, quantity: int = 1, key: str | None = None, at=None):
    line = {"bookId": book["id"], "quantity": quantity, "price": book["price"]}
    return buyer.ask("POST", "/api/orders", {"lines": [line], **details}, key=key or new_key(),
                     at=at)


def changed(*path: str, to) -> dict:
    """DETAILS with another value there, or without one."""
    details = copy.deepcopy(DETAILS)
    part = details
    for name in path[:-1]:
        part = part[name]
    if to is None:
        del part[path[-1]]
    else:
        part[path[-1]] = to
    return details


def details_of(body: dict) -> dict:
    return {name: body[name] for name in DETAILS if name in body}


@pytest.mark.parametrize("details", [
    DETAILS, {}, {"shipTo": ADDRESS}, {"payment": DETAILS["payment"]},
    changed("payment", to=None), changed("shipTo", "extra", to=None),
], ids=["all", "none", "address", "payment", "unpaid", "no extra"])
def test_every_region_shows_what_the_order_was_given(regions, buyer, book, details):
    answer = order(buyer, book, details, quantity=2)
    assert answer.status == 201, answer.content
    sent = details.get("delivery", {"price": {"amount": 0}})["price"]["amount"]
    assert details_of(answer.body) == details
    assert answer.body["total"] == {"amount": 2 * 1899 + sent, "currency": "EUR"}
    assert answer.body["lines"][0]["total"]["amount"] == 2 * 1899
    for client in regions.values():
        found = buyer.ask("GET", f"/api/orders/{answer.body['id']}", at=client)
        assert details_of(found.body) == details and found.body["total"] == answer.body["total"]
        [listed] = buyer.ask("GET", "/api/orders", at=client).body["items"]
        assert details_of(listed) == details and listed["total"] == answer.body["total"]


def test_the_cart_is_ordered_with_them_too(buyer, book):
    etag = buyer.add(book["id"], 2).headers["ETag"]
    assert buyer.ask("POST", "/api/orders", DETAILS, key=new_key()).is_problem(
        428, "precondition-required")
    answer = buyer.ask("POST", "/api/orders", DETAILS, key=new_key(), If_Match=etag)
    assert answer.status == 201, answer.content
    assert details_of(answer.body) == DETAILS
    assert answer.body["total"]["amount"] == 2 * 1899 + 390
    assert buyer.cart().body["lines"] == []


def test_a_repeat_is_the_same_order_in_every_region(regions, buyer, book):
    key = new_key()
    answers = [order(buyer, book, DETAILS, key=key, at=client) for client in regions.values()]
    answers.append(order(buyer, book, DETAILS, key=key))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert all(details_of(answer.body) == DETAILS for answer in answers)


@pytest.mark.parametrize("other", [
    changed("shipTo", "street", to="2 Main Street"), changed("shipTo", "extra", to=None),
    changed("payment", "last4", to="0000"), changed("payment", to=None), {},
    changed("delivery", to={"method": "express", "price": {"amount": 890, "currency": "EUR"}}),
], ids=["street", "no extra", "card", "unpaid", "nothing", "express"])
def test_a_key_is_of_one_address_one_delivery_and_one_payment(buyer, book, other):
    key = new_key()
    assert order(buyer, book, DETAILS, key=key).status == 201
    assert order(buyer, book, other, key=key).is_problem(422, "key-reused")


def test_another_price_than_the_deliverys_is_refused(region, buyer, book):
    cheap = changed("delivery", "price", "amount", to=1)
    answer = order(buyer, book, cheap, at=region)
    assert answer.is_problem(409, "price-changed"), answer.content
    assert answer.body["pointer"] == "/delivery/price" and "lines" not in answer.body


def test_the_price_of_a_line_is_looked_at_before_the_deliverys(buyer, book):
    wrong = {**book, "price": {"amount": 1, "currency": "EUR"}}
    answer = order(buyer, wrong, changed("delivery", "price", "amount", to=1))
    assert answer.is_problem(409, "price-changed")
    assert answer.body["lines"] and "pointer" not in answer.body


REFUSED = [
    (changed("shipTo", to=None), "/shipTo"),
    (changed("delivery", "method", to="carrier-pigeon"), "/delivery/method"),
    (changed("delivery", "method", to="By Air"), "/delivery/method"),
    (changed("delivery", "method", to=None), "/delivery/method"),
    (changed("delivery", "price", "currency", to="USD"), "/delivery/price/currency"),
    (changed("delivery", "price", "amount", to=-1), "/delivery/price/amount"),
    (changed("delivery", "price", to=None), "/delivery/price"),
    (changed("delivery", "days", to=1), "/delivery/days"),
    (changed("shipTo", "name", to="x" * 101), "/shipTo/name"),
    (changed("shipTo", "name", to=" "), "/shipTo/name"),
    (changed("shipTo", "street", to="x" * 201), "/shipTo/street"),
    (changed("shipTo", "street", to="one\ntwo"), "/shipTo/street"),
    (changed("shipTo", "extra", to=""), "/shipTo/extra"),
    (changed("shipTo", "postcode", to="1" * 21), "/shipTo/postcode"),
    (changed("shipTo", "city", to="\u0000"), "/shipTo/city"),
    (changed("shipTo", "city", to=None), "/shipTo/city"),
    (changed("shipTo", "country", to="ie"), "/shipTo/country"),
    (changed("shipTo", "country", to="IRL"), "/shipTo/country"),
    (changed("shipTo", "phone", to="1"), "/shipTo/phone"),
    (changed("payment", "brand", to="Visa"), "/payment/brand"),
    (changed("payment", "last4", to="4242424242424242"), "/payment/last4"),
    (changed("payment", "last4", to="٤٢٤٢"), "/payment/last4"),
    (changed("payment", "number", to="4242424242424242"), "/payment/number"),
    (changed("payment", to="visa"), "/payment"),
    (changed("gift", to=True), "/gift"),
]


@pytest.mark.parametrize("details, pointer", REFUSED)
def test_what_is_wrong_is_pointed_at(buyer, book, details, pointer):
    answer = order(buyer, book, details)
    assert answer.is_problem(400, "validation"), answer.content
    assert answer.body["pointer"] == pointer
    etag = buyer.add(book["id"]).headers["ETag"]
    answer = buyer.ask("POST", "/api/orders", details, key=new_key(), If_Match=etag)
    assert answer.is_problem(400, "validation"), answer.content
    assert answer.body["pointer"] == pointer


def test_texts_may_be_as_long_as_the_contract_says(buyer, book):
    longest = {"name": "é" * 100, "street": "é" * 200, "extra": "é" * 200, "postcode": "é" * 20,
               "city": "\U0001f4da" * 100, "country": "ZZ"}
    answer = order(buyer, book, {**DETAILS, "shipTo": longest})
    assert answer.status == 201, answer.content
    assert answer.body["shipTo"] == longest


def test_no_log_says_where_an_order_goes_or_what_it_is_paid_with(running, buyer, book):
    street, card = f"{new_key()} Street", "9753"
    details = {**changed("shipTo", "street", to=street), "payment": {"brand": "amex", "last4": card}}
    assert order(buyer, book, details).status == 201
    assert order(buyer, book, {**details, "payment": {"brand": "amex", "last4": f"{card} "}},
                 ).status == 400
    logs = [path for path in running.shop.log.rglob("*") if path.is_file()]
    assert logs
    for path in logs:
        text = path.read_text(errors="replace")
        assert street not in text and f'"{card}' not in text, path
