"""The buyers' checker passes a shop that kept everything, and finds what was altered by hand."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from buying import addresses, buyers, check, doors
from client import Buyer
from forgetful import ForgetfulProxy
from ops import build

ALL_SORTS = "browse=50,cart=35,checkout=15"


def load(running, record: Path, *, edge: str, seconds: float) -> dict:
    return buyers("load", "--edge", edge, *addresses(running), *doors(running), "--record", record,
                  "--rate", 100, "--duration", seconds, "--mix", ALL_SORTS)


@pytest.fixture(scope="module")
def loaded(running, tmp_path_factory):
    """A record of 500 requests, what the load said of it, and the check once all is everywhere."""
    record = tmp_path_factory.mktemp("buyers") / "record"
    report = load(running, record, edge=running.url, seconds=5)
    return record, report, check(running, record)


class Altered:
    """A copy of the record in which a test changes lines."""

    def __init__(self, record: Path, folder: Path):
        self.path = folder / "altered"
        shutil.copy(f"{record}.sessions", f"{self.path}.sessions")
        self.lines = [json.loads(line) for line in record.read_text().splitlines()]

    def acknowledged(self, operation: str) -> list[dict]:
        """The first attempts of requests that were acknowledged, oldest first."""
        done = {line["request"] for line in self.lines
                if line["line"] == "answer" and 200 <= line["status"] < 300}
        return [line for line in self.lines
                if line["line"] == "ask" and line["operation"] == operation
                and line["attempt"] == 1 and line["request"] in done]

    def write(self) -> Path:
        self.path.write_text("".join(json.dumps(line) + "\n" for line in self.lines))
        return self.path


@pytest.fixture
def altered(loaded, tmp_path):
    return Altered(loaded[0], tmp_path)


def test_a_shop_that_kept_everything_passes(running, loaded):
    _, report, verdict = loaded
    regions = len(running.shop.regions)
    assert report["requests"] == 500
    assert report["failed_safe"] == 0
    assert report["orders_acknowledged"] > 20
    assert verdict["pass"] and verdict["stock_exact"]
    assert verdict["checked"]["orders"] == regions * report["orders_acknowledged"]
    assert verdict["checked"]["books"] > 0


def test_the_cart_is_ordered_in_both_ways(altered):
    by_tag = ["ifMatch" in order for order in altered.acknowledged("placeOrder")]
    assert any(by_tag) and not all(by_tag)


def test_a_copy_sold_beside_the_record_is_found(running, edge, tmp_path):
    record = tmp_path / "record"
    load(running, record, edge=running.url, seconds=1)
    check(running, record)
    ordered = Altered(record, tmp_path).acknowledged("placeOrder")[0]["lines"][0]["bookId"]
    assert Buyer(edge).order(edge.get(f"/api/books/{ordered}").body).status == 201
    verdict = check(running, record, settle_s=0.5, expect=1)
    assert verdict["stock_wrong"] == len(running.shop.regions), verdict
    assert verdict["orders_lost"] == verdict["orders_wrong"] == 0
    verdict = check(running, record, shared=True)
    assert verdict["pass"] and not verdict["stock_exact"]


def test_a_write_whose_answer_was_lost_counts_once_wherever_it_is_tried_again(running, tmp_path):
    proxy = ForgetfulProxy(("127.0.0.1", running.shop.port), lost_each=3)
    try:
        report = load(running, tmp_path / "record", edge=proxy.url, seconds=4)
    finally:
        proxy.stop()
    assert proxy.lost > 20 and report["attempts"] == report["requests"] + proxy.lost
    assert report["orders_unknown"] == report["cart_writes_unknown"] == 0, report
    nearest, other = [region.name for region in running.shop.regions]
    again = [line for line in Altered(tmp_path / "record", tmp_path).lines
             if line["line"] == "ask" and line["attempt"] == 2]
    assert {line["to"] for line in again} == {other}, "not where it was executed"
    assert report["answered_by"][nearest] > 0
    assert check(running, tmp_path / "record")["pass"]


def test_a_load_may_go_straight_to_a_region_and_says_so(running, tmp_path):
    region = running.shop.regions[1]
    report = load(running, tmp_path / "record", edge=f"{region.name}={region.url}", seconds=1)
    assert report["answered_by"] == {region.name: 100}
    asked = {line["to"] for line in Altered(tmp_path / "record", tmp_path).lines
             if line["line"] == "ask"}
    assert asked == {region.name}
    assert check(running, tmp_path / "record")["pass"]


def test_an_order_that_is_not_there_is_found(running, altered):
    order = altered.acknowledged("placeOrder")[0]["request"]
    for line in altered.lines:
        if line["line"] == "answer" and line["request"] == order:
            line["orderId"] = "or_" + "0" * 40
    verdict = check(running, altered.write(), settle_s=0, expect=1)
    assert verdict["lost_orders"] == ["or_" + "0" * 40], "once, though in every region"


def test_one_copy_more_in_an_order_is_found(running, altered):
    altered.acknowledged("placeOrder")[0]["lines"][0]["quantity"] += 1
    verdict = check(running, altered.write(), settle_s=0, expect=1)
    assert verdict["orders_wrong"] == len(running.shop.regions)
    assert verdict["orders_lost"] == 0


def test_an_order_that_nobody_asked_for_is_found(running, altered):
    order = altered.acknowledged("placeOrder")[0]["request"]
    altered.lines = [line for line in altered.lines if line.get("request") != order]
    verdict = check(running, altered.write(), settle_s=0, expect=1)
    assert verdict["orders_wrong"] + verdict["duplicates"] == len(running.shop.regions)


def test_one_cart_line_more_is_found(running, altered):
    add = altered.acknowledged("addToCart")[-1]
    altered.lines.append({**add, "request": 10_000, "key": "altered",
                          "lines": [{"bookId": "no-such-book", "quantity": 1}]})
    answer = {"line": "answer", "request": 10_000, "attempt": 1, "ended_ms": add["started_ms"],
              "status": 201, "region": running.shop.regions[0].name, "durability": "remote"}
    altered.lines.append(answer)
    verdict = check(running, altered.write(), settle_s=0, expect=1)
    assert verdict["lost_cart_lines"] == [f"buyer {add['buyer']}, no-such-book"]
    assert verdict["carts_wrong"] == len(running.shop.regions)


def test_a_region_that_does_not_answer_has_not_passed(running, loaded):
    name = running.shop.regions[0].name
    verdict = buyers("check", "--record", loaded[0], "--region", f"{name}=http://127.0.0.1:1",
                     "--settle-seconds", 0, expect=1)
    assert verdict["orders_lost"] == 0
    assert verdict["unanswered"] > 0


def test_another_region_at_its_address_has_not_passed(running, loaded):
    first, second = running.shop.regions
    for url in (second.url, running.url):
        verdict = buyers("check", "--record", loaded[0], "--region", f"{second.name}={first.url}",
                         "--region", f"atlantis={url}", "--settle-seconds", 0, expect=1)
        assert verdict["unanswered"] > 0 and verdict["checked"]["buyers"] == 0, verdict


def test_a_record_is_never_overwritten(running, loaded):
    result = subprocess.run([str(build.BUYERS), "load", "--edge", running.url, "--record",
                             str(loaded[0])], capture_output=True, text=True, timeout=60,
                            check=False)
    assert result.returncode == 2
    assert "does not exist yet" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["eat"], ["check"], ["load", "--rate", "0"]])
def test_wrong_usage_is_status_2(arguments):
    result = subprocess.run([str(build.BUYERS), *arguments], capture_output=True, timeout=60,
                            check=False)
    assert result.returncode == 2


def test_contention_sells_what_is_there(running, new_book, tmp_path):
    book = new_book(copies=10)
    result = buyers("contend", *addresses(running), *doors(running), "--book", book["id"],
                    "--orders", 50, "--record", tmp_path / "record")
    assert (result["sold"], result["sold_out"]) == (10, 40), result
    assert result["seconds"] < 5
    verdict = check(running, tmp_path / "record")
    assert verdict["stock_exact"] and verdict["checked"]["orders"] == 10 * len(running.shop.regions)
