"""sim: the shop's own code through faults in virtual time."""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable

from ops import build
from ops.errors import Failure
from ops.packages import UP, ensure
from ops.progress import Steps
from ops.shop import REPO, Shop
from ops.simulation import program

SUMMARY = "simulate regions and all that can fail, seed by seed"
DESCRIPTION = """\
Builds the simulator and runs seeds: the product's own rules, store and replication in virtual time,
with a network, disks, clocks and processes that fail. Each seed is another run, and always the same.

Passes (exit status 0) when no invariant was violated. Otherwise (1) it makes the run as small as it
gets, shows it as a timeline, and ends with the command that replays it. docs/testing.md says what is
promised, what fails and what does not."""
# Seeds are unsigned 64-bit numbers.
SEED_MAX = 2**64 - 1
SEEDS_MAX = 10**9
COUNT_MAX = 2**31 - 1
MINUTES_MAX = 24 * 60


def number(at_least: int, at_most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,20}", text) and at_least <= int(text) <= at_most:
            return int(text)
        raise argparse.ArgumentTypeError(f"'{text}' is no number from {at_least} to {at_most}")

    return read


def minutes(text: str) -> float:
    if re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", text) and 0 < float(text) <= MINUTES_MAX:
        return float(text)
    raise argparse.ArgumentTypeError(f"'{text}' is not above 0 and at most {MINUTES_MAX}")


def fault_numbers(text: str) -> str:
    if re.fullmatch(r"none|[0-9]{1,6}(,[0-9]{1,6})*", text):
        return text
    raise argparse.ArgumentTypeError(f"'{text}' is neither numbers separated by commas nor 'none'")


def workload(text: str) -> str:
    """Refused before anything is built: each is a file of its name."""
    known = sorted(path.stem for path in (REPO / "sim" / "workloads").glob("*.cc"))
    if text in known:
        return text
    raise argparse.ArgumentTypeError(f"no workload '{text}'; there are {', '.join(known)}")


# Flag -> how it is read; perpetua-sim has the same ones, and its own defaults.
OPTIONS = {
    "--from": {"type": number(0, SEED_MAX), "metavar": "SEED", "help": "the first (default: 1)"},
    "--seeds": {"type": number(1, SEEDS_MAX), "metavar": "N",
                "help": "how many, one after the other (default: 1000)"},
    "--minutes": {"type": minutes, "metavar": "N", "help": "run for so long instead"},
    "--jobs": {"type": number(1, 256), "metavar": "N",
               "help": "seeds at a time (default: one a processor)"},
    "--workload": {"type": workload, "metavar": "NAME", "action": "append",
                   "help": "only this one; may be given again (default: a seed draws some)"},
    "--regions": {"type": number(2, 5), "metavar": "N", "help": "2 to 5 (default: drawn)"},
    "--storage": {"choices": ("histories", "rows"),
                  "help": "histories, or rows that come singly (default: drawn)"},
    "--faults": {"type": fault_numbers, "metavar": "N,N,...|none",
                 "help": "of those that a seed draws only these"},
    "--buyers": {"type": number(1, COUNT_MAX), "metavar": "N", "help": "of a workload, at most"},
    "--traffic-ms": {"type": number(1, COUNT_MAX), "metavar": "N",
                     "help": "how long there are traffic and faults, in virtual time"},
    "--plant": {"metavar": "NAME", "help": "switch a planted bug on (docs/planted-bugs.md)"},
    "--shrink-runs": {"type": number(0, COUNT_MAX), "metavar": "N",
                      "help": "runs to make a failing one smaller, at most (default: 200)"},
    "--trace": {"action": "store_true", "help": "show the timeline of the first seed, and end"},
    "--trace-lines": {"type": number(0, COUNT_MAX), "metavar": "N",
                      "help": "of a timeline, the last ones (default: 120)"},
    "--hashes": {"action": "store_true", "help": "print the hash of each seed's history"},
    "--all-reached": {"action": "store_true",
                      "help": "fail (3) when no seed went a rare path or met a rare point"},
    "--list": {"action": "store_true",
               "help": "name workloads, rare points and paths, planted bugs"},
}


def arguments(parser) -> None:
    for flag, how in OPTIONS.items():
        parser.add_argument(flag, dest=attribute(flag), **how)


def attribute(flag: str) -> str:
    return "sim_" + flag.strip("-").replace("-", "_")


def run(options) -> int:
    if options.json and options.sim_trace:
        raise Failure("a timeline is for people: --trace has no JSON", "the command line",
                      "leave one of them out", status=2)
    steps = Steps()
    log = build.REPO / "build" / "sim-log" / "build.log"
    shop = Shop.open(options.home, options.port)
    ensure(UP, [], yes=options.yes, log=shop.log / "packages.log", steps=steps)
    program.make(steps, log)
    if options.json and options.sim_list:
        listed = program.listed()
        print(json.dumps({**listed.names, "needs_prefixes": listed.needs_prefixes}))
        return 0
    return simulate(words(options), as_json=options.json)


def words(options) -> list[str]:
    """The command line of perpetua-sim."""
    found = []
    for flag, how in OPTIONS.items():
        value = getattr(options, attribute(flag))
        if how.get("action") == "append":
            found += [word for one in value or () for word in (flag, one)]
        elif value is True:
            found.append(flag)
        elif value is not None and value is not False:
            found += [flag, str(value)]
    return found


def simulate(command: list[str], *, as_json: bool) -> int:
    sys.stdout.flush()
    if not as_json:
        result = subprocess.run([program.path(program.OPTIMISED), *command], check=False)
        return exit_status(result.returncode)
    result = subprocess.run([program.path(program.OPTIMISED), *command, "--json"],
                            stdout=subprocess.PIPE, text=True, errors="replace", check=False)
    # Standard output is for the one object alone; it comes last.
    *before, last = result.stdout.splitlines() or [""]
    for line in before:
        print(line, file=sys.stderr)
    if last:
        print(last)
    return exit_status(result.returncode)


def exit_status(status: int) -> int:
    """Of a program that a signal has ended: as a shell gives it."""
    return status if status >= 0 else 128 - status
