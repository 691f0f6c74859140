"""book: puts or retires a book at a region's operator door, and shows what it was before."""

import json
import sys
from urllib.parse import quote

from ops import door
from ops.errors import Failure
from ops.shop import Shop

SUMMARY = "put a book into the catalogue, retire one, or show what it was"
DESCRIPTION = """\
  book put FILE|-    adds the book in a JSON file (or on standard input), or changes it
  book retire ID     takes a book out of the catalogue; orders of it stay as they are
  book history ID    lists what the book is and was, the latest first, also what lost to an edit in
                     another region; --json has each as "book", which put takes back

A book: {"id": "walden", "title": "Walden", "authors": ["Henry David Thoreau"],
 "category": "home-improvement", "description": "...", "price": {"amount": 1299, "currency": "EUR"}}
Optional: language, year, isbn, rating {average, count}. Amounts are in cents."""


def arguments(parser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="put|retire|history")
    put = actions.add_parser("put", help="add or change a book")
    put.add_argument("file", metavar="FILE", help="JSON file, or - for standard input")
    retire = actions.add_parser("retire", help="take a book out of the catalogue")
    retire.add_argument("id", metavar="ID")
    history = actions.add_parser("history", help="list what a book is and was")
    history.add_argument("id", metavar="ID")
    for action in (put, retire, history):
        action.add_argument("--region", metavar="NAME", help="the region to ask (default: any)")


def run(options) -> int:
    shop = Shop.open(options.home, options.port)
    if options.action == "put":
        book = read(options.file)
        region = door.any_ready_region(shop, options.region)
        path = f"/books/{quote(str(book['id']), safe='')}"
        answer = door.ask(shop, region, "PUT", path, book)
        done = f"{book['id']} is in the catalogue"
    elif options.action == "history":
        region = door.any_ready_region(shop, options.region)
        answer = door.ask(shop, region, "GET", f"/books/{quote(options.id, safe='')}/history")
        print(json.dumps(answer) if options.json else "\n".join(map(line, answer["items"])))
        return 0
    else:
        region = door.any_ready_region(shop, options.region)
        answer = door.ask(shop, region, "POST", f"/books/{quote(options.id, safe='')}/retire", {})
        done = f"{options.id} is retired"
    print(json.dumps(answer) if options.json else f"{done}, by {region}.")
    return 0


def line(edit: dict) -> str:
    book = edit["book"]
    amount, currency = book["price"]["amount"], book["price"]["currency"]
    state = "retired" if edit["retired"] else f"{amount / 100:.2f} {currency}"
    title = " ".join(book["title"].split())
    return f"{edit['editedAt']}  {edit['writer']:20}  {state:14}  {title}"


def read(name: str) -> dict:
    try:
        if name == "-":
            text = sys.stdin.read()
        else:
            with open(name, encoding="utf-8") as file:
                text = file.read()
        book = json.loads(text)
    except FileNotFoundError:
        raise Failure("there is no such file", name, "name a JSON file with a book") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"not JSON: {error}", name, "correct it") from None
    if not isinstance(book, dict) or not book.get("id"):
        raise Failure("no book: a JSON object with an 'id' is needed", name,
                      "see './perpetua book --help'")
    return book
