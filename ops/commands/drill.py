"""drill: makes a fault on purpose under load and tells what buyers saw of it."""

import json

from ops.drills.kill_region import KillRegion
from ops.drills.verdict import text
from ops.errors import Failure
from ops.lock import exclusive
from ops.progress import Steps
from ops.shop import Shop

SUMMARY = "make a fault on purpose and tell what buyers saw"
DESCRIPTION = """\
  drill kill-region REGION   SIGKILL for everything in the region while buyers shop through the
                             edge; the region is started again at the end, also when interrupted

Passes (exit status 0) when no read failed, every gap was shorter than 300 ms, buyers bought before,
during and after, every acknowledged order and cart line is there (in the survivors while the region
is dead, in every region after), and exactly as many copies were sold as were ordered."""
NAMES = ("kill-region",)


def arguments(parser) -> None:
    parser.add_argument("name", metavar="NAME", choices=NAMES, help=", ".join(NAMES))
    parser.add_argument("region", metavar="REGION", nargs="?",
                        help="default: the region that the first edge prefers")
    parser.add_argument("--rate", type=float, default=200.0, metavar="N",
                        help="requests a second (default: 200)")
    parser.add_argument("--seconds", type=float, default=5.0, metavar="S",
                        help="length of each of the four quarters (default: 5)")
    parser.add_argument("--shared", action="store_true",
                        help="others buy in this shop at the same time: copies sold cannot be "
                             "compared exactly, only that no fewer are than were ordered")


def run(options) -> int:
    shop = Shop.open(options.home, options.port)
    if not 1 <= options.rate <= 5000 or not 1 <= options.seconds <= 600:
        raise Failure("--rate must be 1 to 5000 and --seconds 1 to 600", "the command line",
                      "correct it", status=2)
    if not shop.founded_marker.exists():
        raise Failure("there is no shop", str(shop.home), f"start it with '{shop.command('up')}'")
    region = options.region or shop.topology.edges[0].near
    with exclusive(shop):
        verdict = KillRegion(shop, region, Steps(), rate=options.rate,
                             seconds=options.seconds, shared=options.shared).run()
    print(json.dumps(verdict) if options.json else text(verdict))
    return 0 if verdict["pass"] else 1
