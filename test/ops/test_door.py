"""What an operator is told when a region's door does not answer as it should."""

import argparse
import http.server
import re
import socketserver
import threading

import pytest

from ops import door
from ops.commands import stock
from ops.errors import Failure
from ops.shop import Shop


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.answer(self)

    def log_message(self, *_):
        pass


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def shop(tmp_path):
    shop = Shop.open(str(tmp_path / "h"), 8080)
    shop.region_folder("eu-west-1").mkdir(parents=True)
    return shop


@pytest.fixture
def region(shop):
    """A region whose `answer` is set by the test."""
    with _Server(str(shop.operator_socket("eu-west-1")), _Handler) as server:
        server.bodies = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def write_off(shop, monkeypatch, key=None) -> None:
    monkeypatch.setattr(door, "any_ready_region", lambda *_: "eu-west-1")
    stock.run(argparse.Namespace(home=str(shop.home), port=shop.port, region=None, action="write-off",
                                 id="walden", quantity=3, key=key, json=False))


def hang_up(handler):
    handler.close_connection = True


def stay_silent(handler):
    handler.rfile.read(1)


def refuse(handler):
    handler.send_response(503)
    handler.end_headers()
    handler.wfile.write(b'{"detail": "the disk is full"}')


@pytest.mark.parametrize("answer, what", [
    (hang_up, "hung up: perhaps it is done"), (stay_silent, "did not answer for 0.2 s: perhaps"),
    (refuse, "the disk is full"),
], ids=["hangs up", "is silent", "fails"])
def test_a_write_off_whose_answer_is_lost_can_be_said_again(shop, region, monkeypatch, answer, what):
    monkeypatch.setattr(door, "DOOR_TIMEOUT_S", 0.2)
    region.answer = answer
    with pytest.raises(Failure, match=what) as failure:
        write_off(shop, monkeypatch)
    key = re.search(r"--key (\w+)", str(failure.value))[1]
    assert f'"key": "{key}"'.encode() in region.bodies[0], "the key that it was sent with"
    with pytest.raises(Failure):
        write_off(shop, monkeypatch, key)
    assert region.bodies[0] == region.bodies[1]


def test_a_region_that_does_not_run_is_to_be_started(shop, monkeypatch):
    with pytest.raises(Failure, match="does not run.*perpetua up"):
        write_off(shop, monkeypatch)


def test_what_is_refused_is_to_be_corrected(shop, region, monkeypatch):
    def not_found(handler):
        handler.send_response(404)
        handler.end_headers()
        handler.wfile.write(b'{"detail": "there is no book"}')

    region.answer = not_found
    with pytest.raises(Failure, match="there is no book.*correct it"):
        write_off(shop, monkeypatch)
