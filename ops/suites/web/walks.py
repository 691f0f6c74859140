"""Walks through a real shop in Chromium, by Playwright."""

import re
import shutil

from ops import build
from ops.suites.context import Context

CHROMIUM = "/usr/bin/chromium"


def run(context: Context, environment: dict[str, str]) -> None:
    screenshots = context.log / "web" / "screenshots"
    shutil.rmtree(screenshots, ignore_errors=True)
    context.runner("walks in Chromium", ["npm", "run", "--silent", "test:browser"], cwd=build.WEB,
                   env={**environment, "PERPETUA_SCREENSHOTS": str(screenshots)},
                   closing=r"^\s*(\d+ (passed|failed|flaky|skipped)|✘|first load)", count=count)
    print(f"  {sum(1 for _ in screenshots.glob('*.png'))} screenshots are in {screenshots}",
          flush=True)


def count(output: str) -> tuple[int, int]:
    numbers = {word: int(n) for n, word in
               re.findall(r"^\s*(\d+) (passed|failed|flaky|skipped)", output, re.MULTILINE)}
    return numbers.get("passed", 0), sum(n for word, n in numbers.items() if word != "passed")
