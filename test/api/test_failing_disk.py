"""A region on a disk that fails: it ends at a failed sync and comes back, and reads from a full one."""

import os
import subprocess
import tempfile
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from client import Buyer, Client, eventually
from operating import LOGS, make_book
from ops import build, temporary
from ops.door import region_status
from ops.privileges import as_user, why_not_unprivileged
from ops.supervisor import Supervisor

IRELAND, SINGAPORE = "eu-west-1", "ap-southeast-1"
SOURCE = Path(__file__).with_name("failing_disk.c")


@pytest.fixture(scope="module")
def running():
    with temporary.shop(keep_logs_in=LOGS / "failing-disk-shop") as shop:
        yield shop


@pytest.fixture
def regions(running):
    return {region.name: Client(region.url) for region in running.shop.regions}


def status(running) -> dict:
    return region_status(running.shop, IRELAND) or {}


class Disk:
    """What the region's disk does, from when a test says so."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.chmod(0o755)
        self.library = folder / "failing_disk.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(self.library), str(SOURCE), "-ldl"],
                       check=True)

    def say(self, what: str) -> None:
        (self.folder / what).touch()

    def say_no_more(self, what: str) -> None:
        (self.folder / what).unlink()


@contextmanager
def ireland_on(disk: Disk, running):
    """Ireland's process, on that disk; afterwards the supervisor has it again, on its own."""
    shop = running.shop
    control = Supervisor(shop)
    folder = shop.region_folder(IRELAND)
    command = [str(build.SERVER), "run", "--config", str(folder / "config.json")]
    if why_not_unprivileged(shop) is None:
        command = ["/usr/bin/setpriv", *as_user(shop.unprivileged_id(IRELAND)), *command]
    control.kill(IRELAND)
    with (shop.log / "failing-disk.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=os.environ | {"LD_PRELOAD": str(disk.library), "FAILING_DISK": str(disk.folder)})
    try:
        eventually(lambda: status(running).get("ready"), within_s=20)
        yield process
    finally:
        process.kill()
        process.wait()
        control.start(IRELAND)
        eventually(lambda: status(running).get("ready"), within_s=20)


@pytest.fixture
def disk(running):
    return Disk(Path(tempfile.mkdtemp(prefix="disk-", dir=running.shop.home.parent)))


def test_a_failed_sync_ends_the_process_and_it_comes_back(running, regions, disk):
    book = make_book(running, regions, 10)
    buyer = Buyer(regions[IRELAND])
    with ireland_on(disk, running) as process:
        ordered = [buyer.order(book, 1).body["id"] for _ in range(3)]
        disk.say("sync")
        try:
            assert buyer.order(book, 1).status == 503, "acknowledged, and is not on the disk"
        except (OSError, HTTPException):
            pass  # it was gone before it could answer
        assert process.wait(timeout=20) == 1

    def are_there(client: Client) -> bool:
        items = buyer.ask("GET", "/api/orders", at=client).body["items"]
        return {order["id"] for order in items} >= set(ordered)

    assert are_there(regions[IRELAND])
    eventually(lambda: are_there(regions[SINGAPORE]))
    assert buyer.order(book, 1, at=regions[IRELAND]).status == 201


def test_a_write_that_finds_no_room_ends_the_process_in_order(running, regions, disk):
    book = make_book(running, regions, 10)
    buyer = Buyer(regions[IRELAND])
    with ireland_on(disk, running) as process:
        ordered = buyer.order(book, 1).body["id"]
        # As with a quota: there seems to be room, and there is none.
        disk.say("nospace")
        assert buyer.order(book, 1).status == 503
        assert process.wait(timeout=20) == 1
        disk.say_no_more("nospace")
    assert buyer.ask("GET", f"/api/orders/{ordered}", at=regions[IRELAND]).status == 200
    assert buyer.order(book, 1, at=regions[IRELAND]).status == 201


def test_a_full_disk_is_read_and_written_again_when_there_is_room(running, regions, disk):
    book = make_book(running, regions, 10)
    edge = Client(running.url)
    buyer = Buyer(regions[IRELAND])
    with ireland_on(disk, running) as process:
        eventually(lambda: edge.get("/api/truth").region == IRELAND)
        ordered = buyer.order(book, 1).body["id"]
        disk.say("full")
        refused = buyer.order(book, 1)
        assert refused.is_problem(503, "read-only"), refused
        assert "disk is full" in refused.body["detail"]
        assert "disk is full" in status(running)["not_writing"]
        # It is read as before, through the edge too, and there a write goes to the other region.
        assert status(running)["ready"]
        assert buyer.ask("GET", f"/api/orders/{ordered}").status == 200
        read = buyer.ask("GET", f"/api/orders/{ordered}", at=edge)
        assert (read.status, read.region) == (200, IRELAND)
        elsewhere = buyer.order(book, 1, at=edge)
        assert (elsewhere.status, elsewhere.region) == (201, SINGAPORE)
        disk.say_no_more("full")
        assert buyer.order(book, 1).status == 201
        assert process.poll() is None
