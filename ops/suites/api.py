"""api: black-box tests of the commands and of a real shop, by pytest."""

import re

from ops import build
from ops.progress import Steps
from ops.shop import REPO
from ops.suites.context import Context

SUMMARY = "black-box tests of commands and of real processes (pytest)"


def run(context: Context) -> None:
    build.programs(["perpetuad", "perpetua-buyers"], Steps(), context.log / "build.log")
    build.storefront(Steps(), context.log / "web.log")
    context.runner("command tests", pytest("test/ops"), closing=r"^=+ .* in [\d.]+s", count=count)
    context.runner("API tests", pytest("test/api"), closing=r"^=+ .* in [\d.]+s", count=count)


def pytest(*arguments: str) -> list[str]:
    return ["/usr/bin/python3", "-s", "-m", "pytest", "-p", "no:cacheprovider", "--color=no",
            "-ra", "--durations=5", "--rootdir", str(REPO / "test"), *arguments]


def count(output: str) -> tuple[int, int]:
    """A skipped test counts as failed: here nothing may be passed over."""
    closing = [line for line in output.splitlines() if re.match(r"=+ .* in [\d.]+s", line)]
    if not closing:
        return 0, 0
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) ([a-z]+)", closing[-1])}
    words = ("failed", "error", "errors", "skipped", "xfailed", "xpassed")
    bad = sum(numbers.get(word, 0) for word in words)
    return numbers.get("passed", 0), bad
