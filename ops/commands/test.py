"""test: runs the suites and counts."""

import importlib
import json
import os
import sys
import time
import traceback
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

from ops import build, tools
from ops.errors import Failure
from ops.packages import BARE, TEST, UP, ensure
from ops.progress import Steps
from ops.shop import REPO, Shop
from ops.suites.context import Context
from ops.suites.web import PARTS

SUITES = ("style", "unit", "web", "api", "contract", "sim", "chaos")
CHAOS = "chaos"
FRESH = "fresh"
WEB = "web"
FAULTS_MAX = 10_000
WITH_CATALOGUES = "catalogues"
# Minutes long: run when they are named.
SLOW = ("tidy", "sim-asan", "fresh")
SUMMARY = "run the test suites"


def suite(name: str):
    return importlib.import_module(f"ops.suites.{name.replace('-', '_')}")


DESCRIPTION = "Runs every suite, or those that are named:\n" + "\n".join(
    f"  {name:<11}{suite(name).SUMMARY}"
    for name in (*SUITES, WITH_CATALOGUES, *SLOW)
) + """

The tests' shops have homes and ports of their own; one that is running is left alone. The last
line is the total. Logs are in build/test-log."""


def arguments(parser) -> None:
    parser.add_argument("suites", metavar="SUITE", nargs="*", help=f"default: all but {', '.join(SLOW)}")
    parser.add_argument("--catalogues", metavar="DIR", type=Path,
                        help="also import the real catalogue files in this folder")
    parser.add_argument("--faults", metavar="N", type=int,
                        help="how many faults the suite chaos makes (default: 20)")
    parser.add_argument("--seed", metavar="S", type=int,
                        help="which faults it makes, and when (default: others each time)")
    parser.add_argument("--account", choices=("root", "user"),
                        help="who follows the README in the suite fresh (default: each)")
    parser.add_argument("--without-tests", action="store_true",
                        help="do not run 'test' within the suite fresh")
    parser.add_argument("--part", metavar="PART", action="append", choices=PARTS,
                        help=f"of the suite web this part alone: {', '.join(PARTS)}; more than "
                             "once for more of them (default: all)")


def run(options) -> int:
    suites = chosen(options.suites, options.catalogues)
    require_possible(options, suites)
    shop = Shop.open(options.home, options.port)
    # By its full path: the tests run in another folder.
    catalogues = options.catalogues and options.catalogues.resolve()
    context = Context(log=REPO / "build" / "test-log", catalogues=catalogues,
                      faults=options.faults, seed=options.seed, account=options.account,
                      without_tests=options.without_tests, parts=options.part,
                      is_web_named=WEB in options.suites)
    downloads = [*tools.missing("node"), *build.missing_packages(), *tools.missing("schemathesis")]
    wanted = [*UP, *TEST, *(BARE if FRESH in suites else [])]
    ensure(wanted, downloads, yes=options.yes, log=shop.log / "packages.log", steps=Steps())
    # Standard output is for the one object alone.
    with redirect_stdout(sys.stderr) if options.json else nullcontext():
        for name in suites:
            print(f"{name}:", flush=True)
            began = time.monotonic()
            attempt(name, context)
            context.took(f"suite {name}", time.monotonic() - began)
    if options.json:
        seconds = {title: round(took, 1) for title, took in context.seconds}
        print(json.dumps({"passed": context.passed, "failed": context.failed,
                          "seconds": seconds}))
    else:
        print(f"{context.passed} passed, {context.failed} failed", flush=True)
    return 1 if context.failed or not context.passed else 0


def require_possible(options, suites: list[str]) -> None:
    """An option of one suite says nothing to the others."""
    for name, suite_name, value in (
            ("--faults", CHAOS, options.faults), ("--seed", CHAOS, options.seed),
            ("--account", FRESH, options.account), ("--part", WEB, options.part),
            ("--without-tests", FRESH, options.without_tests or None)):
        if value is not None and suite_name not in suites:
            raise Failure(f"{name} is for the suite '{suite_name}' alone", "the command line",
                          f"name {suite_name} too, or leave it out", status=2)
    for name, value, at_most in (("--faults", options.faults, FAULTS_MAX),
                                 ("--seed", options.seed, 2**31 - 1)):
        if value is not None and not 1 <= value <= at_most:
            raise Failure(f"{name} must be 1 to {at_most}", "the command line", "correct it",
                          status=2)
    if FRESH in suites and os.geteuid() != 0:
        raise Failure("a bare machine can be made by root alone", f"the suite '{FRESH}'",
                      "run it with sudo")


def attempt(name: str, context: Context) -> None:
    """A suite that cannot run, for whatever reason, has failed; the others still tell what they
    find."""
    try:
        suite(name).run(context)
    except Failure as failure:
        context.check(f"{name} can run", [*failure.log_tail(), str(failure)])
    except Exception as error:
        context.check(f"{name} can run", traceback.format_exception(error))


def chosen(names: list[str], catalogues: Path | None) -> list[str]:
    for name in names:
        if name not in (*SUITES, WITH_CATALOGUES, *SLOW):
            raise Failure(f"no suite '{name}'", "the command line",
                          f"there are {', '.join((*SUITES, WITH_CATALOGUES, *SLOW))}", status=2)
    if catalogues is not None and not catalogues.is_dir():
        raise Failure("no such folder", f"--catalogues {catalogues}", "name one that is there")
    if WITH_CATALOGUES in names and catalogues is None:
        raise Failure(f"the suite '{WITH_CATALOGUES}' needs the folder of the files",
                      "the command line", "give --catalogues DIR", status=2)
    if not names:
        return [*SUITES, WITH_CATALOGUES] if catalogues is not None else [*SUITES]
    extra = catalogues is not None and WITH_CATALOGUES not in names
    return [*names, WITH_CATALOGUES] if extra else list(names)
