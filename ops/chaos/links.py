"""Faults of the links between regions."""

from ops.chaos.network import Connection, Network
from ops.chaos.schedule import Fault


class Links:
    """One or more links under one fault."""

    def __init__(self, network: Network, fault: Fault, regions: list[str]):
        self._network = network
        self._fault = fault
        self._others = [region for region in regions if region != fault.regions[0]]
        self._half_open: list[Connection] = []

    def inject(self) -> None:
        network, details = self._network, self._fault.details
        kind, ends = self._fault.kind, self._fault.regions
        if kind == "cut":
            network.cut(*ends)
        elif kind == "one-way":
            network.hold(*ends)
        elif kind == "silent":
            self._silence(*ends)
        elif kind == "half-open":
            self._half_open = network.half_open(*ends)
        elif kind == "delay":
            network.shape(*ends, delay_s=details["ms"] / 1000,
                          jitter_s=details["jitter_ms"] / 1000)
        elif kind == "slow":
            network.shape(*ends, bytes_per_s=details["bytes_per_s"])
        else:
            for other in self._others:
                (network.cut if details["how"] == "cut" else self._silence)(ends[0], other)

    def heal(self) -> None:
        network, details = self._network, self._fault.details
        kind, ends = self._fault.kind, self._fault.regions
        reset = details.get("then") == "reset"
        if kind == "cut":
            network.mend(*ends)
        elif kind == "one-way":
            network.let_go(*ends, reset=reset)
        elif kind == "silent":
            self._speak(*ends, reset=reset)
        elif kind == "half-open":
            network.end(self._half_open)
        elif kind in ("delay", "slow"):
            network.shape(*ends)
        else:
            for other in self._others:
                if details["how"] == "cut":
                    network.mend(ends[0], other)
                else:
                    self._speak(ends[0], other, reset=True)

    def _silence(self, here: str, there: str) -> None:
        self._network.hold(here, there)
        self._network.hold(there, here)

    def _speak(self, here: str, there: str, *, reset: bool) -> None:
        self._network.let_go(here, there, reset=reset)
        self._network.let_go(there, here, reset=reset)
