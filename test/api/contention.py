"""Many buyers who want the same book at the same moment."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from client import Answer, Buyer, new_key


def make_buyers(url: str, count: int) -> list[Buyer]:
    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(lambda _: Buyer(url), range(count)))


def outcome(answer: Answer) -> str:
    return "sold" if answer.status == 201 else answer.problem


def rush(book: dict, wishes: list[tuple[Buyer, str, int]]) -> tuple[Counter, float]:
    """Sends all wishes (buyer, region's URL, quantity) at once; the outcomes and the seconds taken."""
    gate = threading.Barrier(len(wishes) + 1)

    def wish(buyer: Buyer, url: str, quantity: int) -> str:
        gate.wait()
        return outcome(buyer.buy(book, quantity, key=new_key(), at=url))

    with ThreadPoolExecutor(max_workers=len(wishes)) as pool:
        answers = [pool.submit(wish, *one) for one in wishes]
        gate.wait()
        began = time.monotonic()
        outcomes = Counter(answer.result() for answer in answers)
        return outcomes, time.monotonic() - began
