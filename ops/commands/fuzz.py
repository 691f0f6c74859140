"""fuzz: gives everything that reads bytes from outside what nobody would think of."""

import json
import os
import textwrap
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from ops import build
from ops.errors import Failure
from ops.fuzzing import targets
from ops.fuzzing.targets import Outcome, Run
from ops.packages import FUZZ, UP, ensure
from ops.progress import Steps
from ops.shop import Shop

SUMMARY = "fuzz what reads bytes from outside"
DESCRIPTION = f"""\
Runs libFuzzer, under the address and undefined behaviour sanitizers, on every target or those that
are named:
{textwrap.fill(' '.join(targets.known()), 96, initial_indent="  ", subsequent_indent="  ")}

Passes (exit status 0) when nothing was found. What was found is in build/fuzz-runs/TARGET, with the
command that replays it. docs/fuzzing.md says what each target promises."""
MINUTES_MAX = 24 * 60
JOBS_MAX = 256


def arguments(parser) -> None:
    parser.add_argument("targets", metavar="TARGET", nargs="*", help="default: all")
    parser.add_argument("--minutes", type=float, default=3.0, metavar="N",
                        help="of each target (default: 3)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                        help="targets at a time (default: one a processor)")
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="of the random numbers (default: another each time)")
    parser.add_argument("--keep", action="store_true",
                        help="add inputs that reached new code to the corpora in fuzz/corpus")


def run(options) -> int:
    names = chosen(options)
    steps = Steps()
    log = build.REPO / "build" / "fuzz-runs" / "build.log"
    shop = Shop.open(options.home, options.port)
    ensure([*UP, *FUZZ], [], yes=options.yes, log=shop.log / "packages.log", steps=steps)
    targets.build_program(steps, log)
    seed = options.seed or time.time_ns() % 1_000_000_000
    # Standard output is for the one object alone.
    say = steps.say if options.json else partial(print, flush=True)
    outcomes = fuzz(names, options.minutes * 60, options.jobs, seed, say)
    if options.keep:
        for name in names:
            steps.say(f"{name}: {targets.keep(name)} inputs kept")
    found = sum(len(outcome.findings) for outcome in outcomes)
    if options.json:
        print(json.dumps({"pass": not found, "seed": seed,
                          "targets": [asdict(each) for each in outcomes]}))
    else:
        print(f"{len(outcomes)} targets, {sum(each.runs for each in outcomes)} runs from seed {seed}, "
              f"{found} findings")
    return 1 if found else 0


def chosen(options) -> list[str]:
    known = targets.known()
    for name in options.targets:
        if name not in known:
            raise Failure(f"no target '{name}'", "the command line", f"there are {', '.join(known)}",
                          status=2)
    if not 0 < options.minutes <= MINUTES_MAX:
        raise Failure(f"--minutes must be above 0 and at most {MINUTES_MAX}", "the command line",
                      "correct it", status=2)
    if not 1 <= options.jobs <= JOBS_MAX:
        raise Failure(f"--jobs must be 1 to {JOBS_MAX}", "the command line", "correct it", status=2)
    if not 0 <= options.seed < 1 << 31:
        raise Failure("--seed must be 0 to 2147483647", "the command line", "correct it", status=2)
    return list(dict.fromkeys(options.targets)) or known


def fuzz(names: list[str], seconds: float, jobs: int, seed: int,
         say: Callable[[str], None]) -> list[Outcome]:
    waiting, running, outcomes = list(names), [], []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(Run(waiting.pop(0), seconds, seed))
            time.sleep(0.2)
            for each in [each for each in running if each.process.poll() is not None]:
                running.remove(each)
                outcomes.append(each.outcome())
                say("\n".join(told(outcomes[-1])))
    finally:
        # What they had found stays in their folders.
        for each in running:
            each.process.terminate()
        for each in running:
            each.wait()
    return sorted(outcomes, key=lambda outcome: outcome.name)


def told(outcome: Outcome) -> list[str]:
    lines = [f"  {outcome.name:<15}{outcome.runs:>10} runs {outcome.per_second:>7}/s "
             f"{outcome.seconds:>6.0f} s {outcome.inputs:>5} inputs, {outcome.new_inputs} new, "
             f"{len(outcome.findings)} findings"]
    for finding in outcome.findings:
        lines.append(f"    {finding['file']}")
        lines.append(f"    replay: {finding['replay']}")
    return lines
