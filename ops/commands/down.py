"""down: stops the shop."""

import json
import shutil

from ops import ports
from ops.lock import exclusive
from ops.progress import Steps
from ops.shop import REPO, Shop
from ops.supervisor import Supervisor

SUMMARY = "stop the shop; with --wipe, throw its data away"
DESCRIPTION = """\
Stops edges first, then regions, which finish what they have begun. The data stays for the next
'up', unless --wipe asks to delete the home folder's content."""


def arguments(parser) -> None:
    parser.add_argument("--wipe", action="store_true",
                        help="also delete all data, keys and logs of this shop")


def run(options) -> int:
    shop = Shop.open(options.home, options.port)
    if not shop.home.exists():
        return _answer(options, stopped=[], wiped=False)
    with exclusive(shop):
        stopped = stop(shop, Steps())
        if options.wipe:
            wipe(shop)
    return _answer(options, stopped=stopped, wiped=options.wipe)


def stop(shop: Shop, steps: Steps) -> list[str]:
    """Ends every process of the shop; the groups that were running."""
    control = Supervisor(shop)
    if not control.running():
        return []
    processes = control.processes()
    alive = {process["group"] for process in processes if process["pid"]}
    edges = [edge.name for edge in shop.topology.edges]
    # Of the supervisor, not of the topology: a region that was taken out of it may still run.
    groups = list(dict.fromkeys(process["group"] for process in processes))
    with steps.step("stopping"):
        for names in ([g for g in groups if g in edges], [g for g in groups if g not in edges]):
            control.stop_gracefully(names)
        control.shutdown()
    return sorted(alive)


def wipe(shop: Shop) -> None:
    """Deletes what a shop makes, and the folder when nothing else is in it; Failure while
    something still serves from it."""
    ports.check(shop, {region.name for region in shop.regions})
    ours = ["ca", "drills", "edges", "founded", "founding", "log", "project.json", "regions",
            "supervisor", "unstocked"]
    for name in ours:
        path = shop.home / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    (shop.home / "lock").unlink(missing_ok=True)
    if shop.home != REPO and not any(shop.home.iterdir()):
        shop.home.rmdir()


def _answer(options, *, stopped: list[str], wiped: bool) -> int:
    if options.json:
        print(json.dumps({"stopped": stopped, "wiped": wiped}))
    elif stopped:
        print(f"Stopped {', '.join(stopped)}." + (" The data is gone." if wiped else ""))
    else:
        print("Nothing was running." + (" The data is gone." if wiped else ""))
    return 0
