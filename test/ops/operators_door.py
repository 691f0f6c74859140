"""A small operator's door on a real Unix socket, which keeps what it is sent."""

import http.server
import json
import socketserver
import threading
from contextlib import contextmanager


class Door:
    """`answers` holds, for requests in order, a function of the handler that answers; after them,
    and by default, the door behaves like a region's."""

    def __init__(self):
        self.books: dict[str, bytes] = {}
        self.requests: list[list[bytes]] = []
        self.connections = 0
        self.answers: list = []
        self.refuse: dict[str, str] = {}

    def put(self, lines: list[bytes]) -> dict:
        answer = {"accepted": 0, "unchanged": 0, "refused": []}
        for number, line in enumerate(lines, start=1):
            value = json.loads(line)
            assert value.keys() == {"book", "initial"} and value["initial"] == 100
            name = value["book"]["id"]
            if name in self.refuse:
                answer["refused"].append({"line": number, "why": self.refuse[name]})
            elif self.books.get(name) == line:
                answer["unchanged"] += 1
            else:
                self.books[name] = line
                answer["accepted"] += 1
        return answer


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.server.door.connections += 1

    def do_POST(self):
        door = self.server.door
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/books" and len(body) <= 4 * 1024 * 1024
        assert self.headers["Content-Type"] == "application/x-ndjson" and body.endswith(b"\n")
        lines = body[:-1].split(b"\n")
        assert len(lines) <= 500
        door.requests.append(lines)
        if door.answers:
            door.answers.pop(0)(self)
        else:
            self.answer(200, door.put(lines))

    def answer(self, status: int, value) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *_):
        pass


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        raise


@contextmanager
def open_door(path):
    """A door that listens on `path` until the block is left."""
    with _Server(str(path), _Handler) as server:
        server.door = Door()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.door
        finally:
            server.shutdown()
            thread.join()
