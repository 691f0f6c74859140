"""Files go through a real Unix socket into a door, and the summary says what became of them."""

import io
import json
import os
from pathlib import Path

import pytest

from operators_door import open_door
from ops.catalogue import door as client
from ops.catalogue import upload

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def door(tmp_path):
    with open_door(tmp_path / "s") as door:
        yield door


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Run:
    def __init__(self, tmp_path, *paths, as_json=True, out=None, err=None):
        out, err = out or io.StringIO(), err or io.StringIO()
        self.status = upload.import_files(list(paths), tmp_path / "s", as_json, out, err)
        self.out, self.err = out.getvalue(), err.getvalue()
        self.json = json.loads(self.out) if as_json else None

    @property
    def counts(self):
        names = ("read", "accepted", "unchanged", "refused_total", "unanswered")
        return tuple(self.json[name] for name in names)


def own_line(number: int, **changes) -> str:
    book = {"id": f"b{number}", "title": "T", "authors": [], "category": "cars", "description": "",
            "price": {"amount": 1, "currency": "EUR"}}
    return json.dumps(book | changes) + "\n"


def own_file(tmp_path, text: str) -> Path:
    path = tmp_path / "books.jsonl"
    path.write_text(text)
    return path


def test_every_book_arrives_and_once_more_changes_nothing(tmp_path, door):
    paths = [GOLDEN / name for name in ("gutenberg.csv", "goodbooks.csv", "plain.csv", "own.jsonl")]
    first = Run(tmp_path, *paths)
    assert (first.status, first.err, first.counts) == (0, "", (12, 12, 0, 0, 0))
    assert [file["format"] for file in first.json["files"]] == [
        "project gutenberg", "goodbooks-10k", "plain csv", "json lines"]
    assert json.loads(door.books["lamp"])["book"]["title"] == 'The Lamp\nA "Story"'
    again = Run(tmp_path, *paths)
    # own.jsonl and plain.csv both have a book `lamp`: it is changed to and fro.
    assert (again.status, again.counts) == (0, (12, 2, 10, 0, 0))


def test_batches_share_one_connection(tmp_path, door):
    run = Run(tmp_path, own_file(tmp_path, "".join(map(own_line, range(1201)))))
    assert [len(lines) for lines in door.requests] == [500, 500, 201]
    assert door.connections == 1 and run.counts == (1201, 1201, 0, 0, 0)


def test_batches_are_bounded_in_bytes(tmp_path, door, monkeypatch):
    monkeypatch.setattr(upload, "BATCH_BYTES_MAX", 40_000)
    big = {"description": "x" * 4000}
    Run(tmp_path, own_file(tmp_path, "".join(own_line(number, **big) for number in range(30))))
    assert [len(lines) for lines in door.requests] == [9, 9, 9, 3]


def test_refusals_of_reader_and_region_are_named_by_line(tmp_path, door):
    door.refuse["b2"] = "not this one"
    path = own_file(tmp_path, own_line(1) + "\n" + own_line(2) + "junk\n" + own_line(3, year=9999))
    run = Run(tmp_path, path)
    assert (run.status, run.counts) == (0, (4, 1, 0, 3, 0))
    assert [(bad["file"], bad["line"]) for bad in run.json["refused"]] == [
        (str(path), 3), (str(path), 4), (str(path), 5)]
    assert run.json["refused"][0]["why"] == "not this one"
    text = Run(tmp_path, path, as_json=False)
    assert "4 read, 0 accepted, 1 unchanged, 3 refused" in text.out
    assert f"{path}, line 3: not this one" in text.out


def test_a_terminal_sees_twenty_refusals_and_how_many_more(tmp_path, door):
    path = own_file(tmp_path, own_line(1) + "junk\n" * 50)
    lines = Run(tmp_path, path, path, as_json=False, out=Terminal()).out.splitlines()
    assert sum(", line " in line for line in lines) == 20
    assert lines[-1] == "  and 80 more; a file or --json gets them all"


def test_a_file_gets_every_refusal(tmp_path, door):
    path = own_file(tmp_path, own_line(1) + "junk\n" * 50)
    assert Run(tmp_path, path, as_json=False).out.count(", line ") == 50
    assert len(Run(tmp_path, path).json["refused"]) == 50


def test_a_bound_on_what_is_remembered_loses_no_count(tmp_path, door, monkeypatch):
    monkeypatch.setattr(upload, "REFUSED_KEPT_MAX", 10)
    run = Run(tmp_path, own_file(tmp_path, own_line(1) + "junk\n" * 50))
    assert run.counts == (51, 1, 0, 50, 0) and len(run.json["refused"]) == 10


def make_fifo(path):
    os.mkfifo(path)


@pytest.mark.parametrize("make, what", [
    (lambda path: None, "no such file"), (Path.mkdir, "folder"), (make_fifo, "no regular file"),
    (lambda path: path.write_bytes(b""), "empty"),
    (lambda path: path.write_bytes(b"\xef\xbb\xbf \n\n"), "empty"),
    (lambda path: path.write_text("id,title\n"), "no records"),
    (lambda path: path.write_text("[]"), "no records"),
    (lambda path: path.write_text("id,title\nx\ny\n"), "every record"),
    (lambda path: path.write_text("once upon a time\n"), "format is unknown"),
    (lambda path: path.write_text("id;title\n"), "format is unknown"),
    (lambda path: path.write_text("id,title,titel\n"), "unknown column 'titel'"),
    (lambda path: path.write_text("id,title,title\n"), "column twice"),
    (lambda path: path.write_bytes(b"x" * 300_000), "first line is too long"),
    (lambda path: path.write_text("id,title\n", encoding="utf-16"), "UTF-16"),
    (lambda path: path.write_bytes(b"id,title,\xe4\n"), "not UTF-8"),
    (lambda path: path.write_bytes(b"\x7fELF\x00\x00"), "no text"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_bad_file_gives_one_line_and_the_others_are_imported(make, what, tmp_path, door):
    bad = tmp_path / "bad"
    make(bad)
    run = Run(tmp_path, bad, GOLDEN / "plain.csv")
    assert run.status == 1 and run.json["accepted"] == 3
    assert run.err.count("\n") == 1 and what in run.err and str(bad) in run.err
    assert what in run.json["files"][0]["error"] and run.json["files"][1]["error"] is None


@pytest.mark.parametrize("answer, what", [
    (lambda handler: handler.hang_up(), "connection to the region was lost"),
    (lambda handler: handler.answer(503, {"title": "read-only", "detail": "the disk\nis full"}),
     "503 the disk is full"),
    (lambda handler: handler.answer(500, b"<oops>"), "500 <oops>"),
    (lambda handler: handler.answer(200, b"hello"), "makes no sense"),
    (lambda handler: handler.answer(200, {"accepted": 1}), "makes no sense"),
    (lambda handler: handler.answer(200, {"accepted": 7, "unchanged": 0, "refused": []}),
     "do not add up"),
    (lambda handler: handler.answer(200, {"accepted": 499, "unchanged": 0,
                                          "refused": [{"line": 501, "why": "x"}]}), "not sent"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_region_that_fails_ends_the_import_which_can_be_repeated(answer, what, tmp_path, door):
    path = own_file(tmp_path, "".join(map(own_line, range(1100))))
    door.answers = [lambda handler: handler.answer(200, door.put(door.requests[-1])), answer]
    run = Run(tmp_path, path, GOLDEN / "plain.csv")
    assert run.status == 1 and run.err.count("\n") == 1 and what in run.err
    read, accepted, unchanged, refused, unanswered = run.counts
    assert (accepted, unchanged, refused) == (500, 0, 0) and unanswered == read - 500 > 0
    assert len(door.books) == 500
    assert Run(tmp_path, path).counts == (1100, 600, 500, 0, 0)


def test_the_summary_of_a_broken_import_says_what_is_open(tmp_path, door):
    door.answers = [lambda handler: handler.hang_up()]
    run = Run(tmp_path, GOLDEN / "plain.csv", as_json=False)
    assert run.out.endswith("3 read, 0 accepted, 0 unchanged, 0 refused, 3 unanswered\n")


def test_a_region_that_does_not_answer_is_given_up(tmp_path, door, monkeypatch):
    monkeypatch.setattr(client, "ANSWER_S_MAX", 0.1)
    door.answers = [lambda handler: handler.rfile.read(1)]
    run = Run(tmp_path, GOLDEN / "plain.csv")
    assert run.status == 1 and "did not answer" in run.err and run.counts == (3, 0, 0, 0, 3)


def test_no_region_at_all(tmp_path):
    run = Run(tmp_path, GOLDEN / "plain.csv", as_json=False)
    assert run.status == 1 and run.out == ""
    assert run.err.count("\n") == 1 and "./perpetua up" in run.err and str(tmp_path) in run.err


def test_progress_in_place_on_a_terminal_and_by_lines_elsewhere(tmp_path, door, monkeypatch):
    monkeypatch.setattr(upload, "PROGRESS_LIVE_S", 0)
    monkeypatch.setattr(upload, "PROGRESS_LOG_S", 0)
    path = own_file(tmp_path, own_line(1) + own_line(2))
    live = Run(tmp_path, path, err=Terminal()).err
    assert "\r\033[K" in live and "2 read, 100 %" in live and live.endswith("\r\033[K")
    logged = Run(tmp_path, path).err
    assert "\r" not in logged and logged.endswith("2 read, 100 %\n")
