"""web: the storefront's unit tests, by vitest."""

import re

from ops import build, tools
from ops.progress import Steps
from ops.suites.context import Context

SUMMARY = "unit tests of the storefront (vitest)"


def run(context: Context) -> None:
    steps = Steps()
    log = context.log / "npm.log"
    node = tools.node(steps, log)
    build.packages(node, steps, log)
    context.runner("storefront tests", ["npm", "run", "--silent", "test"], cwd=build.WEB,
                   env={**node, "CI": "true"}, closing=r"^\s*(Tests|Test Files|Duration) ",
                   count=count)


def count(output: str) -> tuple[int, int]:
    match = re.search(r"^\s*Tests\s+(.*)$", output, re.MULTILINE)
    if not match:
        return 0, 0
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|skipped|todo)", match[1])}
    return numbers.get("passed", 0), sum(n for word, n in numbers.items() if word != "passed")
