"""How `up` brings in the starter catalogue."""

import json
from pathlib import Path

import pytest

from operators_door import open_door
from ops import door as doors
from ops.commands.import_ import import_quietly
from ops.errors import Failure
from ops.shop import Shop

STARTER = Path(__file__).parent.parent.parent / "data" / "catalogue.jsonl"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    shop = Shop.open(str(tmp_path / "h"), 8080)
    name = shop.regions[0].name
    monkeypatch.setattr(doors, "any_ready_region", lambda shop: name)
    shop.region_folder(name).mkdir(parents=True)
    return shop


@pytest.fixture
def door(shop):
    with open_door(shop.operator_socket(shop.regions[0].name)) as door:
        yield door


def test_it_is_done_when_every_book_is_there_however_often(shop, door):
    books = f"{len(STARTER.read_text().splitlines())} books"
    assert import_quietly(shop, STARTER) == import_quietly(shop, STARTER) == books


def test_a_region_that_takes_no_writes_is_told_and_nothing_counts_as_done(shop, door):
    door.answers = [lambda handler: handler.answer(503, {"detail": "the disk is full"})]
    with pytest.raises(Failure, match="the disk is full"):
        import_quietly(shop, STARTER)


def test_one_refused_book_is_a_failure(shop, door):
    door.refuse[json.loads(STARTER.read_text().splitlines()[4])["id"]] = "no room for it"
    with pytest.raises(Failure, match="no room for it"):
        import_quietly(shop, STARTER)
