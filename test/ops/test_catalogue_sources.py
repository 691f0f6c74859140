"""What Gutenberg's, goodbooks-10k's and plain CSV rows become, and what they are refused for."""

import csv
import io
import re
from pathlib import Path

import pytest

from ops.catalogue import goodbooks, gutenberg, plain_csv, shelves
from ops.catalogue.goodbooks import isbn13_from10
from ops.catalogue.names import authors_of, credits_of, display_name
from ops.catalogue.records import PRICE_LADDER, Refused, price_from

ROOT = Path(__file__).parent.parent.parent
GUTENBERG = {
    "Text#": "1", "Type": "Text", "Issued": "2001-01-01", "Title": "T", "Language": "en",
    "Authors": "", "Subjects": "", "LoCC": "", "Bookshelves": "",
}
GOODBOOKS = {
    "book_id": "1", "isbn": "", "authors": "A", "original_publication_year": "", "title": "T",
    "original_title": "", "language_code": "", "average_rating": "", "ratings_count": "",
    "books_count": "",
}
PLAIN = {"id": "a", "title": "T", "price": "", "currency": "", "year": "", "category": "",
         "rating_average": "", "rating_count": "", "isbn": ""}


def read_one(module, base: dict, **changes):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(base), lineterminator="\n")
    writer.writeheader()
    writer.writerow(base | changes)
    (record,) = module.read(io.BytesIO(text.getvalue().encode()))
    return record


@pytest.mark.parametrize("catalogued, shown", [
    ("Jefferson, Thomas, 1743-1826", "Thomas Jefferson"),
    ("Kennedy, John F. (John Fitzgerald), 1917-1963", "John F. Kennedy"),
    ("Homer, 751? BCE-651? BCE", "Homer"), ("Martorell, Joanot, -1468", "Joanot Martorell"),
    ("Sterling, Bruce, 1954-", "Bruce Sterling"), ("Sunzi, active 6th century B.C.", "Sunzi"),
    ("Geological Survey (U.S.)", "Geological Survey (U.S.)"), ("United States", "United States"),
    ("Alger, Horatio, Jr., 1832-1899", "Horatio Alger Jr."),
    ("Raleigh, Walter Alexander, Sir, 1861-1922", "Sir Walter Alexander Raleigh"),
    ("Orr, Sutherland, Mrs., 1828-1903", "Mrs. Sutherland Orr"),
    ("Byron, George Gordon Byron, Baron, 1788-1824", "George Gordon Byron, Baron Byron"),
    ("Derby, Edward Stanley, Earl of, 1799-1869", "Edward Stanley, Earl of Derby"),
    ("Holbach, Paul Henri Thiry, baron d', 1723-1789", "Paul Henri Thiry, baron d'Holbach"),
    ("Tolstoy, Leo, graf, 1828-1910", "Leo Tolstoy"),
    ("Catherine, of Siena, Saint, 1347-1380", "Saint Catherine of Siena"),
    ("Augustine, Saint, Bishop of Hippo, 354-430", "Saint Augustine"),
    ("Saxo, Grammaticus, -1204?", "Saxo Grammaticus"), ("Pliny, the Younger", "Pliny the Younger"),
    ("Marcus Aurelius, Emperor of Rome, 121-180", "Marcus Aurelius"),
    ("La Fayette, Madame de (Marie-Madeleine), 1634-1693", "Madame de La Fayette"),
    ("Goethe, Johann Wolfgang von, 1749-1832 [Editor]", "Johann Wolfgang von Goethe"),
])
def test_names_are_turned_round(catalogued, shown):
    assert display_name(catalogued) == shown


def test_names_in_chinese_and_japanese_books():
    assert display_name("Luo, Guanzhong, 1330?-1400?", family_first=True) == "Luo Guanzhong"
    assert display_name("Luther, Martin, 1483-1546", family_first=True) == "Martin Luther"


def test_people_with_a_role_are_authors_only_when_nobody_else_is():
    both = credits_of("Poole, Ann [Editor]; Marsh, Tom; Marsh, Tom")
    assert authors_of(both) == ("Tom Marsh",)
    assert authors_of(credits_of("Poole, Ann [Editor]")) == ("Ann Poole",)
    assert authors_of(credits_of("")) == ()


@pytest.mark.parametrize("shelf, subjects, marks, category", [
    ("Browsing: Fiction; Browsing: Crime/Mystery", "", "", "crime-and-mystery"),
    ("", "Fairy tales -- Germany; Folklore", "GR", "fairy-tales"),
    ("", "Dogs -- Juvenile fiction", "PZ", "children"), ("", "", "DA; PR", "history"),
    ("", "", "F001", "history"), ("", "", "GV", "general"), ("", "", "PR", "literature"),
    ("Browsing: Nowhere", "Nothing", "", "general"), ("Browsing: Fiction;", "", "", "fiction"),
])
def test_categories_follow_the_table(shelf, subjects, marks, category):
    assert shelves.category_of(shelf, subjects, marks) == category


def test_the_documented_table_is_the_one_used():
    text = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \| (.*) \|$", text, re.M)
    documented = [shelves.Rule(slug, names(shelf), names(subject), frozenset(marks.split()))
                  for slug, shelf, subject, marks in rows]
    assert documented == list(shelves.RULES)
    assert len(documented) <= 30


def names(cell: str) -> frozenset[str]:
    return frozenset(name.strip() for name in cell.split("; ") if name.strip())


def test_prices_are_stable_and_on_the_ladder():
    # 499 + 100 * (the first 8 digits of sha256sum's output modulo 25)
    assert [price_from(name) for name in ("pg-1", "pg-2", "gb-1")] == [2699, 1199, 2099]
    assert {price_from(f"pg-{number}") for number in range(2000)} == set(PRICE_LADDER)


@pytest.mark.parametrize("digits, isbn", [
    ("306406152", "9780306406157"), ("0306406152", "9780306406157"), ("0306406153", None),
    ("080442957X", "9780804429573"), ("80442957X", "9780804429573"), ("", None), ("0", None),
    ("12X4567890", None), ("9780306406157", None), ("²306406152", None),
])
def test_isbn10_loses_no_zero_and_keeps_no_error(digits, isbn):
    assert isbn13_from10(digits) == isbn


@pytest.mark.parametrize("module, base, changes, why", [
    (gutenberg, GUTENBERG, {"Text#": "0"}, "Text#"), (gutenberg, GUTENBERG, {"Text#": "x"}, "Text#"),
    (gutenberg, GUTENBERG, {"Text#": "1.0"}, "Text#"), (gutenberg, GUTENBERG, {"Type": "Tape"}, "Type"),
    (gutenberg, GUTENBERG, {"Language": "English"}, "language"),
    (gutenberg, GUTENBERG, {"Subjects": "x" * 4001}, "description"),
    (gutenberg, GUTENBERG, {"Authors": "; ".join(f"A{n}" for n in range(51))}, "51 authors"),
    (goodbooks, GOODBOOKS, {"book_id": "1.0"}, "book_id"),
    (goodbooks, GOODBOOKS, {"original_publication_year": "199x"}, "original_publication_year"),
    (goodbooks, GOODBOOKS, {"original_publication_year": "1997.5"}, "original_publication_year"),
    (goodbooks, GOODBOOKS, {"original_publication_year": "9999"}, "year 9999"),
    (goodbooks, GOODBOOKS, {"average_rating": "4.0"}, "ratings_count"),
    (goodbooks, GOODBOOKS, {"average_rating": "nan", "ratings_count": "1"}, "average_rating"),
    (goodbooks, GOODBOOKS, {"average_rating": "5.5", "ratings_count": "1"}, "rating average"),
    (goodbooks, GOODBOOKS, {"books_count": "many"}, "books_count"),
    (goodbooks, GOODBOOKS, {"title": ""}, "title is empty"),
    (plain_csv, PLAIN, {"price": "18,99"}, "price"), (plain_csv, PLAIN, {"price": "1e3"}, "price"),
    (plain_csv, PLAIN, {"price": "18.999"}, "more than 2 decimals"),
    (plain_csv, PLAIN, {"price": "18.9", "currency": "JPY"}, "more than 0 decimals"),
    (plain_csv, PLAIN, {"price": "0"}, "price amount"),
    (plain_csv, PLAIN, {"currency": "EUR"}, "no price"),
    (plain_csv, PLAIN, {"price": "1", "currency": "euro"}, "currency"),
    (plain_csv, PLAIN, {"year": "1997.0"}, "year"), (plain_csv, PLAIN, {"category": "!"}, "category"),
    (plain_csv, PLAIN, {"rating_average": "4.5"}, "both average and count"),
    (plain_csv, PLAIN, {"isbn": "0306406152"}, "isbn"),
])
def test_bad_fields_are_refused(module, base, changes, why):
    record = read_one(module, base, **changes)
    assert isinstance(record, Refused) and record.line == 2
    assert why in record.why


@pytest.mark.parametrize("price, currency, amount", [
    ("18.99", "", 1899), ("18.9", "EUR", 1890), ("18", "EUR", 1800), ("1200", "JPY", 1200),
    ("1.234", "KWD", 1234), ("0.01", "", 1),
])
def test_decimal_prices_become_minor_units(price, currency, amount):
    assert read_one(plain_csv, PLAIN, price=price, currency=currency).book.price_amount == amount


@pytest.mark.parametrize("kind", gutenberg.KINDS)
def test_every_kind_becomes_a_book_that_says_what_it_is(kind):
    record = read_one(gutenberg, GUTENBERG, Type=kind)
    assert record.book.description == gutenberg.KINDS[kind]
