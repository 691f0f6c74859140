"""Looking at books: the same in every region, cacheable, without a session."""

import gzip
import re

import pytest

CATEGORIES = {"cookbooks", "database", "fairy-tales", "science-fiction", "home-improvement", "cars",
              "woodwork"}


def test_the_starter_catalogue_has_the_workshops_seven_categories(region):
    items = region.get("/api/categories").body["items"]
    assert CATEGORIES <= {item["slug"] for item in items}
    assert all(item["count"] > 0 and item["name"] for item in items)


def test_pages_follow_each_other_without_gap_or_repeat(region):
    seen, path = [], "/api/books?limit=7"
    while path:
        answer = region.get(path)
        assert answer.status == 200
        seen += [book["id"] for book in answer.body["items"]]
        link = re.search(r'<([^>]+)>;\s*rel="next"', answer.headers["Link"] or "")
        path = link[1] if link else None
    assert len(seen) == len(set(seen)) >= 200


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


@pytest.mark.parametrize("path", ["/api/books", "/api/categories", "/api/bestsellers"])
def test_cacheable_answers_carry_no_session(region, path):
    answer = region.get(path, {"Authorization": "Bearer nonsense", "Cookie": "perpetua_session=x"})
    assert answer.status == 200
    assert "public" in answer.headers["Cache-Control"] and answer.headers["ETag"]
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Perpetua-Position"], "a view says what it reflects"
    again = region.get(path, {"If-None-Match": answer.headers["ETag"]})
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
