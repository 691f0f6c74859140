"""Two regions without an edge, whose replication link a test can cut; processes of its own."""

import json
import signal
import subprocess
from pathlib import Path

from client import Operator, request
from proxy import Link
from waiting import eventually

from ops import ca, config
from ops.shop import Shop, write_file

REPO = Path(__file__).resolve().parent.parent.parent
PERPETUAD = REPO / "build" / "release" / "src" / "server" / "perpetuad"


class Region:
    def __init__(self, name: str, url: str, folder: Path, config_path: Path):
        self.name = name
        self.url = url
        self.folder = folder
        self.config_path = config_path
        self.operator = Operator(folder / "operator.sock")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        log = open(self.folder / "perpetuad.log", "ab")
        with log:
            self.process = subprocess.Popen(
                [PERPETUAD, "run", "--config", self.config_path], stderr=log, stdout=log)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)

    def is_ready(self) -> bool:
        try:
            return request(self.url, "GET", "/healthz/ready").status == 200
        except OSError:
            return False


class Regions:
    """`regions[0]` and `regions[1]`; `cut()` and `mend()` act on the link between them."""

    def __init__(self, home: Path, port: int):
        shop = Shop.open(str(home), port)
        ca.ensure(shop)
        config.write(shop)
        self.links: list[Link] = []
        self.regions = [self._region(shop, region) for region in shop.regions]
        for region in self.regions:
            subprocess.run([PERPETUAD, "found", "--config", region.config_path], check=True,
                           capture_output=True)
            region.start()
        for region in self.regions:
            eventually(region.is_ready, f"{region.name} is ready")
        eventually(self.are_connected, "both regions hear each other")

    def _region(self, shop: Shop, topology_region) -> Region:
        """Its configuration, with the other regions' replication behind a link of our own."""
        folder = shop.region_folder(topology_region.name)
        document = config.region_config(shop, topology_region)
        for peer in document["replication"]["peers"]:
            link = Link((peer["address"], peer["port"]))
            self.links.append(link)
            peer["address"], peer["port"] = "127.0.0.1", link.port
        path = folder / "config.json"
        write_file(path, json.dumps(document))
        return Region(topology_region.name, topology_region.url, folder, path)

    def are_connected(self) -> bool:
        return all(peer["connected"] for region in self.regions
                   for peer in region.operator.status()["peers"])

    def cut(self) -> None:
        for link in self.links:
            link.cut()
        eventually(lambda: not any(peer["connected"] for region in self.regions
                                   for peer in region.operator.status()["peers"]),
                   "both regions have noticed the cut")

    def mend(self) -> None:
        for link in self.links:
            link.mend()
        eventually(self.are_connected, "both regions hear each other again")

    def settle(self) -> None:
        """Waits until both regions reflect the same histories."""
        eventually(lambda: self.regions[0].operator.status()["position"]
                   == self.regions[1].operator.status()["position"], "both regions agree")

    def stop(self) -> None:
        for link in self.links:
            link.stop()
        for region in self.regions:
            if region.process and region.process.poll() is None:
                region.kill()
