"""Reading the real files, whose folder ./perpetua test --catalogues names: nothing is lost."""

import csv
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from ops.catalogue.detect import open_catalogue
from ops.catalogue.records import Read, encode

FOLDER = Path(os.environ["PERPETUA_CATALOGUES"])
ROWS = {"pg_catalog.csv": 7660, "goodbooks_books.csv": 10_000}
SECONDS_MAX = 2.5


def read_all(name: str) -> list:
    file, form = open_catalogue(FOLDER / name)
    with file:
        return list(form.read(file))


@pytest.mark.parametrize("name, rows", ROWS.items())
def test_the_counts_add_up_line_for_line(name, rows):
    records = read_all(name)
    with open(FOLDER / name, newline="", encoding="utf-8") as file:
        table = csv.reader(file)
        header = next(table)
        starts, titles, before = [], [], table.line_num
        for row in table:
            starts.append(before + 1)
            titles.append(row[[column.lower() for column in header].index("title")])
            before = table.line_num
    assert len(records) == rows == len(starts)
    assert [record.line for record in records] == starts
    assert [record for record in records if not isinstance(record, Read)] == []
    assert [record.book.title for record in records] == titles
    assert len({record.book.id for record in records}) == rows


def test_categories_are_few_and_most_books_have_a_telling_one():
    for name, categories_max in (("pg_catalog.csv", 30), ("goodbooks_books.csv", 2)):
        found = Counter(record.book.category for record in read_all(name))
        assert len(found) <= categories_max
    assert Counter(record.book.category for record in read_all("pg_catalog.csv"))["general"] < 10


def test_both_files_are_read_and_written_fast_enough():
    began = time.process_time()
    size = sum(len(encode(record.book)) for name in ROWS for record in read_all(name))
    assert size > 5_000_000
    assert time.process_time() - began < SECONDS_MAX
