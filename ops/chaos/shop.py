"""A shop of three regions for chaos: links through proxies, disks that can fail, a small catalogue."""

import os
import random
import shutil
import signal
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ops import build, founding, lifecycle, supervisor, temporary
from ops.chaos.disk import Disks
from ops.chaos.network import Network
from ops.commands import down, up
from ops.drills.interrupts import Interrupts
from ops.errors import Failure
from ops.progress import Steps
from ops.shop import Shop
from ops.supervisor import Supervisor

TOPOLOGY = """\
[[regions]]
name = "eu-west-1"
title = "Ireland"
flag = "IE"

[[regions]]
name = "ap-southeast-1"
title = "Singapore"
flag = "SG"

[[regions]]
name = "us-east-1"
title = "Virginia"
flag = "US"

[[edges]]
name = "dublin"
near = "eu-west-1"
"""
LINK = '[[links]]\nfrom = "{here}"\nto = "{there}"\nvia = "127.0.0.1:{port}"\n'


@dataclass(frozen=True)
class Prepared:
    shop: Shop
    network: Network
    disks: Disks

    @property
    def regions(self) -> list[str]:
        return [region.name for region in self.shop.regions]


def network_between(shop: Shop, seed: str) -> Network:
    """Of a shop that has not been started: its regions will reach each other through it alone."""
    targets = {region.name: (region.address, region.replication_port) for region in shop.regions}
    network = Network(targets, random.Random(seed))
    (shop.home / "links.toml").write_text("".join(
        LINK.format(here=here, there=there, port=port)
        for (here, there), port in network.ports.items()))
    return network


@contextmanager
def chaos_shop(seed: int, steps: Steps, interrupts: Interrupts, *, keep_logs_in: Path):
    """Yields Prepared; whatever happens, nothing of the shop is left but its logs."""
    folder = Path(tempfile.mkdtemp(prefix="perpetua-"))
    # Servers run as users of their own when they can get there.
    folder.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    (home / "perpetua.toml").write_text(TOPOLOGY)
    shop = Shop.open(str(home), temporary.free_port())
    network = None
    try:
        network = network_between(shop, f"jitter {seed}")
        disks = Disks(folder / "disks", [region.name for region in shop.regions])
        start(shop, disks, steps, interrupts)
        yield Prepared(shop, network, disks)
    finally:
        interrupts.hold()
        try:
            end(shop, steps)
        finally:
            if network is not None:
                network.stop()
            if shop.log.exists():
                shutil.copytree(shop.log, keep_logs_in, dirs_exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)


def start(shop: Shop, disks: Disks, steps: Steps, interrupts: Interrupts) -> None:
    build.programs(["perpetuad", "perpetua-buyers"], steps, shop.log / "build.log")
    build.storefront(steps, shop.log / "web.log")
    unprivileged = up.prepare(shop, steps)
    founding.found(shop, steps, unprivileged=unprivileged)
    supervisor.write_config(shop, unprivileged=unprivileged, environment=disks.environment())
    control = Supervisor(shop)
    # Half started it could not be found again, to be ended.
    with interrupts.held():
        control.launch()
    failure = lifecycle.Starter(shop, steps, unprivileged=unprivileged).run()
    if failure is not None:
        raise failure
    for region in shop.regions:
        for process in control.group(region.name):
            disks.require(shop, region.name, process["pid"])


def end(shop: Shop, steps: Steps) -> None:
    """In this very process: Ctrl-C would end another command of the same terminal as well."""
    try:
        down.stop(shop, steps)
    except (Failure, OSError):
        with suppress(FileNotFoundError, ProcessLookupError):
            pid = (shop.supervisor / "supervisord.pid").read_text()
            os.kill(int(pid), signal.SIGKILL)  # and everything with it
        raise
