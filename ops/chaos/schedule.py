"""Which fault happens when, where and for how long: a function of the seed alone."""

import random
from dataclasses import dataclass, field
from itertools import combinations

# Kind -> what it hits. A target has one fault at a time; different ones overlap.
PROCESS = ("kill", "lose", "hang", "restart")
DISK = ("full-disk", "no-space", "failed-sync", "stuck-disk", "power-cut")
LINK = ("cut", "one-way", "silent", "half-open", "delay", "slow", "isolate")
KINDS = (*PROCESS, *DISK, *LINK)
AT_ONCE_MAX = 3
PAUSE_S = (0.8, 3.2)  # from one fault's beginning to the next one's
SECONDS = (0.3, 4.0)  # of one fault


@dataclass(frozen=True)
class Fault:
    number: int  # from 1
    at_s: float  # since the first could begin
    seconds: float
    kind: str
    regions: tuple[str, ...]  # one; of a link its two ends, of which a one-way cut silences the first
    details: dict = field(default_factory=dict)

    @property
    def end_s(self) -> float:
        return self.at_s + self.seconds

    @property
    def where(self) -> str:
        if self.kind == "one-way":
            return f"{self.regions[0]} -> {self.regions[1]}"
        return " - ".join(self.regions)

    def __str__(self) -> str:
        said = "".join(f", {name} {value}" for name, value in self.details.items())
        return f"{self.kind:<11} {self.where}, {self.seconds:.1f} s{said}"


def draw(seed: int, count: int, regions: list[str]) -> list[Fault]:
    """Each kind comes once before any comes again, so that few faults are of many kinds."""
    randomness = random.Random(seed)
    faults: list[Fault] = []
    deck: list[str] = []
    at_s = 0.0
    for number in range(1, count + 1):
        deck = deck or randomness.sample(KINDS, len(KINDS))
        kind, seconds = deck.pop(), round(randomness.uniform(*SECONDS), 2)
        at_s = round(at_s + randomness.uniform(*PAUSE_S), 2)
        places = _places(kind, regions)
        while not (free := _free(faults, at_s, kind, places, regions)):
            # All are taken, or too much happens at once: when the next one ends.
            at_s = min(fault.end_s for fault in faults if fault.end_s > at_s)
        where = randomness.choice(free)
        faults.append(Fault(number, at_s, seconds, kind, where, _details(kind, randomness)))
    return faults


def targets(kind: str, where: tuple[str, ...], regions: list[str]) -> set[frozenset[str]]:
    """What a fault holds while it lasts: a region's machine, or links."""
    if kind == "isolate":
        return {frozenset((where[0], other)) for other in regions if other != where[0]}
    return {frozenset(where)}


def _places(kind: str, regions: list[str]) -> list[tuple[str, ...]]:
    if kind not in LINK or kind == "isolate":
        return [(region,) for region in regions]
    pairs = list(combinations(regions, 2))
    if kind in ("one-way", "half-open"):
        pairs += [(there, here) for here, there in pairs]
    return pairs


def _free(faults: list[Fault], at_s: float, kind: str, places: list[tuple[str, ...]],
          regions: list[str]) -> list[tuple[str, ...]]:
    now = [fault for fault in faults if fault.end_s > at_s]
    if len(now) >= AT_ONCE_MAX:
        return []
    taken = set().union(*(targets(f.kind, f.regions, regions) for f in now))
    return [place for place in places if not taken & targets(kind, place, regions)]


def _details(kind: str, randomness: random.Random) -> dict:
    if kind == "delay":
        return {"ms": randomness.randrange(20, 400), "jitter_ms": randomness.randrange(0, 200)}
    if kind == "slow":
        return {"bytes_per_s": randomness.choice((2_000, 8_000, 32_000))}
    if kind in ("one-way", "silent"):
        # What was on its way arrives late when the link is back, or the connections end.
        return {"then": randomness.choice(("late", "reset"))}
    if kind == "power-cut":
        # Before it, nothing gets to the disk any more.
        return {"stuck_ms": randomness.randrange(0, 2500)}
    if kind == "isolate":
        return {"how": randomness.choice(("cut", "silent"))}
    return {}
