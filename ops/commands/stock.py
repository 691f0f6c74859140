"""stock: deliveries and write-offs at a region's operator door."""

import argparse
import json
import secrets
from urllib.parse import quote

from ops import door
from ops.shop import Shop

SUMMARY = "add copies of a book, or write some off"
DESCRIPTION = """\
  stock add ID QTY --delivery NAME   a delivery of copies, shared out over the regions; the same
                                     delivery given again, to whichever region, adds nothing
  stock write-off ID QTY             copies that are lost or damaged are sold no more"""
QUANTITY_MAX = 1_000_000


def quantity(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= QUANTITY_MAX:
        raise argparse.ArgumentTypeError(f"'{text}' is no quantity from 1 to {QUANTITY_MAX}")
    return int(text)


def arguments(parser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|write-off")
    add = actions.add_parser("add", help="add a delivery")
    write_off = actions.add_parser("write-off", help="take copies out")
    for action in (add, write_off):
        action.add_argument("id", metavar="ID")
        action.add_argument("quantity", metavar="QTY", type=quantity)
        action.add_argument("--region", metavar="NAME", help="the region to ask (default: any)")
    add.add_argument("--delivery", metavar="NAME", required=True,
                     help="the delivery's own name, such as a consignment number")
    write_off.add_argument("--key", metavar="KEY",
                           help="the same key given again writes off nothing more")


def run(options) -> int:
    shop = Shop.open(options.home, options.port)
    region = door.any_ready_region(shop, options.region)
    book = f"/books/{quote(options.id, safe='')}"
    if options.action == "add":
        answer = door.ask(shop, region, "POST", f"{book}/deliveries",
                          {"delivery": options.delivery, "quantity": options.quantity})
        done = f"Delivery {options.delivery}: {options.quantity} copies of {options.id}"
    else:
        key = options.key or secrets.token_hex(16)
        answer = door.ask(shop, region, "POST", f"{book}/write-offs",
                          {"quantity": options.quantity, "key": key},
                          again=f"say it again with --key {key}, which writes off nothing more")
        done = f"Wrote off {options.quantity} copies of {options.id}"
    print(json.dumps(answer) if options.json else f"{done}, by {region}.")
    return 0
