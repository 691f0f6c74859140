"""sim: the simulator's promises, seed by seed, and the proof that it would notice if they broke."""

import re
import time
from contextlib import contextmanager

from ops.progress import Steps
from ops.shop import REPO
from ops.simulation import planted, program
from ops.simulation.program import Listed, Ran
from ops.suites.context import Context

SUMMARY = "regions in virtual time under faults; each planted bug is noticed"
SEEDS = 1000
SAME_SEEDS = 40
DOCUMENT = REPO / "docs" / "testing.md"
WORKLOADS = REPO / "sim" / "workloads"
HEADING = "What each workload checks"


def run(context: Context) -> None:
    steps = Steps()
    with timed(context, "building the simulator"):
        for preset in (program.OPTIMISED, program.PLAIN):
            program.make(steps, context.log / "sim-build.log", preset=preset)
    listed = program.listed()
    documents(context, listed)
    with timed(context, f"{SEEDS} seeds"), steps.step(f"running {SEEDS} seeds"):
        ran = program.run("--seeds", str(SEEDS), "--all-reached")
    promises(context, listed, ran)
    rare_paths(context, ran)
    with timed(context, "the same histories"):
        same_histories(context, program.PLAIN, SAME_SEEDS)
    with timed(context, "planted bugs"):
        planted_bugs(context, listed)


@contextmanager
def timed(context: Context, title: str):
    began = time.monotonic()
    yield
    context.took(title, time.monotonic() - began)


def documents(context: Context, listed: Listed) -> None:
    workloads = listed.names["workloads"]
    context.check(f"{DOCUMENT.name} has every workload, and no other",
                  difference(rows(DOCUMENT.read_text(), HEADING), workloads, DOCUMENT.name))
    # The command refuses names by the files, before anything is built.
    files = sorted(path.stem for path in WORKLOADS.glob("*.cc"))
    context.check("each workload is a file of its name",
                  difference(files, workloads, str(WORKLOADS.relative_to(REPO))))


def rows(text: str, heading: str) -> list[str]:
    """What the first column of the tables below a heading names."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\| `([a-z_]+)` \|", section[1], re.MULTILINE) if section else []


def difference(found: list[str], listed: list[str], where: str) -> list[str]:
    twice = sorted({name for name in found if found.count(name) > 1})
    return [*(f"{name} is not in {where}" for name in sorted({*listed} - {*found})),
            *(f"{name} is in {where}, and no workload" for name in sorted({*found} - {*listed})),
            *(f"{name} is in {where} twice" for name in twice)]


def promises(context: Context, listed: Listed, ran: Ran) -> None:
    """Of a run of many seeds. It ends at the first violation."""
    if not ran.figures:
        context.check("the simulator runs to its end", ran.told)
        return
    for line in ran.told:
        print(f"    | {line}", flush=True)
    failure = ran.figures["failure"]
    context.check(f"no promise is broken in {ran.figures['seeds']} seeds", failure.splitlines())
    for workload in listed.names["workloads"]:
        runs = ran.figures["workloads"].get(workload, 0)
        faults = [] if runs else ["no seed has drawn it"]
        if ran.invariant == workload:
            faults = ["it does not: see above"]
        context.check(f"{workload} holds in {runs} runs", faults)


def rare_paths(context: Context, ran: Ran) -> None:
    missed = [f"no seed came by {name}" for name in ran.figures.get("unreached", [])]
    if not ran.figures or ran.invariant:
        missed = ["not known: the seeds ended at a violation"]
    context.check("every rare path was taken, and every rare point fired", missed)


def same_histories(context: Context, preset: str, seeds: int) -> Ran:
    """A seed is one run, to the last byte, whatever the compiler makes of the code. Gives the run in
    the other preset."""
    options = ("--seeds", str(seeds), "--hashes", *planted.QUIET)
    first, other = program.run(*options), program.run(*options, preset=preset)
    faults = [f"{preset}: {line}" for ran, preset in ((first, program.OPTIMISED), (other, preset))
              for line in broken(ran)]
    faults += different(program.histories(first), program.histories(other), seeds, preset)
    context.check(f"{seeds} seeds have the same histories in {preset}", faults)
    return Ran(other.status, other.figures, [])


def broken(ran: Ran) -> list[str]:
    if not ran.figures:
        return ran.told
    return ran.figures["failure"].splitlines()


def different(first: dict[int, str], other: dict[int, str], seeds: int, preset: str) -> list[str]:
    found = []
    for seed in range(1, seeds + 1):
        if seed not in first or seed not in other:
            found.append(f"seed {seed} has no history in {preset if seed in first else 'sim'}")
        elif first[seed] != other[seed]:
            found.append(f"seed {seed} is {first[seed]} in sim and {other[seed]} in {preset}: "
                         f"compare ./perpetua sim --trace --from {seed} with what build/{preset}/sim/"
                         f"{program.NAME} shows")
    return found


def planted_bugs(context: Context, listed: Listed) -> None:
    bugs = listed.names["planted_bugs"]
    context.check("planted bugs are those that docs/planted-bugs.md names",
                  planted.name_faults(bugs, planted.DOCUMENT.read_text()))
    linked = planted.in_the_server()
    context.check("planted bugs stand in what perpetuad links",
                  [f"the switch of {bug} is in no library of perpetuad"
                   for bug in bugs if bug not in linked])
    for bug in bugs:
        found = planted.hunt(bug)
        if isinstance(found, list):
            context.check(f"{bug} is noticed", found)
        else:
            context.check(f"{bug} is noticed by {found.invariant}, seed {found.seeds}", [])
