"""The suite sim counts what the simulator tells, and takes nothing for noticed that was not."""

import pytest

from ops.simulation import planted, program
from ops.simulation.program import Listed, Ran
from ops.suites import sim
from ops.suites.context import Context

FAILURE = "no_oversell: 3 copies too many | ./perpetua sim --from 7 --seeds 1 --faults none"


def ran(*, failure: str = "", seeds: int = 10, unreached: tuple[str, ...] = (), told=()) -> Ran:
    figures = {"seeds": seeds, "failure": failure, "unreached": list(unreached),
               "workloads": {"no_oversell": 4, "progress": 6}}
    return Ran(1 if failure else 0, figures, list(told))


@pytest.fixture
def context(tmp_path) -> Context:
    return Context(log=tmp_path, catalogues=None)


def listed(*workloads: str) -> Listed:
    return Listed({"workloads": list(workloads)}, {})


def test_figures_are_the_last_line():
    found = program.read_run(1, f'7 abc\ntimeline\n{{"seeds":2,"failure":"{FAILURE}"}}\n', "")
    assert (found.invariant, found.seed) == ("no_oversell", 7)
    assert found.told == ["7 abc", "timeline"] and program.histories(found) == {7: "abc"}


@pytest.mark.parametrize("out", ["", "a timeline\n"])
def test_a_simulator_that_dies_has_failed(context, out):
    found = program.read_run(-11, out, "it crashed\n")
    assert found.told[-2:] == ["it crashed", "perpetua-sim ended with status -11"]
    sim.promises(context, listed("progress"), found)
    sim.rare_paths(context, found)
    assert (context.passed, context.failed) == (0, 2)


def test_each_workload_is_a_check(context):
    sim.promises(context, listed("no_oversell", "progress"), ran())
    sim.rare_paths(context, ran())
    assert (context.passed, context.failed) == (4, 0)


def test_a_workload_that_no_seed_draws_has_failed(context):
    sim.promises(context, listed("no_oversell", "convergence"), ran())
    assert context.failed == 1


def test_a_violation_is_shown_with_its_timeline_and_replay(context, capsys):
    violated = ran(failure=FAILURE, told=["* a crash", "replay     ./perpetua sim"])
    sim.promises(context, listed("no_oversell", "progress"), violated)
    sim.rare_paths(context, violated)
    assert (context.passed, context.failed) == (1, 3)
    out = capsys.readouterr().out
    assert "    | * a crash" in out and f"    {FAILURE}" in out


def test_a_rare_path_that_was_not_taken_has_failed(context, capsys):
    sim.rare_paths(context, ran(unreached=("grant_repeated",)))
    assert context.failed == 1 and "no seed came by grant_repeated" in capsys.readouterr().out


@pytest.mark.parametrize("other, says", [
    ({1: "aa", 2: "cc"}, "seed 2 is bb in sim and cc in sim-debug"),
    ({1: "aa"}, "seed 2 has no history in sim-debug"),
    ({1: "aa", 2: "bb"}, None),
])
def test_histories_are_compared_seed_by_seed(other, says):
    found = sim.different({1: "aa", 2: "bb"}, other, 2, "sim-debug")
    assert len(found) == (1 if says else 0) and (not says or found[0].startswith(says))


TEXT = """## What each workload checks
| workload | what |
| --- | --- |
| `progress` | x |
| `no_oversell` | `convergence` |

## Others
| `convergence` | x |
"""


def test_the_document_names_every_workload():
    names = sim.rows(TEXT, sim.HEADING)
    assert names == ["progress", "no_oversell"]
    assert sim.difference(names, ["no_oversell", "progress"], "x.md") == []
    assert sim.difference(names, ["convergence", "progress"], "x.md") == [
        "convergence is not in x.md", "no_oversell is in x.md, and no workload"]
    assert sim.difference(["progress"] * 2, ["progress"], "x.md") == ["progress is in x.md twice"]
    assert sim.rows(TEXT, "Something else") == []


def test_planted_bugs_are_named_on_both_sides(monkeypatch):
    monkeypatch.setattr(planted, "NOTICED_BY", {"gone": ("progress",)})
    text = "| name | x |\n| `one` | x |\n| `two` | x |\n| `two` | x |\n"
    assert planted.name_faults(["one", "three"], text) == [
        "two is in docs/planted-bugs.md twice", "two is in docs/planted-bugs.md, and in no code",
        "three is in the code, and not in docs/planted-bugs.md",
        "gone is no planted bug, and the suite has workloads for it"]


def test_libraries_of_the_server_are_read():
    query = ("src/server/perpetuad:\n  input: LINKER\n    a.dir/main.cc.o\n    | src/a/libx.a\n"
             "    | /usr/lib/libssl.so\n    | src/b/liby.a\n    || src/c/libz.a\n")
    assert planted.read_archives(query) == ["src/a/libx.a", "src/b/liby.a"]


def test_switches_are_read_of_an_archive(tmp_path):
    def symbol(name: str, kind: int) -> bytes:
        letters = "".join(f"Lc{ord(letter)}E" for letter in name)
        return (f"\0_ZN8perpetua10simulation5pointIXtlNS0_4NameILm{len(name) + 1}EEEtl"
                f"A{len(name) + 1}_c{letters}EEELNS0_4KindE{kind}EEE\0").encode()

    archive = tmp_path / "lib.a"
    archive.write_bytes(b"!<arch>\n" + symbol("gap_skipped", 2) + symbol("small_group", 0)
                        + b"\xff" + symbol("stale_not_said", 2) + symbol("feed_was_reset", 1))
    assert planted.switches(archive) == {"gap_skipped", "stale_not_said"}


@pytest.fixture
def runs(monkeypatch):
    """Answers for runs of the simulator, in their order, and what was asked for."""
    asked, answers = [], []

    def run(*options, preset=program.OPTIMISED):
        asked.append(options[:options.index("--shrink-runs")])
        return answers.pop(0)

    monkeypatch.setattr(program, "run", run)
    monkeypatch.setattr(planted, "NOTICED_BY", {"bug": ("progress",)})
    return asked, answers


def test_a_bug_is_noticed_by_a_seed_that_is_sound_without_it(runs):
    asked, answers = runs
    answers += [ran(failure=FAILURE), ran()]
    found = planted.hunt("bug")
    assert (found.invariant, found.seeds) == ("no_oversell", 7)
    assert found.replay == "./perpetua sim --from 7 --seeds 1 --workload progress --plant bug"
    assert asked == [("--plant", "bug", "--from", "1", "--seeds", "300", "--workload", "progress"),
                     ("--from", "7", "--seeds", "1", "--workload", "progress")]


def test_a_seed_that_fails_anyway_is_passed_over(runs):
    asked, answers = runs
    answers += [ran(failure=FAILURE), ran(failure=FAILURE), ran(), ran(failure=FAILURE), ran()]
    assert planted.hunt("bug").seeds == 307
    assert asked[2][3:6] == ("8", "--seeds", "293")
    assert asked[3] == ("--plant", "bug", "--from", "1", "--seeds", "4700")


def test_a_bug_that_no_seed_notices_has_failed(runs):
    runs[1].extend([ran(), ran()])
    assert planted.hunt("bug") == [
        "no seed of 5000 notices bug: ./perpetua sim --plant bug --seeds 5000"]


def test_a_hunt_that_dies_has_failed(runs):
    runs[1].append(Ran(-9, {}, ["perpetua-sim ended with status -9"]))
    assert planted.hunt("bug") == ["bug: perpetua-sim ended with status -9"]
