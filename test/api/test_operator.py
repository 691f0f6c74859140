"""The operator's door, and the commands that go through it."""

import json
import stat

import pytest
from client import Buyer, new_key, request
from waiting import eventually


@pytest.fixture
def operator(shop):
    return shop.operator(shop.regions[0]["name"])


def test_only_its_owner_may_open_the_door(shop, operator):
    assert stat.S_IMODE((shop.home / "regions" / shop.regions[0]["name"] / "operator.sock").stat().st_mode) == 0o600


def test_status_has_what_scripts_need(shop):
    status = shop.status()
    assert [edge["ready"] for edge in status["edges"]] == [True]
    names = {region["name"] for region in status["regions"]}
    for region in status["regions"]:
        assert region["ready"] is True
        assert region["pid"] > 0
        assert region["position"]
        assert set(region["lag_ms"]) == names - {region["name"]}


def test_importing_again_changes_no_stock_wherever_it_is_done(shop, tmp_path):
    names = [region["name"] for region in shop.regions]
    book_id = "again-" + new_key()[:12]
    book = shop.operator(names[0]).put_book(book_id)
    eventually(lambda: shop.operator(names[1]).call("GET", f"/books/{book_id}/stock").status == 200,
               "the other region has the book")
    before = shop.operator(names[0]).stock(book_id)
    for name in names:
        line = json.dumps({"book": book, "initial": 100}).encode()
        answer = shop.operator(name).call("POST", "/books", line,
                                          {"Content-Type": "application/x-ndjson"})
        assert (answer.json["accepted"], answer.json["unchanged"]) == (0, 1)
    assert shop.operator(names[0]).stock(book_id) == before
    assert sum(row["rights"] for row in before["writers"]) == 100


def test_bad_lines_are_refused_by_number_and_the_good_ones_taken(shop, operator):
    good = {"id": "line-" + new_key()[:12], "title": "T", "authors": ["A"], "category": "cars",
            "description": "", "price": {"amount": 100, "currency": "EUR"}}
    lines = [json.dumps({"book": good, "initial": 1}), "{", json.dumps({"book": {**good, "id": "UP"}}),
             json.dumps({"book": {**good, "id": "x", "title": "t" * 501}}),
             json.dumps({"book": {**good, "id": "y", "price": {"amount": -1, "currency": "EUR"}}})]
    answer = operator.call("POST", "/books", "\n".join(lines).encode(),
                           {"Content-Type": "application/x-ndjson"})
    assert answer.json["accepted"] == 1
    assert [refused["line"] for refused in answer.json["refused"]] == [2, 3, 4, 5]
    assert all(refused["why"] for refused in answer.json["refused"])


def test_a_delivery_and_a_write_off_by_command(shop, operator):
    book = operator.put_book("stock-" + new_key()[:12], copies=10)
    for _ in range(2):  # a delivery counts once, whoever says it again
        shop.perpetua("stock", "add", book["id"], "6", "--delivery", "spring")
    report = operator.stock(book["id"])
    assert sum(row["rights"] for row in report["writers"]) == 16
    shop.perpetua("stock", "write-off", book["id"], "2")
    report = operator.stock(book["id"])
    assert sum(row["rights"] for row in report["writers"]) == 14


def test_a_price_change_by_command_reaches_every_region(shop, tmp_path):
    name = shop.regions[0]["name"]
    book = shop.operator(name).put_book("price-" + new_key()[:12])
    changed = {**book, "price": {"amount": 2100, "currency": "EUR"}}
    file = tmp_path / "book.json"
    file.write_text(json.dumps(changed))
    shop.perpetua("book", "put", str(file))
    for region in shop.regions:
        path = "/api/books/" + book["id"]
        eventually(lambda: request(region["url"], "GET", path).json["price"]["amount"] == 2100,
                   "the new price is in " + region["name"])


def test_a_retired_book_is_not_sold(shop):
    name = shop.regions[0]["name"]
    book = shop.operator(name).put_book("retired-" + new_key()[:12])
    shop.perpetua("book", "retire", book["id"])
    for region in shop.regions:
        eventually(lambda: request(region["url"], "GET", "/api/books/" + book["id"]).status == 404,
                   "it is gone in " + region["name"])
        answer = Buyer(region["url"]).buy(book)
        assert answer.status in (404, 409)


@pytest.mark.parametrize("words", [
    ("book", "retire", "no-such-book"), ("stock", "add", "no-such-book", "5", "--delivery", "d"),
    ("stock", "write-off", "no-such-book", "5"), ("stock", "add", "x", "-5", "--delivery", "d"),
    ("import", "/no/such/file.csv"), ("drill", "no-such-drill"), ("drill", "kill-region", "nowhere"),
    ("test", "no-such-suite"), ("no-such-command",), ("status", "--port", "99999999"),
])
def test_a_command_that_cannot_be_done_says_so_in_one_line(shop, words):
    done = shop.perpetua(*words, check=False)
    assert done.returncode != 0
    message = done.stderr.strip().splitlines()
    assert len(message) == 1 and message[0].startswith("perpetua: "), done.stderr
