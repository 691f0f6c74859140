"""./perpetua sim: what it refuses, what it hands on to the simulator, and what it answers."""

import json

import pytest

from ops import cli
from ops.commands import sim as command
from ops.errors import Failure
from ops.simulation import program

FIGURES = '{"seeds":3,"violations":0,"failure":""}'


def parsed(*words: str):
    options = cli.build_parser().parse_args(["sim", *words])
    for name, value in (("home", None), ("port", 8080), ("json", "--json" in words), ("yes", True)):
        setattr(options, name, value)
    return options


@pytest.mark.parametrize("words, says", [
    (["--seeds", "0"], "'0' is no number from 1"),
    (["--seeds", "٣"], "is no number from 1"),
    (["--from", "-1"], "is no number from 0"),
    (["--from", str(2**64)], "is no number from 0"),
    (["--minutes", "0"], "'0' is not above 0"),
    (["--minutes", "nan"], "is not above 0"),
    (["--jobs", "257"], "from 1 to 256"),
    (["--regions", "1"], "from 2 to 5"),
    (["--workload", "no_overselling"], "no workload 'no_overselling'; there are acked_prefix"),
    (["--storage", "disks"], "invalid choice: 'disks'"),
    (["--faults", "1,,2"], "neither numbers separated by commas nor 'none'"),
    (["--faults", ""], "neither numbers separated by commas nor 'none'"),
    (["--traffic-ms", "1.5"], "is no number from 1"),
    (["--nonsense"], "unrecognized arguments: --nonsense"),
    (["17"], "unrecognized arguments: 17"),
])
def test_refuses(words, says):
    with pytest.raises(Failure) as caught:
        parsed(*words)
    assert says in str(caught.value) and caught.value.status == 2
    assert "\n" not in str(caught.value)


def test_a_timeline_has_no_json():
    with pytest.raises(Failure, match="--trace has no JSON"):
        command.run(parsed("--trace", "--json"))


@pytest.mark.parametrize("line", [
    "",
    "--from 7 --seeds 1",
    "--seeds 5 --minutes 1.5 --jobs 2 --shrink-runs 0 --trace-lines 0 --hashes --all-reached",
    # As report.cc writes a replay.
    "--from 18446744073709551615 --seeds 1 --workload no_oversell --workload convergence "
    "--regions 3 --storage rows --faults 0,2,11 --buyers 1 --traffic-ms 750 --plant gap_skipped",
    "--from 3 --seeds 1 --storage histories --faults none --trace",
    "--list",
])
def test_hands_every_option_on(line):
    given = line.split()
    handed = command.words(parsed(*given))
    assert sorted(handed) == sorted(given)
    for flag, value in zip(handed, handed[1:]):
        assert value.startswith("--") or flag.startswith("--")


@pytest.fixture
def simulator(monkeypatch, tmp_path):
    """Puts a script in the place of the program; nothing is installed or built."""
    path = tmp_path / "program"
    monkeypatch.setattr(command, "ensure", lambda *_, **__: None)
    monkeypatch.setattr(program, "make", lambda *_, **__: None)
    monkeypatch.setattr(program, "path", lambda _preset: path)

    def put(script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return put


@pytest.mark.parametrize("script, status", [
    ("exit 0", 0), ("exit 1", 1), ("exit 3", 3), ("kill -ABRT $$", 134),
])
def test_the_exit_status_is_the_simulators(simulator, script, status):
    simulator(script)
    assert command.run(parsed()) == status
    assert command.run(parsed("--json")) == status


def test_output_and_progress_pass_through(simulator, capfd):
    simulator('echo "$@"; echo progress >&2')
    assert command.run(parsed("--seeds", "4", "--hashes")) == 0
    assert capfd.readouterr() == ("--seeds 4 --hashes\n", "progress\n")


def test_json_is_one_object_and_the_timeline_goes_elsewhere(simulator, capfd):
    simulator(f"echo timeline; echo \"$@\"; echo '{FIGURES}'; exit 1")
    assert command.run(parsed("--seeds", "4", "--json")) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["seeds"] == 3 and out.count("\n") == 1
    assert err == "timeline\n--seeds 4 --json\n"


LIST = """workloads:
  convergence
  mirror_is_prefix  (histories only: no mirror is a prefix (there))
rare points:
  small_group
rare paths:
planted bugs:
  gap_skipped
"""


def test_the_list_is_read(simulator, capfd):
    simulator(f"cat <<END\n{LIST}END")
    assert command.run(parsed("--list", "--json")) == 0
    assert json.loads(capfd.readouterr().out) == {
        "workloads": ["convergence", "mirror_is_prefix"], "rare_points": ["small_group"],
        "rare_paths": [], "planted_bugs": ["gap_skipped"],
        "needs_prefixes": {"mirror_is_prefix": "no mirror is a prefix (there)"},
    }


@pytest.mark.parametrize("strange", ["other kinds:\n", "workloads:\n  Not a name\n"])
def test_a_list_that_is_not_understood_is_not_passed_over(strange):
    with pytest.raises(Failure, match="--list has"):
        program.read_list(strange)
