"""./perpetua fuzz: what it refuses, what it tells, and the target that is written in Python."""

import json
import random
import subprocess
import sys

import pytest

from ops import cli
from ops.commands import fuzz as command
from ops.errors import Failure
from ops.fuzzing import catalogue, targets
from ops.shop import REPO

INPUTS = 400


@pytest.mark.parametrize("words, says", [
    (["nothing"], "no target 'nothing'"),
    (["row", "rows"], "no target 'rows'"),
    (["--minutes", "0"], "--minutes must be above 0"),
    (["--minutes", "nan"], "--minutes must be above 0"),
    (["--minutes", "2000"], "at most 1440"),
    (["--jobs", "0"], "--jobs must be 1 to"),
    (["--seed", "-1"], "--seed must be 0 to"),
])
def test_refuses(words, says):
    options = cli.build_parser().parse_args(["fuzz", *words])
    with pytest.raises(Failure) as caught:
        command.chosen(options)
    assert says in str(caught.value) and caught.value.status == 2


def test_all_targets_unless_some_are_named():
    parse = cli.build_parser().parse_args
    assert command.chosen(parse(["fuzz"])) == targets.known()
    assert command.chosen(parse(["fuzz", "row", "api", "row"])) == ["row", "api"]
    assert {"api", "catalogue", "session_token"} <= set(targets.known())


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Puts a script in the place of the program; runs keep to `tmp_path`."""
    monkeypatch.setattr(targets, "REPO", tmp_path)
    monkeypatch.setattr(targets, "FOUND", tmp_path / "runs")
    monkeypatch.setattr(targets, "PROGRAM", tmp_path / "program")

    def put(script: str) -> None:
        targets.PROGRAM.write_text(f"#!/bin/sh\n[ \"$2\" = --seeds ] && exit 0\n{script}\n")
        targets.PROGRAM.chmod(0o755)

    return put


def fuzzed(seconds: float = 1) -> targets.Outcome:
    outcomes = command.fuzz(["row"], seconds, 1, 1, print)
    assert [outcome.name for outcome in outcomes] == ["row"]
    return outcomes[0]


def test_a_finding_is_told_with_what_replays_it(program, tmp_path):
    program(f"echo x > {tmp_path}/runs/row/crash-1\necho y > {tmp_path}/runs/row/slow-unit-1\nexit 1")
    outcome = fuzzed()
    assert outcome.findings == [{"file": "runs/row/crash-1",
                                 "replay": "program row runs/row/crash-1"}]
    assert "    replay: program row runs/row/crash-1" in command.told(outcome)


def test_a_program_that_fails_without_a_finding_is_not_passed_over(program):
    program("exit 7")
    assert "status 7" in fuzzed().findings[0]["replay"]


def test_figures_are_read(program):
    program("echo '#9 DONE cov: 5 ft: 6 corp: 12/1Kb'; echo 'stat::number_of_executed_units: 340'; "
            "echo 'stat::average_exec_per_sec:     170'")
    outcome = fuzzed()
    assert (outcome.runs, outcome.per_second, outcome.inputs) == (340, 170, 12)
    assert not outcome.findings


def test_an_interrupt_ends_what_runs(program, monkeypatch):
    program("exec sleep 60")
    started = []
    kept = targets.Run

    class Run(kept):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            started.append(self)

    class Interrupted:
        def sleep(self, _seconds):
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "Run", Run)
    monkeypatch.setattr(command, "time", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        command.fuzz(["row"], 60, 1, 1, print)
    assert started[0].process.returncode is not None


def test_catalogue_readers_keep_their_promises():
    source = random.Random(1)
    inputs = catalogue.kept([folder / targets.CATALOGUE
                             for folder in (targets.CORPUS, targets.REGRESSIONS)])
    for content in inputs:
        assert catalogue.attempt(content) == ""
    for _ in range(INPUTS):
        content = catalogue.changed(source, inputs)
        assert catalogue.attempt(content) == "", content[:500]


def test_a_broken_promise_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogue, "problem_of", lambda book: "a fault")
    assert "a fault" in catalogue.attempt(catalogue.SEEDS[0])


def test_catalogue_replays_files(tmp_path):
    path = tmp_path / "input"
    path.write_bytes(catalogue.SEEDS[1])
    result = subprocess.run([sys.executable, "-m", "ops.fuzzing.catalogue", path], cwd=REPO,
                            capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_json_is_one_object(monkeypatch, capsys):
    monkeypatch.setattr(command, "ensure", lambda *_, **__: None)
    monkeypatch.setattr(targets, "build_program", lambda *_: None)
    monkeypatch.setattr(command, "fuzz", lambda *_: [targets.Outcome("row", runs=5)])
    options = cli.build_parser().parse_args(["fuzz", "row", "--json"])
    for name, value in (("home", None), ("port", 8080), ("yes", True)):
        setattr(options, name, value)
    assert command.run(options) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["pass"] and answer["targets"][0]["runs"] == 5
