"""What an operator does meanwhile: deliveries, said again in other regions, and new prices. All of it
is kept in a ledger (docs/formats/ledger.md), from which the check knows what there can be."""

import json
import random
import threading
import time
from pathlib import Path

from ops import door
from ops.errors import Failure
from ops.shop import Shop

SCARCE, PLENTY = 6, 24  # books
SCARCE_COPIES, PLENTY_COPIES = 9, 100_000
DELIVERY_MAX = 12  # copies
PAUSE_S = (0.5, 1.5)
READY_WAIT_S = 20.0


class Ledger:
    """A line before anything is asked for, and one when it was acknowledged."""

    def __init__(self, path: Path):
        self.path = path
        self._file = open(path, "w", encoding="utf-8", buffering=1)

    def write(self, what: str, **members) -> None:
        self._file.write(json.dumps({"line": what, **members}) + "\n")

    def close(self) -> None:
        self._file.close()


class Operator:
    def __init__(self, shop: Shop, seed: int, ledger: Ledger):
        self._shop = shop
        self._regions = [region.name for region in shop.regions]
        self._randomness = random.Random(f"operator {seed}")
        self._ledger = ledger
        self._books: dict[str, dict] = {}
        self._deliveries = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="operator", daemon=True)
        self.error: Exception | None = None
        self.acknowledged = 0
        self.refused = 0

    def stock_shelves(self) -> None:
        """Few copies of some books, so that regions must ask each other for them."""
        for number in range(SCARCE + PLENTY):
            copies = SCARCE_COPIES if number < SCARCE else PLENTY_COPIES
            book = {"id": f"chaos-{number}", "title": f"Chaos, volume {number}",
                    "authors": ["A. Writer"], "category": "woodwork", "description": "About wood.",
                    "price": {"amount": 1000, "currency": "EUR"}}
            self._books[book["id"]] = book
            self._put(book, self._regions[0], must=True)
            self._deliver(book["id"], "first", copies, self._regions[:1], must=True)
        deadline = time.monotonic() + READY_WAIT_S
        for region in self._regions:
            for book in self._books:
                while not self._has_copies(region, book):
                    if time.monotonic() > deadline:
                        raise Failure(f"{book} does not reach {region}", str(self._shop.home),
                                      "read the regions' logs")
                    time.sleep(0.05)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._over.wait(self._randomness.uniform(*PAUSE_S)):
                if self._randomness.random() < 0.3:
                    self._reprice()
                else:
                    self._restock()
        except Exception as error:  # told by the run, which would otherwise not know
            self.error = error

    def _restock(self) -> None:
        book = f"chaos-{self._randomness.randrange(SCARCE)}"
        self._deliveries += 1
        regions = self._randomness.sample(self._regions, self._randomness.choice((1, 2, 2, 3)))
        copies = self._randomness.randint(1, DELIVERY_MAX)
        self._deliver(book, f"delivery-{self._deliveries}", copies, regions)

    def _reprice(self) -> None:
        book = self._books[self._randomness.choice(sorted(self._books))]
        book["price"] = {**book["price"], "amount": self._randomness.randrange(900, 2000)}
        self._put(book, self._randomness.choice(self._regions))

    def _put(self, book: dict, region: str, *, must: bool = False) -> None:
        self._ledger.write("price", bookId=book["id"], price=book["price"])
        self._ask(region, "PUT", f"/books/{book['id']}", book, must)

    def _deliver(self, book: str, name: str, copies: int, regions: list[str], *,
                 must: bool = False) -> None:
        about = {"bookId": book, "delivery": name, "quantity": copies}
        self._ledger.write("deliver", **about)
        body = {"delivery": name, "quantity": copies}
        for region in regions:
            if self._ask(region, "POST", f"/books/{book}/deliveries", body, must):
                self._ledger.write("delivered", **about)

    def _ask(self, region: str, method: str, path: str, body: dict, must: bool) -> bool:
        try:
            door.ask(self._shop, region, method, path, body)
        except Failure:
            # It is down, or takes no writes; perhaps it was done.
            if must:
                raise
            self.refused += 1
            return False
        self.acknowledged += 1
        return True

    def _has_copies(self, region: str, book: str) -> bool:
        try:
            return bool(door.ask(self._shop, region, "GET", f"/books/{book}/stock")["deliveries"])
        except Failure:
            return False
