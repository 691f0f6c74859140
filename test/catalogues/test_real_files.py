"""The real catalogues, Project Gutenberg's and goodbooks-10k's: every line accounted for, in time,
in little memory. Their folder is named by ./perpetua test --catalogues DIR."""

import csv
import json
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "api"))

from client import Client, eventually  # noqa: E402
from operating import LOGS  # noqa: E402
from ops import temporary  # noqa: E402

FOLDER = Path(os.environ["PERPETUA_CATALOGUES"])
FILES = {"gutenberg": FOLDER / "pg_catalog.csv", "goodbooks": FOLDER / "goodbooks_books.csv"}
BOOKS_IN_ALL = 17_660
IMPORT_SECONDS_MAX = 5.0
RESIDENT_MIB_MAX = 96
COPIES_EACH = 100


@pytest.fixture(scope="module")
def running():
    with temporary.shop("--empty", keep_logs_in=LOGS / "catalogues-shop") as shop:
        yield shop


@pytest.fixture(scope="module")
def imported(running) -> dict:
    result = running.perpetua("import", *map(str, FILES.values()), "--json")
    return json.loads(result.stdout)


@pytest.fixture
def clients(running):
    return [Client(region.url) for region in running.shop.regions]


def records(path: Path) -> int:
    with open(path, encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def books_in(client: Client) -> int:
    return sum(item["count"] for item in client.get("/api/categories").body["items"])


def test_the_counts_add_up_line_for_line(imported):
    for part, path in zip(imported["files"], FILES.values()):
        assert part["read"] == records(path)
        assert part["read"] == part["accepted"] + part["unchanged"] + part["refused_total"]
    assert imported["read"] == imported["accepted"] == BOOKS_IN_ALL
    assert imported["unanswered"] == 0
    assert (imported["refused_total"], imported["refused"]) == (0, [])


def test_it_takes_less_than_five_seconds(imported):
    assert imported["seconds"] < IMPORT_SECONDS_MAX


def test_every_region_has_every_book_and_its_copies(running, imported, clients):
    for client in clients:
        eventually(lambda: books_in(client) == imported["accepted"], within_s=60,
                   message=f"{client.url} has {books_in(client)}, not {imported['accepted']}")
        book = client.get("/api/books?limit=1").body["items"][0]["id"]
        eventually(lambda: sum(row["quantity"] for row in client.get(
            f"/api/books/{book}").body["availability"]) == COPIES_EACH)


def test_importing_again_in_the_other_region_changes_nothing(running, imported, clients):
    def positions():
        return {client.url: region["position"] for client, region in zip(
            clients, json.loads(running.perpetua("status", "--json").stdout)["regions"])}

    eventually(lambda: len({json.dumps(p, sort_keys=True) for p in positions().values()}) == 1,
               within_s=60)
    before = positions()
    again = json.loads(running.perpetua(
        "import", *map(str, FILES.values()), "--region", running.shop.regions[1].name,
        "--json").stdout)
    assert (again["accepted"], again["unchanged"]) == (0, imported["accepted"])
    assert positions() == before


def test_an_idle_region_needs_little_memory(running, imported):
    """As long as it runs, and anew from its store."""
    resident(running)
    running.perpetua("down")
    running.perpetua("up", "--yes")
    resident(running)


def resident(running) -> None:
    for region in json.loads(running.perpetua("status", "--json").stdout)["regions"]:
        status = Path(f"/proc/{region['pid']}/status").read_text()
        kib = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        assert kib < RESIDENT_MIB_MAX * 1024, f"{region['name']}: {kib // 1024} MiB"
