"""The storefront's units and components, by vitest."""

import re

from ops import build
from ops.suites.context import Context


def run(context: Context, node: dict[str, str]) -> None:
    context.runner("storefront tests", ["npm", "run", "--silent", "test"], cwd=build.WEB, env=node,
                   closing=r"^\s*(Tests|Test Files|Duration) ", count=count)


def count(output: str) -> tuple[int, int]:
    match = re.search(r"^\s*Tests\s+(.*)$", output, re.MULTILINE)
    if not match:
        return 0, 0
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|skipped|todo)", match[1])}
    return numbers.get("passed", 0), sum(n for word, n in numbers.items() if word != "passed")
