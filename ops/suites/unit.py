"""unit: the C++ tests, by ctest."""

import os
import re

from ops import build
from ops.progress import Steps
from ops.suites.context import Context

SUMMARY = "C++ unit and contract tests (ctest)"


def run(context: Context) -> None:
    build.programs(["all"], Steps(), context.log / "build.log", tests=True)
    context.runner(
        "unit tests",
        ["/usr/bin/ctest", "--test-dir", str(build.BUILD), "--output-on-failure",
         "--no-tests=error", "-j", str(os.cpu_count())],
        closing=r"tests passed, |Total Test time", count=count,
    )


def count(output: str) -> tuple[int, int]:
    """A test that is skipped or disabled counts as failed, as with every other runner."""
    match = re.search(r"(\d+) tests failed out of (\d+)", output)
    if not match:
        return 0, 0
    skipped = len(re.findall(r"\*\*\*Skipped", output))
    disabled = len(re.findall(r"\*\*\*Not Run \(Disabled\)", output))
    failed, ran = int(match[1]), int(match[2])
    return ran - failed - skipped, failed + skipped + disabled
