"""The buyers' checker passes a shop that kept everything, and finds what was altered by hand."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from ops import build


def buyers(*arguments, expect: int) -> dict:
    result = subprocess.run([str(build.BUYERS), *map(str, arguments), "--json"],
                            capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == expect, (result.stdout, result.stderr)
    return json.loads(result.stdout)


def addresses(running) -> list[str]:
    return [part for region in running.shop.regions
            for part in ("--region", f"{region.name}={region.url}")]


def check(running, record: Path, *, expect: int) -> dict:
    doors = [part for region in running.shop.regions
             for part in ("--operator",
                          f"{region.name}={running.shop.operator_socket(region.name)}")]
    return buyers("check", "--record", record, *addresses(running), *doors,
                  "--settle-seconds", 10 if expect == 0 else 0, expect=expect)


@pytest.fixture(scope="module")
def loaded(running, tmp_path_factory):
    """A record of 500 requests, and what the load said of it."""
    record = tmp_path_factory.mktemp("buyers") / "record"
    report = buyers("load", "--edge", running.url, *addresses(running), "--record", record,
                    "--rate", 100, "--duration", 5, "--mix", "browse=50,cart=35,checkout=15",
                    expect=0)
    return record, report


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
    record, report = loaded
    assert report["requests"] == 500
    assert report["failed_safe"] == 0
    assert report["orders_acknowledged"] > 20
    verdict = check(running, record, expect=0)
    assert verdict["pass"]
    assert verdict["checked"]["orders"] >= len(running.shop.regions) * report["orders_acknowledged"]
    assert verdict["checked"]["books"] > 0


def test_an_order_that_is_not_there_is_found(running, altered):
    order = altered.acknowledged("placeOrder")[0]["request"]
    for line in altered.lines:
        if line["line"] == "answer" and line["request"] == order:
            line["orderId"] = "or_" + "0" * 40
    verdict = check(running, altered.write(), expect=1)
    assert verdict["orders_lost"] == len(running.shop.regions)


def test_one_copy_more_in_an_order_is_found(running, altered):
    altered.acknowledged("placeOrder")[0]["lines"][0]["quantity"] += 1
    verdict = check(running, altered.write(), expect=1)
    assert verdict["orders_wrong"] == len(running.shop.regions)
    assert verdict["orders_lost"] == 0


def test_an_order_that_nobody_asked_for_is_found(running, altered):
    order = altered.acknowledged("placeOrder")[0]["request"]
    altered.lines = [line for line in altered.lines if line.get("request") != order]
    verdict = check(running, altered.write(), expect=1)
    assert verdict["orders_wrong"] + verdict["duplicates"] == len(running.shop.regions)


def test_one_cart_line_more_is_found(running, altered):
    add = altered.acknowledged("addToCart")[-1]
    altered.lines.append({**add, "request": 10_000, "key": "altered",
                          "lines": [{"bookId": "no-such-book", "quantity": 1}]})
    answer = {"line": "answer", "request": 10_000, "attempt": 1, "ended_ms": add["started_ms"],
              "status": 201, "region": running.shop.regions[0].name, "durability": "remote"}
    altered.lines.append(answer)
    verdict = check(running, altered.write(), expect=1)
    assert verdict["cart_lines_lost"] == len(running.shop.regions)
    assert verdict["carts_wrong"] == len(running.shop.regions)


def test_a_region_that_does_not_answer_has_not_passed(running, loaded):
    name = running.shop.regions[0].name
    verdict = buyers("check", "--record", loaded[0], "--region", f"{name}=http://127.0.0.1:1",
                     "--settle-seconds", 0, expect=1)
    assert verdict["orders_lost"] == 0
    assert verdict["unanswered"] > 0


def test_a_record_is_never_overwritten(running, loaded):
    result = subprocess.run([str(build.BUYERS), "load", "--edge", running.url, "--record",
                             str(loaded[0])], capture_output=True, text=True, timeout=60,
                            check=False)
    assert result.returncode == 2
    assert "does not exist yet" in result.stderr


def test_contention_sells_what_is_there(running, new_book):
    book = new_book(copies=10)
    result = buyers("contend", *addresses(running), "--book", book["id"], "--orders", 50,
                    expect=0)
    assert (result["sold"], result["sold_out"]) == (10, 40), result
    assert result["seconds"] < 5
