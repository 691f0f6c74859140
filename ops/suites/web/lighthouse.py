"""Lighthouse's scores of the storefront, on a phone as it imagines one."""

import re
import shutil

from ops import build
from ops.suites.context import Context


def run(context: Context, environment: dict[str, str]) -> None:
    """Speed only when the suite is named: a figure that other work on the machine changes does not
    decide whether all tests pass."""
    speed = ["speed"] if context.is_web_named else []
    reports = context.log / "web" / "lighthouse"
    shutil.rmtree(reports, ignore_errors=True)
    context.runner("Lighthouse", ["node", "lighthouse.ts", str(reports), *speed], cwd=build.WEB,
                   env=environment, closing=r"^\w+ \(/|^scores |^    \S", count=count)
    print(f"  the reports are in {reports}", flush=True)


def count(output: str) -> tuple[int, int]:
    match = re.search(r"^scores of .*: (\d+) passed, (\d+) failed$", output, re.MULTILINE)
    return (int(match[1]), int(match[2])) if match else (0, 0)
