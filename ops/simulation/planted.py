"""Planted bugs: which there are, whether they stand in the product, and how soon one is noticed."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops import build
from ops.errors import Failure
from ops.shop import REPO
from ops.simulation import program

DOCUMENT = REPO / "docs" / "planted-bugs.md"
SEEDS_MAX = 5000
# With the workloads that notice it first; then with whatever the seeds draw.
SEEDS_FIRST = 300
SERVER = "src/server/perpetuad"
# Bug -> the workloads that notice it first. One that is not here is hunted with all of them.
NOTICED_BY: dict[str, tuple[str, ...]] = {
    "acknowledged_by_memory": ("acked_prefix_never_shrinks",),
    "batch_applied_twice": ("mirror_is_prefix",),
    "cancellations_added": ("position_never_overstates",),
    "cancelled_own_alone": ("cart_keeps_additions",),
    "demand_given_away": ("one_of_two_is_served", "grants_settle"),
    "hash_chain_unchecked": ("lost_disk_is_recognised",),
    "heard_without_rows": ("mirror_is_prefix", "one_order_per_key", "refusal_is_not_final"),
    "refusal_is_final": ("refusal_is_not_final",),
    "silence_is_nothing": ("refusal_is_not_final",),
    "unaware_of_mirror": ("no_row_after_acknowledgement",),
    "written_off_twice": ("stock_conserved",),
}
QUIET = ("--shrink-runs", "0", "--trace-lines", "0")
# A switch is the template argument of a variable: GCC writes its name letter by letter. Kind 2 is
# kPlanted (src/base/simulation.h).
SWITCH = re.compile(rb"simulation5pointIXtl[0-9A-Za-z_]*?_c((?:Lc\d+E)+)E+LNS0_4KindE2E")


@dataclass(frozen=True)
class Caught:
    invariant: str
    seeds: int  # that it took
    replay: str


def documented(text: str) -> list[str]:
    return re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)


def name_faults(compiled_in: list[str], text: str) -> list[str]:
    """The document and the program must name the same ones."""
    names = documented(text)
    name = DOCUMENT.relative_to(REPO)
    return [*(f"{bug} is in {name} twice" for bug in sorted(set(names)) if names.count(bug) > 1),
            *(f"{bug} is in {name}, and in no code" for bug in sorted({*names} - {*compiled_in})),
            *(f"{bug} is in the code, and not in {name}"
              for bug in sorted({*compiled_in} - {*names})),
            *(f"{bug} is no planted bug, and the suite has workloads for it"
              for bug in sorted({*NOTICED_BY} - {*compiled_in}))]


def in_the_server() -> set[str]:
    """The bugs whose switch is in a library that perpetuad links, as it was built for the
    simulator: a mistake that stands anywhere else would prove nothing."""
    folder = build.folder(program.OPTIMISED)
    query = subprocess.run(["/usr/bin/ninja", "-C", str(folder), "-t", "query", SERVER],
                           capture_output=True, text=True, check=False).stdout
    archives = read_archives(query)
    if not archives:
        raise Failure(f"ninja names no library of {SERVER}", str(folder), "see what it builds")
    # Those with sockets and disks are not built for the simulator, which has no use for them.
    present = [path for path in (folder / name for name in archives) if path.exists()]
    return {bug for path in present for bug in switches(path)}


def read_archives(query: str) -> list[str]:
    """The static libraries among the inputs that ninja names for the server."""
    return sorted(set(re.findall(r"^ +\| (\S+\.a)$", query, re.MULTILINE)))


def switches(archive: Path) -> set[str]:
    return {bytes(int(letter) for letter in re.findall(rb"Lc(\d+)E", letters)).decode()
            for letters in SWITCH.findall(archive.read_bytes())}


def hunt(bug: str) -> Caught | list[str]:
    """Runs seeds until one notices the bug; what is wrong when none does."""
    first = NOTICED_BY.get(bug, ())
    rounds = [(first, SEEDS_FIRST), ((), SEEDS_MAX - SEEDS_FIRST)] if first else [((), SEEDS_MAX)]
    before = 0
    for workloads, seeds in rounds:
        found = search(bug, workloads, seeds)
        if isinstance(found, list):
            return found
        if found:
            return Caught(found.invariant, before + found.seeds, found.replay)
        before += seeds
    return [f"no seed of {SEEDS_MAX} notices {bug}: ./perpetua sim --plant {bug} --seeds {SEEDS_MAX}"]


def search(bug: str, workloads: tuple[str, ...], seeds: int) -> Caught | list[str] | None:
    options = [word for workload in workloads for word in ("--workload", workload)]
    next_seed = 1
    while next_seed <= seeds:
        ran = program.run("--plant", bug, "--from", str(next_seed), "--seeds",
                          str(seeds - next_seed + 1), *options, *QUIET)
        if not ran.figures:
            return [f"{bug}: {line}" for line in ran.told]
        if ran.seed is None:
            return None
        one = ("--from", str(ran.seed), "--seeds", "1", *options)
        sound = program.run(*one, *QUIET)
        # A seed that fails without the bug as well says nothing about it.
        if sound.figures and not sound.invariant:
            return Caught(ran.invariant, ran.seed, " ".join(("./perpetua sim", *one, "--plant", bug)))
        next_seed = ran.seed + 1
    return None
