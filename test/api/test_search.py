"""Finding books by words: the same in every region."""

import secrets
from urllib.parse import urlencode

import pytest

from client import eventually


def search(region, query: str, **more) -> dict:
    answer = region.get("/api/search?" + urlencode({"q": query, **more}))
    assert answer.status == 200, answer.content
    return answer.body


def ids(found: dict) -> list[str]:
    return [book["id"] for book in found["items"]]


@pytest.fixture
def shelf(new_book, regions):
    """Three books, the best for `mark` first, once every region finds them."""
    mark = "q" + secrets.token_hex(6)
    books = [new_book(title=title, **more) for title, more in (
        (f"The {mark.upper()}", {"isbn": "9780441172719"}),
        (f"{mark} and Other Žáby", {"authors": ["Zoë Ångström"]}),
        (f"More of {mark}", {}))]
    for client in regions.values():
        eventually(lambda: search(client, mark)["total"] == len(books))
    return mark, [book["id"] for book in books]


def test_the_best_come_first_in_every_region(regions, shelf):
    mark, best_first = shelf
    answers = [region.get(f"/api/search?q={mark}") for region in regions.values()]
    assert all(ids(answer.body) == best_first for answer in answers)
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1


def test_case_accents_and_the_rest_of_a_word_do_not_matter(region, shelf):
    mark, (_, accented, _) = shelf
    for query in (f"{mark} zaby", f"{mark} ŽÁB", f"zoe {mark[:8]} Ang", f"other-{mark}"):
        assert ids(search(region, query)) == [accented], query


def test_every_word_must_be_there(region, shelf):
    mark, _ = shelf
    for query in (mark + " nowhere", mark + "x", mark[1:]):
        assert search(region, query) == {"items": [], "total": 0}, query


def test_an_isbn_is_found_as_it_is_written(region, shelf):
    mark, (printed, *_) = shelf
    for query in ("9780441172719", "978-0-441-17271-9", "978 0441172719"):
        assert printed in ids(search(region, query, limit=100)), query
    assert ids(search(region, f"{mark} 97804411")) == [printed]


def test_the_limit_is_of_the_items_alone(region, shelf):
    mark, best_first = shelf
    found = search(region, mark, limit=2)
    assert ids(found) == best_first[:2] and found["total"] == 3
    everything = search(region, "a")
    assert len(everything["items"]) == 24 < everything["total"]


def test_a_query_without_words_finds_nothing(region):
    for query in ("?!", " ", "'", "-"):
        assert search(region, query) == {"items": [], "total": 0}, query


def test_a_changed_or_retired_book_is_found_as_it_is(running, region, new_book):
    mark = "q" + secrets.token_hex(6)
    book = new_book(title=mark)
    eventually(lambda: ids(search(region, mark)) == [book["id"]])
    running.perpetua("book", "retire", book["id"])
    eventually(lambda: search(region, mark)["total"] == 0)


@pytest.mark.parametrize("query", ["", "q=", "q=" + "a" * 101, "q=a&q=b", "q=a&limit=0",
                                   "q=a&limit=101", "q=a&cursor=AAAA", "query=a"])
def test_what_cannot_be_searched_is_refused(region, query):
    assert region.get("/api/search?" + query).is_problem(400, "validation")
