"""import: brings catalogue files into the shop."""

import io
import json
import sys
from pathlib import Path

from ops import door
from ops.errors import Failure
from ops.shop import Shop

SUMMARY = "import catalogue files"
DESCRIPTION = """\
Reads the shop's own format, Project Gutenberg's pg_catalog.csv, goodbooks-10k's books.csv, plain
CSV and JSON. Each book gets 100 copies as its first stock; importing again changes no stock. Bad
lines are passed over and listed at the end, with the reason."""


def arguments(parser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+")
    parser.add_argument("--region", metavar="NAME", help="the region to ask (default: any)")


def run(options) -> int:
    from ops.catalogue.upload import import_files

    shop = Shop.open(options.home, options.port)
    region = door.any_ready_region(shop, options.region)
    return import_files(options.files, shop.operator_socket(region), options.json, sys.stdout,
                        sys.stderr)


def import_quietly(shop: Shop, path: Path) -> str:
    """Imports a file of our own, of which every record is sound, and says in a few words what came
    of it; Failure with all it said when it failed."""
    from ops.catalogue.upload import import_files

    region = door.any_ready_region(shop)
    out, err = io.StringIO(), io.StringIO()
    status = import_files([path], shop.operator_socket(region), True, out, err)
    answer = json.loads(out.getvalue())
    if status != 0 or answer["accepted"] + answer["unchanged"] != answer["read"]:
        said = err.getvalue().strip() or f"refused were {answer['refused'][:3]}"
        raise Failure(f"the import failed: {said[-300:]}", region,
                      f"import it again with '{shop.command('up')}'")
    return f"{answer['read']} books"
