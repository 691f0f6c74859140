"""The edge as it is generated, in front of regions that hang, fail and note what reaches them."""

import csv
import http.client
import io
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ops import ca, config, temporary
from ops.shop import Shop
from recording_regions import behind_an_edge

KEY = {"Idempotency-Key": "k"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    shop = Shop.open(str(tmp_path_factory.mktemp("edge") / "h"), temporary.free_port())
    ca.prepare(shop)
    config.write(shop)
    return shop


@pytest.fixture
def live(shop):
    with behind_an_edge(shop) as (process, regions):
        yield Live(shop, process, *regions)


class Live:
    def __init__(self, shop, process, near, far):
        self.process, self.near, self.far = process, near, far
        self.socket = shop.edge_socket(shop.topology.edges[0].name)
        self.address = (shop.topology.edges[0].address, shop.port)

    def ask(self, method: str, path: str, headers: dict | None = None):
        """Status, headers, seconds."""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        began = time.monotonic()
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers, time.monotonic() - began
        finally:
            connection.close()

    def servers_up(self) -> set[str]:
        """For each backend how many of its checked servers work, as HAProxy says."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(str(self.socket))
            asking.sendall(b"show stat\n")
            rows = csv.DictReader(io.StringIO(asking.makefile().read().removeprefix("# ")))
            return {f"{row['pxname']}: {row['act']}" for row in rows
                    if row["svname"] == "BACKEND"}


def test_claims_from_outside_do_not_reach_a_region(live):
    claims = {
        "Forwarded": "for=6.6.6.6;host=evil.test", "X-Forwarded-For": "6.6.6.6",
        "x-forwarded-host": "evil.test", "X-FORWARDED-PROTO": "https", "X-Forwarded-Evil": "evil",
        "Perpetua-Region": "evil", "PERPETUA-anything": "evil", "Perpetua-Positions": "evil",
        "Perpetua-Position": "good", "Host": "shop.test",
    }
    live.ask("GET", "/api/books", claims)
    fields = live.near.fields()
    assert "evil" not in str(fields) and "6.6.6.6" not in str(fields) and "forwarded" not in fields
    assert fields["x-forwarded-for"] == "127.0.0.1"
    assert fields["x-forwarded-proto"] == "http"
    assert fields["x-forwarded-host"] == "shop.test"
    assert {name for name in fields if name.startswith("perpetua")} == {"perpetua-position"}
    assert fields["perpetua-position"] == "good"


def test_the_nearest_region_takes_everything_while_it_works(live):
    for method in ("GET", "POST"):
        assert live.ask(method, "/api/books")[1]["Perpetua-Region"] == live.near.name
    assert live.far.heads == []


@pytest.mark.parametrize("method, headers", [
    ("GET", {}), ("HEAD", {}), ("POST", KEY), ("PUT", KEY), ("DELETE", KEY),
])
def test_what_may_run_twice_is_tried_in_another_region(live, method, headers):
    live.near.answers[method] = 503
    status, answered, _ = live.ask(method, "/api/orders", headers)
    assert (status, answered["Perpetua-Region"]) == (200, live.far.name)
    assert len(live.near.heads) == len(live.far.heads) == 1


def test_a_write_without_a_key_is_tried_once(live):
    live.near.answers["POST"] = 503
    assert live.ask("POST", "/api/orders")[0] == 503
    assert len(live.near.heads) == 1 and live.far.heads == []


def test_an_honest_refusal_of_all_regions_is_passed_on_soon(live):
    """A region may take seconds to refuse an order: nobody waits for it three times."""
    live.near.answers["POST"] = live.far.answers["POST"] = 503
    status, answered, _ = live.ask("POST", "/api/orders", KEY)
    assert (status, answered["Perpetua-Region"]) == (503, live.far.name)
    assert len(live.near.heads) == len(live.far.heads) == 1


def test_a_read_does_not_wait_long_for_a_region_that_hangs(live):
    live.near.answers["GET"] = "hang"
    status, answered, seconds = live.ask("GET", "/api/books")
    assert (status, answered["Perpetua-Region"]) == (200, live.far.name)
    assert seconds < 1.5  # 0.6, and what a busy machine adds


def test_a_write_with_a_key_outlives_a_region_that_hangs(live):
    live.near.answers["POST"] = "hang"
    status, answered, _ = live.ask("POST", "/api/orders", KEY)
    assert (status, answered["Perpetua-Region"]) == (200, live.far.name)
    assert len(live.near.heads) == len(live.far.heads) == 1


def test_nobody_fails_while_a_region_hangs_altogether(live):
    """From the moment it hangs until its health check has taken it out, and after."""
    live.near.is_hung = True
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(live.ask, *how) for _ in range(5) for how in (
            ("GET", "/api/books"), ("HEAD", "/api/books"), ("POST", "/api/orders", KEY))]
        answers = [each.result() for each in asked]
    assert {status for status, _, _ in answers} == {200}
    before = len(live.near.heads)
    assert {live.ask(method, "/api/books")[0] for method in ("GET", "POST")} == {200}
    assert len(live.near.heads) == before, "it is out"


def test_a_region_that_says_it_is_not_ready_gets_nothing_more(live):
    live.near.health = 503
    eventually(lambda: live.ask("GET", "/api/books")[1]["Perpetua-Region"] == live.far.name)
    assert live.ask("POST", "/api/orders")[1]["Perpetua-Region"] == live.far.name
    live.near.health = 200
    eventually(lambda: live.ask("POST", "/api/orders")[1]["Perpetua-Region"] == live.near.name)


def test_with_no_region_ready_each_is_asked_all_the_same(live):
    """A region whose disk is full serves reads, and says why it takes no writes."""
    live.near.health = live.far.health = 503
    live.near.answers = {"GET": 503, "POST": 503}
    live.far.answers = {"POST": 503}
    eventually(lambda: "reads: 0" in live.servers_up())
    status, answered, _ = live.ask("GET", "/api/books")
    assert (status, answered["Perpetua-Region"]) == (200, live.far.name)
    status, answered, _ = live.ask("POST", "/api/orders", KEY)
    assert (status, answered["Perpetua-Region"]) == (503, live.far.name)


def test_an_edge_that_is_told_to_end_answers_what_it_has_begun(live):
    live.near.answers["POST"] = "hang"
    answers = []
    asking = threading.Thread(target=lambda: answers.append(live.ask("POST", "/api/orders")))
    asking.start()
    eventually(lambda: live.near.heads)
    live.process.send_signal(signal.SIGUSR1)
    eventually(lambda: not listens(live.address))
    live.near.let_go.set()
    asking.join()
    assert answers[0][0] == 200
    assert live.process.wait(timeout=10) == 0


def eventually(what):
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.01)


def listens(address) -> bool:
    try:
        http.client.HTTPConnection(*address, timeout=1).connect()
    except OSError:
        return False
    return True
