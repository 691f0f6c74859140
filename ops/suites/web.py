"""web: the storefront's unit tests, by vitest, and the size of what its first page loads."""

import json
import re
from pathlib import Path

from ops import build, tools
from ops.progress import Steps
from ops.suites.context import Context

SUMMARY = "unit tests of the storefront (vitest), and its first load's size"
FIRST_LOAD_KIB_MAX = 180
FIRST_PAGE = ("index.html", "src/features/catalogue/HomePage.tsx")


def run(context: Context) -> None:
    steps = Steps()
    log = context.log / "npm.log"
    node = tools.node(steps, log)
    build.packages(node, steps, log)
    context.runner("storefront tests", ["npm", "run", "--silent", "test"], cwd=build.WEB,
                   env={**node, "CI": "true"}, closing=r"^\s*(Tests|Test Files|Duration) ",
                   count=count)
    build.storefront(steps, context.log / "web.log")
    kib = first_load(build.STATIC) / 1024
    faults = [f"{kib:.1f} KiB are too many"] if kib > FIRST_LOAD_KIB_MAX else []
    context.check(f"the first load, script and style, is {kib:.1f} KiB with gzip, "
                  f"{FIRST_LOAD_KIB_MAX} at most", faults)


def first_load(folder: Path) -> int:
    """Bytes as they are sent of all scripts and styles that the home page needs."""
    manifest = json.loads((folder / "manifest.json").read_text())
    chunks, files = list(FIRST_PAGE), set()
    for name in chunks:
        chunk = manifest[name]
        files |= {chunk["file"], *chunk.get("css", [])}
        chunks += [needed for needed in chunk.get("imports", []) if needed not in chunks]
    return sum((folder / f"{file}.gz").stat().st_size for file in files)


def count(output: str) -> tuple[int, int]:
    match = re.search(r"^\s*Tests\s+(.*)$", output, re.MULTILINE)
    if not match:
        return 0, 0
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|skipped|todo)", match[1])}
    return numbers.get("passed", 0), sum(n for word, n in numbers.items() if word != "passed")
