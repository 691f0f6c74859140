"""Looking at books: the same in every region, cacheable, without a session."""

import gzip
import re
from urllib.parse import quote

import pytest

from client import eventually

CATEGORIES = {"cookbooks", "database", "fairy-tales", "science-fiction", "home-improvement", "cars",
              "woodwork"}


def test_the_starter_catalogue_has_the_workshops_seven_categories(region):
    items = region.get("/api/categories").body["items"]
    assert CATEGORIES <= {item["slug"] for item in items}
    assert all(item["count"] > 0 and item["name"] for item in items)


SEQUENCES = {
    "title": lambda book: 0,
    "price": lambda book: book["price"]["amount"],
    "-price": lambda book: -book["price"]["amount"],
    "-year": lambda book: -book.get("year", -10**6),
}


def next_page(answer) -> str | None:
    link = re.search(r'<([^>]+)>;\s*rel="next"', answer.headers["Link"] or "")
    return link[1] if link else None


def walk(region, path) -> list[dict]:
    """All books of a list, over its pages."""
    seen = []
    while path:
        answer = region.get(path)
        assert answer.status == 200
        seen += answer.body["items"]
        path = next_page(answer)
    return seen


def test_pages_follow_each_other_without_gap_or_repeat(region):
    seen = [book["id"] for book in walk(region, "/api/books?limit=7")]
    assert len(seen) == len(set(seen)) >= 200


@pytest.mark.parametrize("sort", SEQUENCES)
@pytest.mark.parametrize("of", ["", "&category=database"])
def test_a_sequence_has_every_book_of_its_list_once(region, sort, of):
    by_title = [book["id"] for book in walk(region, f"/api/books?limit=100{of}")]
    seen = walk(region, f"/api/books?limit=7&sort={sort}{of}")
    expected = sorted(seen, key=lambda book: (SEQUENCES[sort](book), by_title.index(book["id"])))
    assert [book["id"] for book in seen] == [book["id"] for book in expected]
    assert sorted(book["id"] for book in seen) == sorted(by_title)


def test_an_author_has_books(region, new_book):
    books = [new_book(authors=["Zoë Ångström", other], price={"amount": amount, "currency": "EUR"})
             for other, amount in (("A. Writer", 300), ("Another", 100), ("A. Writer", 200))]
    # The shop is for the whole session: this test made others for the other region.
    mine = {book["id"] for book in books}
    for name in ("Zoë Ångström", "ZOE ANGSTROM"):
        path = f"/api/books?author={quote(name)}&sort=price&limit=2"
        eventually(lambda: mine <= {book["id"] for book in walk(region, path)})
        seen = walk(region, path)
        assert [book["id"] for book in seen if book["id"] in mine] == [
            book["id"] for book in sorted(books, key=SEQUENCES["price"])]
        assert all("Zoë Ångström" in book["authors"] for book in seen)
    assert region.get("/api/books?author=no.such+author").body["items"] == []


def test_a_cursor_is_for_the_list_that_gave_it(region):
    link = next_page(region.get("/api/books?limit=1&sort=price"))
    cursor = re.search("cursor=[^&]+", link)[0]
    assert region.get(f"/api/books?sort=price&{cursor}").status == 200
    for other in ("", "sort=-price", "sort=price&category=database", "sort=price&author=x"):
        assert region.get(f"/api/books?{other}&{cursor}").is_problem(400, "validation"), other


@pytest.mark.parametrize("query", ["sort=year", "sort=", "author=", "author=" + "a" * 201,
                                   "author=a&category=database"])
def test_a_list_that_cannot_be_is_refused(region, query):
    assert region.get(f"/api/books?{query}").is_problem(400, "validation")


def test_a_category_lists_its_books_alone(region):
    items = region.get("/api/books?category=database&limit=100").body["items"]
    assert items and {book["category"] for book in items} == {"database"}


def test_an_unknown_category_is_empty(region):
    assert region.get("/api/books?category=no-such-shelf").body["items"] == []


def test_a_book_tells_what_is_there_and_where(region, book):
    found = region.get(f"/api/books/{book['id']}").body
    assert {name: found[name] for name in book} == book
    assert {row["region"] for row in found["availability"]} == {"eu-west-1", "ap-southeast-1"}
    assert sum(row["quantity"] for row in found["availability"]) == 100


@pytest.mark.parametrize("path", ["/api/books", "/api/categories", "/api/bestsellers",
                                  "/api/search?q=data"])
def test_cacheable_answers_carry_no_session(region, path):
    answer = region.get(path, {"Authorization": "Bearer nonsense", "Cookie": "perpetua_session=x"})
    assert answer.status == 200
    assert "public" in answer.headers["Cache-Control"] and answer.headers["ETag"]
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Perpetua-Position"], "a view says what it reflects"
    again = region.get(path, {"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304 and again.content == b""


def test_the_ways_of_delivery_are_those_of_the_topology(running, region):
    answer = region.get("/api/delivery")
    assert answer.status == 200 and "public" in answer.headers["Cache-Control"]
    assert answer.headers["Perpetua-Position"] is None, "it comes from no view"
    listed = [(item["method"], item["price"], item["daysMin"], item["daysMax"])
              for item in answer.body["items"]]
    assert listed == [(option.method, {"amount": option.price, "currency": option.currency},
                       *option.days)
                      for option in sorted(running.shop.topology.delivery, key=lambda o: o.price)]
    again = region.get("/api/delivery", {"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304 and again.content == b""


def test_truth_names_the_region_that_answers(regions):
    for name, client in regions.items():
        answer = client.get("/api/truth")
        assert answer.body["region"] == name == answer.region
        assert answer.body["writer"].startswith(f"{name}#")
        assert "no-store" in answer.headers["Cache-Control"]


def test_the_storefront_is_served_by_every_region(region):
    page = region.get("/")
    assert page.status == 200 and page.headers.get_content_type() == "text/html"
    script = re.search(r'src="(/[^"]+\.js)"', page.content.decode())[1]
    assert region.get(script).status == 200


def test_the_storefronts_texts_are_sent_compressed(region):
    page = region.get("/").content.decode()
    for path in ("/", *re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)):
        plain, zipped = region.get(path), region.get(path, {"Accept-Encoding": "gzip"})
        assert plain.headers["Content-Encoding"] is None
        assert zipped.headers["Content-Encoding"] == "gzip", path
        assert gzip.decompress(zipped.content) == plain.content
        assert "Accept-Encoding" in zipped.headers["Vary"]
        assert region.get(path, {"Accept-Encoding": "br"}).headers["Content-Encoding"] == "br"
