"""browser: walks through the shop in Chromium, by Playwright; in one of them a region is killed."""

import re

from ops import build, temporary, tools
from ops.progress import Steps
from ops.suites.context import Context

SUMMARY = "walks through a real shop in Chromium (Playwright), one while a region is lost"
CHROMIUM = "/usr/bin/chromium"


def run(context: Context) -> None:
    steps = Steps()
    log = context.log / "npm.log"
    node = tools.node(steps, log)
    build.packages(node, steps, log)
    with temporary.shop(keep_logs_in=context.log / "browser-shop") as running:
        environment = {**node, "PERPETUA_URL": running.url, "PERPETUA_CHROMIUM": CHROMIUM,
                       "PERPETUA_HOME": str(running.shop.home),
                       "PERPETUA_PORT": str(running.shop.port), "CI": "true"}
        context.runner("browser walk", ["npm", "run", "--silent", "test:browser"], cwd=build.WEB,
                       env=environment, closing=r"^\s*\d+ (passed|failed|flaky|skipped)",
                       count=count)


def count(output: str) -> tuple[int, int]:
    numbers = {word: int(n) for n, word in
               re.findall(r"^\s*(\d+) (passed|failed|flaky|skipped)", output, re.MULTILINE)}
    return numbers.get("passed", 0), sum(n for word, n in numbers.items() if word != "passed")
