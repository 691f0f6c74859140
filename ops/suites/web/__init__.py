"""web: the storefront, from its units to whole purchases in Chromium and Lighthouse's scores."""

from contextlib import contextmanager

from ops import build, temporary, tools
from ops.progress import Steps
from ops.suites.context import Context
from ops.suites.web import lighthouse, size, units, walks

SUMMARY = "the storefront: units, first load's size, walks in Chromium, Lighthouse"
# What the first two need is quickly there; the others walk through a real shop.
PARTS = ("units", "size", "walks", "lighthouse")


def run(context: Context) -> None:
    parts = context.parts or PARTS
    steps = Steps()
    log = context.log / "npm.log"
    node = {**tools.node(steps, log), "CI": "true"}
    build.packages(node, steps, log)
    if "units" in parts:
        units.run(context, node)
    if "size" in parts:
        build.storefront(steps, context.log / "web.log")
        size.run(context)
    if "walks" in parts or "lighthouse" in parts:
        with shop(context, node) as environment:
            if "walks" in parts:
                walks.run(context, environment)
            if "lighthouse" in parts:
                lighthouse.run(context, environment)


@contextmanager
def shop(context: Context, node: dict[str, str]):
    """A shop of its own, as Node's environment names it."""
    with temporary.shop(keep_logs_in=context.log / "web" / "shop") as running:
        yield {**node, "PERPETUA_URL": running.url, "PERPETUA_CHROMIUM": walks.CHROMIUM,
               "PERPETUA_HOME": str(running.shop.home), "PERPETUA_PORT": str(running.shop.port)}
