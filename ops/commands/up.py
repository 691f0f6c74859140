"""up: from whatever there is to a running shop."""

import json
import os
from pathlib import Path

from ops import build, founding, lifecycle, ports, preflight, privileges, supervisor
from ops.errors import Failure
from ops.lock import exclusive
from ops.packages import UP, ensure, installed
from ops.progress import Steps
from ops.shop import REPO, Shop, write_file
from ops.supervisor import Supervisor

SUMMARY = "install what is missing, build, and start the shop"
DESCRIPTION = """\
Installs the Debian packages that are missing (it says which and asks), builds what has changed,
imports the starter catalogue into a new shop, starts every region and edge, waits until they
answer and prints where the shop is. What already runs is left running; what a drill killed comes
back."""

STARTER_CATALOGUE = REPO / "data" / "catalogue.jsonl"
# What each takes at most while it is made, as the suite `fresh` measures it.
PACKAGES_MB = 1000
PROGRAMS_MB = 1400
STOREFRONT_MB = 900
SHOP_MB = 300  # a region that has less than 128 MiB takes no writes


def arguments(parser) -> None:
    parser.add_argument("--empty", action="store_true",
                        help="a new shop starts without the starter catalogue")


def run(options) -> int:
    shop = Shop.open(options.home, options.port)
    with exclusive(shop):
        failure = bring_up(shop, Steps(), yes=options.yes, catalogue=not options.empty)
    urls = [edge.url for edge in shop.topology.edges]
    if options.json:
        regions = {region.name: region.url for region in shop.regions}
        print(json.dumps({"url": urls[0], "edges": urls, "regions": regions}))
    else:
        print(f"The shop is open: {urls[0]}")
    if failure is not None:
        raise failure
    return 0


def bring_up(shop: Shop, steps: Steps, *, yes: bool, catalogue: bool) -> Failure | None:
    """Why a region is not ready, when the shop is open without it."""
    require_ours(shop)
    downloads = build.missing()
    look_ahead(shop, downloads)
    ensure(UP, downloads, yes=yes, log=shop.log / "packages.log", steps=steps)
    build.programs(["perpetuad", "perpetua-buyers"], steps, shop.log / "build.log")
    build.storefront(steps, shop.log / "web.log")
    unprivileged = prepare(shop, steps)
    unstocked = shop.home / "unstocked"
    if catalogue and not shop.founded_marker.exists():
        unstocked.touch()
    founding.found(shop, steps, unprivileged=unprivileged)
    failure = lifecycle.Starter(shop, steps, unprivileged=unprivileged).run()
    # An import that was interrupted is done again: it changes nothing that is already there.
    if unstocked.exists():
        stock(shop, steps)
        unstocked.unlink()
    return failure


def require_ours(shop: Shop) -> None:
    """A shop that runs stays the account's that started it, and where buyers know it."""
    if not Supervisor(shop).running():
        return
    owner, port = shop.supervisor_socket.stat().st_uid, shop.supervisor / "port"
    if owner != os.geteuid():
        raise Failure(f"the shop was started by another account (uid {owner})", str(shop.home),
                      "use that account, or stop it first")
    if port.exists() and port.read_text() != str(shop.port):
        raise Failure(f"the shop runs at port {port.read_text()}", str(shop.home),
                      "give that --port, or stop it first")


def look_ahead(shop: Shop, downloads: list[str]) -> None:
    """What would stop it after minutes of installing and building is said before."""
    ports.check_stopped(shop, Supervisor(shop).alive())
    is_built = build.SERVER.exists()
    if not is_built:
        preflight.jobs()
    preflight.require_disk([
        ("packages", Path("/usr"), 0 if len(installed(UP)) == len(UP) else PACKAGES_MB),
        ("programs", build.REPO, 0 if is_built else PROGRAMS_MB),
        ("storefront", build.REPO, STOREFRONT_MB if downloads else 0),
        ("the shop", shop.home, 0 if shop.founded_marker.exists() else SHOP_MB),
    ])


def prepare(shop: Shop, steps: Steps) -> bool:
    """Keys, certificates and configuration; whether servers run as users of their own."""
    from ops import ca, config  # they need python3-cryptography, which was just installed

    shop.log.mkdir(exist_ok=True)
    shop.supervisor.mkdir(exist_ok=True, mode=0o700)
    write_file(shop.supervisor / "port", str(shop.port))
    ca.prepare(shop)
    config.write(shop)
    reason = privileges.why_not_unprivileged(shop)
    privileges.set_up(shop, unprivileged=reason is None)
    if reason:
        steps.say(f"Servers run as root: {reason}.")
    supervisor.write_config(shop, unprivileged=reason is None)
    return reason is None


def stock(shop: Shop, steps: Steps) -> None:
    from ops.commands.import_ import import_quietly

    with steps.step("importing the starter catalogue") as remark:
        remark(import_quietly(shop, STARTER_CATALOGUE))
