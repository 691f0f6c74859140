"""./perpetua test counts everything, and nothing as passed that did not pass."""

import argparse
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from ops.commands import test as command
from ops.errors import Failure
from ops.suites import api, contract, unit
from ops.suites.context import Context
from ops.suites.web import lighthouse, units, walks


@pytest.fixture
def suites(monkeypatch, tmp_path):
    """Puts functions in the place of suites; nothing is installed, logs go to `tmp_path`."""
    monkeypatch.setattr(command, "ensure", lambda *_, **__: None)
    monkeypatch.setattr(command, "REPO", tmp_path)

    def put(**runs):
        for name, run in runs.items():
            monkeypatch.setitem(sys.modules, f"ops.suites.{name}", SimpleNamespace(run=run))

    return put


def options(*names: str, **changes) -> argparse.Namespace:
    defaults = {"suites": list(names), "catalogues": None, "home": None, "port": 8080, "yes": True,
                "json": False, "faults": None, "seed": None, "account": None,
                "without_tests": False, "part": None}
    return argparse.Namespace(**defaults | changes)


def passing(context: Context) -> None:
    context.check("something", [])


def test_json_is_one_object_and_nothing_else(suites, capsys):
    suites(style=passing, unit=lambda context: context.check("else", ["a fault"]))
    assert command.run(options("style", "unit", json=True)) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["passed"] == 1 and json.loads(out)["failed"] == 1
    assert "a fault" in err and "something: passed" in err


def test_the_last_line_is_the_total(suites, capsys):
    suites(style=passing)
    assert command.run(options("style")) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"


def test_nothing_run_is_nothing_passed(suites):
    suites(style=lambda context: None)
    assert command.run(options("style")) == 1


@pytest.mark.parametrize("error", [
    AssertionError(), Failure("no", "here", "mend it"), OSError(), KeyError("x"),
    subprocess.TimeoutExpired("x", 1), subprocess.CalledProcessError(1, "x"), StopIteration(),
    json.JSONDecodeError("x", "", 0),
], ids=lambda error: type(error).__name__)
def test_a_suite_that_breaks_down_has_failed_and_the_next_one_runs(suites, error, capsys):
    def broken(context):
        raise error

    suites(style=broken, unit=passing)
    assert command.run(options("style", "unit")) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


def test_the_log_of_a_failure_is_shown(suites, tmp_path, capsys):
    (tmp_path / "log").write_text("the compiler's complaint\n")

    def broken(context):
        raise Failure("the build failed", log=tmp_path / "log")

    suites(style=broken)
    command.run(options("style"))
    assert "the compiler's complaint" in capsys.readouterr().out


def test_catalogues_are_looked_up_where_the_caller_is(suites, tmp_path, monkeypatch):
    (tmp_path / "books").mkdir()
    monkeypatch.chdir(tmp_path)
    seen = []
    suites(catalogues=lambda context: seen.append(context.catalogues))
    command.run(options("catalogues", catalogues=command.Path("books")))
    assert seen == [tmp_path / "books"]


@pytest.mark.parametrize("changes", [{"faults": 0}, {"faults": -3}, {"seed": 0},
                                     {"faults": 1, "seed": 2**31}])
def test_numbers_of_chaos_that_cannot_be_are_refused(suites, changes):
    suites(chaos=passing)
    with pytest.raises(Failure, match="must be 1 to") as refused:
        command.run(options("chaos", **changes))
    assert refused.value.status == 2


def test_options_of_chaos_without_chaos_are_refused(suites):
    suites(style=passing)
    for changes in ({"faults": 5}, {"seed": 7}):
        with pytest.raises(Failure, match="is for the suite 'chaos' alone"):
            command.run(options("style", **changes))


def test_chaos_gets_its_options(suites):
    seen = []

    def chaos(context):
        seen.append((context.faults, context.seed))
        passing(context)

    suites(chaos=chaos)
    assert command.run(options("chaos", faults=5, seed=7)) == 0
    assert command.run(options("chaos")) == 0
    assert seen == [(5, 7), (None, None)]


def test_a_part_is_one_of_the_suite_web(suites):
    seen = []

    def web(context):
        seen.append(context.parts)
        passing(context)

    suites(web=web, style=passing)
    assert command.run(options("web", part=["size"])) == 0
    assert command.run(options("web")) == 0
    assert seen == [["size"], None]
    with pytest.raises(Failure, match="--part is for the suite 'web' alone"):
        command.run(options("style", part=["size"]))


CTEST = """2/4 Test #2: A.Skip ...***Skipped   0.00 sec
3/4 Test #3: A.Off ...***Not Run (Disabled)   0.00 sec
67% tests passed, 1 tests failed out of 3"""
PYTEST = "=== 1 failed, 7 passed, 1 skipped, 2 xfailed, 1 xpassed, 1 error in 3.21s ==="
VITEST = "      Tests  1 failed | 12 passed | 1 skipped | 1 todo (15)"


@pytest.mark.parametrize("count, output, expected", [
    (unit.count, "100% tests passed, 0 tests failed out of 217", (217, 0)),
    (unit.count, CTEST, (1, 3)), (unit.count, "No tests were found!!!", (0, 0)),
    (api.count, "====== 7 passed in 3.21s ======", (7, 0)), (api.count, PYTEST, (7, 6)),
    (api.count, "Traceback: it crashed", (0, 0)),
    (units.count, "      Tests  15 passed (15)", (15, 0)), (units.count, VITEST, (12, 3)),
    (walks.count, "  1 failed\n  1 flaky\n  2 skipped\n  5 passed (3.4s)", (5, 4)),
    (lighthouse.count, "home (/): seo 9\nscores of 95 or more: 11 passed, 1 failed", (11, 1)),
    (lighthouse.count, "home (/): seo 100\nError: no chromium", (0, 0)),
    (contract.count, "Test cases:\n  4321 generated, 4321 passed", (4321, 0)),
    (contract.count, "4321 generated, 2 found 2 unique failures, 4319 passed\n1 error", (4319, 3)),
])
def test_what_a_runner_printed_is_counted(count, output, expected):
    assert count(output) == expected


@pytest.mark.parametrize("script, failed", [
    ("echo 3 ok", 0), ("echo 3 ok; exit 1", 1), ("echo crashed", 1), ("echo 2 ok 2 bad; exit 1", 2),
])
def test_a_runner_that_fails_or_runs_nothing_has_failed(tmp_path, script, failed):
    def count(output):
        return tuple(int((re.search(rf"(\d+) {word}", output) or [0, 0])[1])
                     for word in ("ok", "bad"))

    context = Context(log=tmp_path, catalogues=None)
    context.runner("things", ["/bin/sh", "-c", script], closing="ok", count=count, cwd=tmp_path)
    assert context.failed == failed


def test_options_of_fresh_without_fresh_are_refused(suites):
    suites(style=passing)
    for changes in ({"account": "root"}, {"without_tests": True}):
        with pytest.raises(Failure, match="is for the suite 'fresh' alone"):
            command.run(options("style", **changes))


def test_fresh_is_for_root_alone(suites, monkeypatch):
    monkeypatch.setattr(command.os, "geteuid", lambda: 1000)
    with pytest.raises(Failure, match="root alone.*sudo"):
        command.run(options("fresh"))


def test_fresh_gets_its_options_and_packages_and_runs_only_when_named(suites, monkeypatch):
    seen, wanted = [], []
    monkeypatch.setattr(command.os, "geteuid", lambda: 0)
    monkeypatch.setattr(command, "ensure", lambda names, *_, **__: wanted.append(names))

    def fresh(context):
        seen.append((context.account, context.without_tests))
        passing(context)

    suites(fresh=fresh)
    assert command.run(options("fresh", account="user", without_tests=True)) == 0
    assert seen == [("user", True)] and "debootstrap" in wanted[0]
    assert "fresh" not in command.chosen([], None)
